import { useState } from 'react'
import { api } from '../api.ts'
import { queryClient } from '../query-client.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { checkKindNames, type Check } from './check-words.tsx'

type Field = readonly [key: string, label: string, kind: 'text' | 'number' | 'list', hint?: string]

/** What people set most, by kind; the rest is told by the operation. */
const settingFields: Readonly<Record<Check['kind'], readonly Field[]>> = {
  ping: [['maxMilliseconds', 'Slowest answer, ms', 'number']],
  tcp: [['port', 'Port', 'number']],
  http: [
    ['statuses', 'Good statuses', 'list', '200-399 where left empty; several with commas.'],
    ['contains', 'Text in the answer', 'text'],
  ],
  dns: [
    ['name', 'Name', 'text'],
    ['expected', 'Expected values', 'list'],
  ],
  snmp: [
    ['community', 'Community', 'text', 'Never shown again once it is kept.'],
    ['oid', 'OID', 'text'],
  ],
  certificate: [
    ['port', 'Port', 'number'],
    ['minDays', 'Least days left', 'number'],
  ],
}

const shownValue = (value: unknown): string =>
  value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))
    ? ''
    : [value].flat().join(', ')

function settingsFrom(kind: Check['kind'], typed: Readonly<Record<string, string>>) {
  const filled = settingFields[kind].filter(([key]) => (typed[key] ?? '').trim() !== '')
  return Object.fromEntries(
    filled.map(([key, , type]) => {
      const text = typed[key]!.trim()
      if (type === 'list') return [key, text.split(',').map((each) => each.trim())]
      return [key, type === 'number' && Number.isFinite(Number(text)) ? Number(text) : text]
    }),
  )
}

/** Makes a check or changes one; it can be tried before. */
export function CheckDialog({ check, onClose }: { check: Check | undefined; onClose(): void }) {
  const [kind, setKind] = useState<Check['kind']>(check?.kind ?? 'http')
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() => ({
    name: check?.name ?? '',
    target: check?.target ?? '',
    device: check?.device ? String(check.device.id) : '',
    q: check?.q ?? '',
    intervalSeconds: String(check?.intervalSeconds ?? 60),
    retries: String(check?.retries ?? 2),
    severity: check?.severity ?? 'critical',
    ...Object.fromEntries(
      Object.entries(check?.settings ?? {}).map(([key, value]) => [`s.${key}`, shownValue(value)]),
    ),
  }))
  const [tried, setTried] = useState<{ result: string; message: string; latencyMs: number | null }>()
  const settings = () =>
    settingsFrom(kind, Object.fromEntries(settingFields[kind].map(([key]) => [key, typed[`s.${key}`] ?? ''])))
  const orNull = (name: string) => typed[name]?.trim() || null
  const look = useAction(async () => {
    const aim = { target: orNull('target'), device: orNull('device') }
    setTried(await api.post('/checks/test', { kind, ...aim, settings: settings() }))
  })
  const save = useAction(async () => {
    const given = {
      name: typed['name']!.trim(),
      target: orNull('target'),
      device: orNull('device'),
      q: orNull('q'),
      settings: settings(),
      intervalSeconds: Number(typed['intervalSeconds']),
      retries: Number(typed['retries']),
      severity: typed['severity'],
    }
    if (check) await api.patch(`/checks/${check.id}`, given, check.version)
    else await api.post('/checks', { kind, ...given })
    for (const name of ['checks', 'check']) await queryClient.invalidateQueries({ queryKey: [name] })
    sayDone(`The check ${given.name} is kept`)
    onClose()
  })
  const tied = (name: string) => ({
    value: typed[name] ?? '',
    onChange: (event: { target: { value: string } }) => setTyped({ ...typed, [name]: event.target.value }),
  })
  return (
    <Dialog open wide onClose={onClose} title={check ? `Check ${check.name}` : 'New check'}>
      <div className="flex flex-col gap-3">
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField label="Name" required {...tied('name')} />
          <SelectField
            label="Kind"
            disabled={check !== undefined}
            options={Object.entries(checkKindNames).map(([value, label]) => ({ value, label }))}
            value={kind}
            onChange={(event) => setKind(event.target.value as Check['kind'])}
          />
        </div>
        <TextField
          label="Target"
          hint={kind === 'http' ? 'A web address such as https://example.net/.' : 'An address or a name.'}
          {...tied('target')}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField label="Device" hint="Its address is the target." {...tied('device')} />
          <TextField label="Or every device of a query" {...tied('q')} />
          {settingFields[kind].map(([key, label, type, hint]) => (
            <TextField
              key={key}
              label={label}
              hint={hint}
              inputMode={type === 'number' ? 'decimal' : 'text'}
              {...tied(`s.${key}`)}
            />
          ))}
        </div>
        <div className="grid gap-3 sm:grid-cols-3">
          <TextField label="Every so many seconds" inputMode="numeric" {...tied('intervalSeconds')} />
          <TextField label="Tries more before it is down" inputMode="numeric" {...tied('retries')} />
          <SelectField
            label="Severity"
            options={['info', 'warning', 'critical'].map((value) => ({ value, label: value }))}
            {...tied('severity')}
          />
        </div>
        <output className="min-h-5">
          {tried ? (
            <span className={tried.result === 'up' ? 'text-good' : 'text-bad'}>
              {tried.result}: {tried.message}
              {tried.latencyMs === null ? '' : ` (${Math.round(tried.latencyMs)} ms)`}
            </span>
          ) : null}
        </output>
        <ErrorLine error={save.error ?? look.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={look.busy} onClick={() => void look.run()}>
            Try now
          </Button>
          <Button
            look="primary"
            busy={save.busy}
            disabled={(typed['name'] ?? '').trim() === ''}
            onClick={() => void save.run()}
          >
            Save check
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  )
}
