import { useState, type FormEvent } from 'react'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { editJob } from './job-query.ts'
import { OptionFields } from './option-fields.tsx'
import { draftOf, optionsOf, priorityOf, timeOf, type OptionDraft } from './option-draft.ts'

/** Priority, limits and time of a job that is not over. */
export function EditJobDialog({ job, onClose }: { job: JobDetail; onClose(): void }) {
  const [draft, setDraft] = useState<OptionDraft>(() => draftOf(job))
  const save = useAction(async () => {
    const options = optionsOf(draft)
    const isChanged = JSON.stringify(options) !== JSON.stringify(optionsOf(draftOf(job)))
    const time = timeOf(draft) ?? null
    await editJob(job, {
      priority: priorityOf(draft),
      ...(isChanged ? { options } : {}),
      ...(time === job.scheduledFor || job.status !== 'pending' ? {} : { scheduledFor: time }),
    })
    sayDone('Changed')
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save.run()
  }
  const waits = job.approval === 'waiting' || job.approval === 'expired'
  return (
    <Dialog open onClose={onClose} title={`Edit job ${job.id}`} wide>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <OptionFields draft={draft} onDraft={setDraft} withTime={job.status === 'pending'} />
        {waits ? (
          <p className="text-muted">
            Limits are part of what is approved: when they change, the job is prepared again.
          </p>
        ) : null}
        <ErrorLine error={save.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.busy}>
            Save
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
