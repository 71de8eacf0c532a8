import { useState, type FormEvent } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { Radar } from 'lucide-react'
import { api, asApiError } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { TextAreaField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { sortComplaints } from '../complaints.ts'

/** Looks who is alive in ranges of addresses. */
export function DiscoverDialog({ onClose }: { onClose(): void }) {
  const [text, setText] = useState('')
  const navigate = useNavigate()
  const ranges = text.split(/[\s,]+/).filter(Boolean)
  const action = useAction(async () => {
    await api.post('/discoveries', { ranges })
    sayDone('Discovery began', 'What it finds appears while it runs.')
    onClose()
    await navigate({ to: '/runs', search: { source: 'discover' } })
  })
  const { byPath } = sortComplaints(['ranges'], action.error ? asApiError(action.error).complaints : [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ranges.length > 0) void action.run()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Discover machines"
      description="Asks every address of some ranges whether anything is there."
    >
      <form onSubmit={submit} noValidate>
        <TextAreaField
          label="Ranges"
          required
          rows={4}
          ref={focusOnMount}
          spellCheck={false}
          className="font-mono text-xs leading-5"
          placeholder={'192.168.1.0/24\n10.0.0.10-40'}
          value={text}
          error={byPath['ranges']}
          onChange={(event) => setText(event.target.value)}
          hint="Subnets, spans and single addresses. Only look where you are allowed to."
        />
        {action.error && !byPath['ranges'] ? (
          <div className="mt-3">
            <ErrorLine error={action.error} />
          </div>
        ) : null}
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" icon={Radar} busy={action.busy} disabled={ranges.length === 0}>
            Discover
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
