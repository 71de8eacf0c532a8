import { useMemo, useState, type FormEvent } from 'react'
import { PlugZap } from 'lucide-react'
import { api, asApiError } from '../api.ts'
import type { Source, SourceType } from '../inventory-types.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { ScheduleField } from './schedule-field.tsx'
import { draftOf, patchOf, settingsOf, sortComplaints, type Settings } from './setting-draft.ts'
import { fieldsOf, leavesOf, type Schema } from './setting-fields.ts'
import { SettingsForm } from './settings-form.tsx'
import { refreshSources, syncNow } from './source-actions.ts'
import { TrialResult, type Trial } from './trial.tsx'

interface SourceFormProps {
  type: SourceType
  /** The one to change; none when adding. */
  source: Source | undefined
  mayEdit: boolean
  onClose(): void
}

const usualSchedule = '*/30 * * * *'

/** What is typed into the form, and what follows from it. */
function useSourceDraft({ type, source }: Pick<SourceFormProps, 'type' | 'source'>) {
  const fields = useMemo(() => fieldsOf(type.settings as Schema), [type])
  const stored = useMemo(() => draftOf(fields, source?.settings), [fields, source])
  const [draft, setDraft] = useState(stored)
  const [name, setName] = useState(source?.name ?? '')
  const [schedule, setSchedule] = useState(source ? (source.schedule ?? '') : usualSchedule)
  const [enabled, setEnabled] = useState(source?.enabled ?? true)
  const settings: Settings = source ? patchOf(fields, draft, source.settings) : settingsOf(fields, draft)
  return {
    fields,
    stored,
    draft,
    setDraft,
    name,
    setName,
    schedule,
    setSchedule,
    enabled,
    setEnabled,
    settings,
  }
}

async function save(source: Source | undefined, given: Record<string, unknown>): Promise<void> {
  if (source) await api.patch(`/sources/${encodeURIComponent(source.name)}`, given, source.version)
  else await api.post('/sources', given)
  await refreshSources()
}

/** Everything about a source in one form; a test says whether it works before it is kept. */
export function SourceForm({ type, source, mayEdit, onClose }: SourceFormProps) {
  const form = useSourceDraft({ type, source })
  const maySync = useMay('sync.run')
  const [readNow, setReadNow] = useState(true)
  const [trial, setTrial] = useState<Trial>()
  const name = form.name.trim()
  const test = useAction(async () => {
    setTrial(undefined)
    const given = { type: type.type, settings: form.settings, ...(source ? { name: source.name } : {}) }
    setTrial(await api.post<Trial>('/sources/try', given))
  })
  const keep = useAction(async () => {
    const { schedule, enabled, settings } = form
    const common = { settings, schedule: schedule.trim() || null, enabled }
    await save(source, source ? common : { ...common, name, type: type.type })
    onClose()
    if (!source && readNow && maySync && enabled) await syncNow([name], `${name} is added and being read`)
    else sayDone(source ? `${name} is changed` : `${name} is added`)
  })
  const error = keep.error ?? test.error
  const paths = ['name', 'schedule', ...leavesOf(form.fields).map(({ path }) => `settings.${path}`)]
  const { byPath, others } = sortComplaints(paths, error ? asApiError(error).complaints : [])
  const errors = Object.fromEntries(
    Object.entries(byPath).map(([path, text]) => [path.replace(/^settings\./, ''), text]),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void keep.run()
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <div className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
        {source ? null : (
          <TextField
            label="Name"
            required
            value={form.name}
            placeholder={type.type}
            error={byPath['name']}
            onChange={(event) => form.setName(event.target.value)}
            hint="Letters, digits and dashes. It stays: records are known by it."
          />
        )}
        <ScheduleField
          value={form.schedule}
          error={byPath['schedule']}
          disabled={!mayEdit}
          onValue={form.setSchedule}
        />
      </div>
      <SettingsForm
        fields={form.fields}
        draft={form.draft}
        stored={form.stored}
        errors={errors}
        disabled={!mayEdit}
        onDraft={form.setDraft}
      />
      {mayEdit ? (
        <div className="flex flex-col gap-2 border-t pt-3">
          <CheckField
            label="Enabled"
            hint="A source that is switched off is not read; what it reported stays."
            checked={form.enabled}
            onValue={form.setEnabled}
          />
          {source || !maySync ? null : (
            <CheckField label="Read it right away" checked={readNow} onValue={setReadNow} />
          )}
        </div>
      ) : null}
      <TrialResult trial={trial} busy={test.busy} />
      <FormError error={error} shown={others.length < asApiError(error).complaints.length} others={others} />
      <FormButtons
        mayEdit={mayEdit}
        adding={source === undefined}
        testing={test.busy}
        saving={keep.busy}
        onTest={() => void test.run()}
        onClose={onClose}
      />
    </form>
  )
}

interface FormErrorProps {
  error: unknown
  /** Some complaints stand at their inputs. */
  shown: boolean
  others: readonly { path: string; expected: string }[]
}

/** What is wrong with the form as a whole; what stands at an input is not said twice. */
function FormError({ error, shown, others }: FormErrorProps) {
  if (!error) return null
  if (!shown) return <ErrorLine error={error} />
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      <p className="font-medium">Something is not right yet; look at the fields marked in red.</p>
      {others.map(({ path, expected }) => (
        <p key={path + expected}>
          {path}: expected {expected}
        </p>
      ))}
    </div>
  )
}

interface FormButtonsProps {
  mayEdit: boolean
  adding: boolean
  testing: boolean
  saving: boolean
  onTest(): void
  onClose(): void
}

function FormButtons({ mayEdit, adding, testing, saving, onTest, onClose }: FormButtonsProps) {
  if (!mayEdit)
    return (
      <DialogButtons>
        <Button onClick={onClose}>Close</Button>
      </DialogButtons>
    )
  return (
    <DialogButtons>
      <Button icon={PlugZap} busy={testing} onClick={onTest} className="mr-auto">
        Test
      </Button>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" look="primary" busy={saving}>
        {adding ? 'Add source' : 'Save changes'}
      </Button>
    </DialogButtons>
  )
}
