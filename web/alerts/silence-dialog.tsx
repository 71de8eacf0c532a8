import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { useAction } from '../use-action.ts'
import { refreshAlerts } from './change-alerts.ts'
import { askedAbout } from './rule-states.ts'

export const silenceTimes = [
  ['60', '1 hour'],
  ['240', '4 hours'],
  ['1440', '1 day'],
  ['10080', '1 week'],
  ['43200', '30 days'],
].map(([value, label]) => ({ value: value!, label: label! }))

/** Tells nobody of alerts for a time; with no alerts, of what a query finds. */
export function SilenceDialog({ ids, onClose }: { ids?: readonly number[]; onClose(): void }) {
  const [minutes, setMinutes] = useState('60')
  const [reason, setReason] = useState('')
  const [q, setQ] = useState('')
  const [subject, setSubject] = useState('device')
  const action = useAction(async () => {
    const howLong = { minutes: Number(minutes), reason: reason.trim() }
    if (ids === undefined)
      await api.post('/silences', { ...howLong, ...(q.trim() === '' ? {} : { q: q.trim(), subject }) })
    else await Promise.all(ids.map((id) => api.post(`/alerts/${id}/silence`, howLong)))
    await refreshAlerts()
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={ids === undefined ? 'New silence' : `Silence ${counted(ids.length, 'alert')}`}
      description="Nobody is told; it is still watched."
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        {ids === undefined ? (
          <div className="grid gap-3 sm:grid-cols-[1fr_2fr]">
            <SelectField
              label="Asks about"
              options={askedAbout}
              value={subject}
              onChange={(event) => setSubject(event.target.value)}
            />
            <TextField
              label={`Which ${subject}s`}
              hint="A query, such as tag:lab. Left empty, all of them."
              value={q}
              onChange={(event) => setQ(event.target.value)}
            />
          </div>
        ) : null}
        <SelectField
          label="For"
          options={silenceTimes}
          value={minutes}
          onChange={(event) => setMinutes(event.target.value)}
        />
        <TextField
          label="Reason"
          required
          ref={focusOnMount}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy} disabled={reason.trim() === ''}>
            Silence
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
