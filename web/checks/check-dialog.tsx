import { useMemo, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api, asApiError } from '../api.ts'
import { sortComplaints } from '../complaints.ts'
import { queryClient } from '../query-client.ts'
import { draftOf, patchOf, settingsOf, type Draft } from '../sources/setting-draft.ts'
import { fieldsOf, leavesOf, type Schema, type SettingField } from '../sources/setting-fields.ts'
import { SettingsForm } from '../sources/settings-form.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { checkKindNames, type Check } from './check-words.tsx'

interface Kind {
  kind: Check['kind']
  settings: Schema
}

interface CheckDialogProps {
  check: Check | undefined
  onClose(): void
}

const noFields: readonly SettingField[] = []

/** Makes a check or changes one; it can be tried before. */
export function CheckDialog({ check, onClose }: CheckDialogProps) {
  const kinds = useQuery({
    queryKey: ['check-kinds'],
    queryFn: ({ signal }) => api.get<{ items: Kind[] }>('/check-kinds', {}, signal),
    staleTime: Infinity,
  })
  const [kind, setKind] = useState<Check['kind']>(check?.kind ?? 'http')
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() => ({
    name: check?.name ?? '',
    target: check?.target ?? '',
    device: check?.device ? String(check.device.id) : '',
    q: check?.q ?? '',
    intervalSeconds: String(check?.intervalSeconds ?? 60),
    retries: String(check?.retries ?? 2),
    timeoutMs: String(check?.timeoutMs ?? 10_000),
    severity: check?.severity ?? 'critical',
  }))
  const [drafts, setDrafts] = useState<Readonly<Partial<Record<Check['kind'], Draft>>>>({})
  const [tried, setTried] = useState<{ result: string; message: string; latencyMs: number | null }>()
  const schema = kinds.data?.items.find((each) => each.kind === kind)?.settings
  const fields = useMemo(() => (schema === undefined ? noFields : fieldsOf(schema)), [schema])
  const stored = useMemo(() => draftOf(fields, check?.settings), [fields, check])
  const draft = drafts[kind] ?? stored
  const timeoutMs = Number(typed['timeoutMs'])
  const orNull = (name: string) => typed[name]?.trim() || null
  const look = useAction(async () => {
    const aim = { target: orNull('target'), device: orNull('device') }
    setTried(
      await api.post('/checks/test', {
        kind,
        ...aim,
        settings: settingsOf(fields, draft, check?.settings),
        timeoutMs,
      }),
    )
  })
  const save = useAction(async () => {
    const given = {
      name: typed['name']!.trim(),
      target: orNull('target'),
      device: orNull('device'),
      q: orNull('q'),
      settings: check ? patchOf(fields, draft, check.settings) : settingsOf(fields, draft),
      intervalSeconds: Number(typed['intervalSeconds']),
      retries: Number(typed['retries']),
      timeoutMs,
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
  const said = save.error ?? look.error
  const paths = leavesOf(fields).map(({ path }) => `settings.${path}`)
  const { byPath } = sortComplaints(paths, said ? asApiError(said).complaints : [])
  const errors = Object.fromEntries(
    Object.entries(byPath).map(([path, words]) => [path.replace('settings.', ''), words]),
  )
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
        </div>
        <QueryView query={kinds} lines={3}>
          {() => (
            <SettingsForm
              key={kind}
              fields={fields}
              draft={draft}
              stored={stored}
              errors={errors}
              disabled={false}
              onDraft={(next) => setDrafts({ ...drafts, [kind]: next })}
            />
          )}
        </QueryView>
        <div className="grid gap-3 sm:grid-cols-2 md:grid-cols-4">
          <TextField label="Every so many seconds" inputMode="numeric" {...tied('intervalSeconds')} />
          <TextField label="Tries more before it is down" inputMode="numeric" {...tied('retries')} />
          <TextField label="Milliseconds to wait" inputMode="numeric" {...tied('timeoutMs')} />
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
        <ErrorLine error={said} />
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
