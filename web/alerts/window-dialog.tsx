import { useState } from 'react'
import type { MaintenanceWindow } from '#features/status/maintenance-queries.ts'
import { api } from '../api.ts'
import { fromLocalInput, toLocalInput } from '../changes/times.ts'
import { queryClient } from '../query-client.ts'
import { QueryBar } from '../query/query-bar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { CoveredDevices } from './covered-devices.tsx'

interface WindowDialogProps {
  window: MaintenanceWindow | undefined
  onClose(): void
}

const whom = [
  { value: 'query', label: 'Devices of a query' },
  { value: 'servers', label: 'Servers by their ids' },
]
const often = [
  { value: 'once', label: 'Once' },
  { value: 'often', label: 'Again and again' },
]

const draftOf = (window: MaintenanceWindow | undefined) => ({
  name: window?.name ?? '',
  whom: (window?.serverIds.length ?? 0) > 0 ? 'servers' : 'query',
  q: window?.q ?? '',
  servers: window?.serverIds.join(', ') ?? '',
  how: window?.cron ? 'often' : 'once',
  from: toLocalInput(window?.from ?? undefined),
  to: toLocalInput(window?.to ?? undefined),
  cron: window?.cron ?? '0 3 * * 0',
  minutes: String(window?.minutes ?? 120),
  timeZone: window?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
})
type Draft = ReturnType<typeof draftOf>

/** What the server keeps; a time that nobody touched stays to the second. */
function given(draft: Draft, window: MaintenanceWindow | undefined) {
  const time = (name: 'from' | 'to') =>
    window && draft[name] === draftOf(window)[name] ? window[name] : (fromLocalInput(draft[name]) ?? null)
  const isOnce = draft.how === 'once'
  const ids = draft.servers.split(/[\s,]+/).filter(Boolean)
  return {
    name: draft.name.trim(),
    q: draft.whom === 'query' ? draft.q.trim() || null : null,
    serverIds: draft.whom === 'servers' ? ids : [],
    from: isOnce ? time('from') : null,
    to: isOnce ? time('to') : null,
    cron: isOnce ? null : draft.cron.trim(),
    minutes: isOnce ? null : Number(draft.minutes),
    timeZone: isOnce ? null : draft.timeZone.trim(),
  }
}

/** Leaves servers in peace for a time, once or by a pattern. */
export function WindowDialog({ window, onClose }: WindowDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(window))
  const action = useAction(async () => {
    const fields = given(draft, window)
    if (window) await api.patch(`/maintenance-windows/${window.id}`, fields, window.version)
    else await api.post('/maintenance-windows', fields)
    await queryClient.invalidateQueries({ queryKey: ['windows'] })
    sayDone(`The maintenance window ${fields.name} is ${window ? 'changed' : 'planned'}`)
    onClose()
  })
  const enter = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const tied = (name: keyof Draft) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => enter({ [name]: event.target.value }),
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={window ? `Maintenance window ${window.name}` : 'New maintenance window'}
    >
      <div className="flex flex-col gap-3">
        <TextField label="Name" required {...tied('name')} />
        <SelectField label="Whom it covers" options={whom} {...tied('whom')} />
        {draft.whom === 'query' ? (
          <div>
            <p className="mb-1 text-xs font-medium">Which devices</p>
            <QueryBar
              subject="device"
              q={draft.q}
              error={action.error}
              onQuery={(q) => enter({ q })}
              onText={(q) => enter({ q })}
              label="Which devices"
              placeholder="rack:b3 or tag:lab"
            />
            <CoveredDevices q={draft.q} />
          </div>
        ) : (
          <TextField label="Servers" hint="Ids, with commas between." {...tied('servers')} />
        )}
        <SelectField label="How often" options={often} {...tied('how')} />
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
            {window ? 'Save window' : 'Plan it'}
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  )
}
