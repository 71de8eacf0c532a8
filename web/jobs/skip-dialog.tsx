import { useState, type FormEvent } from 'react'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { counted } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { tellJob } from './job-query.ts'

interface SkipDialogProps {
  job: JobDetail
  rows: readonly number[]
  onClose(): void
}

/** Leaves rows undone, and keeps why. */
export function SkipDialog({ job, rows, onClose }: SkipDialogProps) {
  const [reason, setReason] = useState('')
  const skip = useAction(async () => {
    await tellJob(job, 'skip', { rows, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })
    sayDone(`${counted(rows.length, 'row')} skipped`)
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void skip.run()
  }
  return (
    <Dialog open onClose={onClose} title={`Skip ${counted(rows.length, 'row')}`}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <p>They are not done, now or later, and count as skipped. This cannot be taken back.</p>
        <TextField
          label="Why"
          hint="Kept with each row and in the trail."
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <ErrorLine error={skip.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="danger" busy={skip.busy}>
            Skip
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
