import { useState } from 'react'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { useAction } from '../use-action.ts'

/** Leaves servers in peace for a time, once or by a pattern. */
export function WindowDialog({ onClose }: { onClose(): void }) {
  const [draft, setDraft] = useState({
    name: '',
    q: '',
    how: 'once',
    from: '',
    to: '',
    cron: '0 3 * * 0',
    minutes: '120',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  })
  const action = useAction(async () => {
    const { name, q, how, from, to, cron, minutes, timeZone } = draft
    const time =
      how === 'once'
        ? { from: isoOf(from), to: isoOf(to) }
        : { cron: cron.trim(), minutes: Number(minutes), timeZone }
    await api.post('/maintenance-windows', { name: name.trim(), q: q.trim(), ...time })
    await queryClient.invalidateQueries({ queryKey: ['windows'] })
    onClose()
  })
  const tied = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  })
  return (
    <Dialog open onClose={onClose} title="New maintenance window">
      <div className="flex flex-col gap-3">
        <TextField label="Name" required {...tied('name')} />
        <TextField
          label="Which devices"
          required
          hint="A query, such as rack:b3 or tag:lab."
          {...tied('q')}
        />
        <SelectField
          label="How often"
          options={[
            { value: 'once', label: 'Once' },
            { value: 'often', label: 'Again and again' },
          ]}
          {...tied('how')}
        />
        {draft.how === 'once' ? (
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField label="Begins" type="datetime-local" {...tied('from')} />
            <TextField label="Ends" type="datetime-local" {...tied('to')} />
          </div>
        ) : (
          <div className="grid gap-3 sm:grid-cols-3">
            <TextField label="Opens (cron)" {...tied('cron')} />
            <TextField label="Minutes" inputMode="numeric" {...tied('minutes')} />
            <TextField label="Time zone" {...tied('timeZone')} />
          </div>
        )}
        <ErrorLine error={action.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={action.busy} onClick={() => void action.run()}>
            Plan it
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  )
}

const isoOf = (local: string): string => (local === '' ? '' : new Date(local).toISOString())
