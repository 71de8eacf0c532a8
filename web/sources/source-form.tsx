import type { FormEvent } from 'react'
import { PlugZap } from 'lucide-react'
import type { Source, SourceType } from '../inventory-types.ts'
import { useMay } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { ScheduleField } from './schedule-field.tsx'
import { SettingsForm } from './settings-form.tsx'
import { TrialResult } from './trial.tsx'
import { useSourceForm, type SourceFormState } from './use-source-form.ts'

interface SourceFormProps {
  type: SourceType
  /** The one to change; none when adding. */
  source: Source | undefined
  mayEdit: boolean
  onClose(): void
}

/** Everything about a source in one form; a test says whether it works before it is kept. */
export function SourceForm({ type, source, mayEdit, onClose }: SourceFormProps) {
  const form = useSourceForm(type, source, onClose)
  const { entered, enter } = form
  const submit = (event: FormEvent) => {
    event.preventDefault()
    form.act('keep')
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <div className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
        {source ? null : (
          <TextField
            label="Name"
            required
            ref={focusOnMount}
            value={entered.name}
            placeholder={type.type}
            spellCheck={false}
            error={form.byPath['name']}
            onChange={(event) => enter({ name: event.target.value })}
            hint="Cannot be changed later."
          />
        )}
        <ScheduleField
          value={entered.schedule}
          error={form.byPath['schedule']}
          disabled={!mayEdit}
          onValue={(schedule) => enter({ schedule })}
        />
      </div>
      <SettingsForm
        fields={form.fields}
        draft={entered.draft}
        stored={form.stored}
        errors={Object.fromEntries(
          Object.entries(form.byPath).map(([path, text]) => [path.replace(/^settings\./, ''), text]),
        )}
        disabled={!mayEdit}
        onDraft={(draft) => enter({ draft })}
      />
      {mayEdit ? <Switches form={form} adding={source === undefined} /> : null}
      <TrialResult trial={form.trial} busy={form.testing} />
      <FormError form={form} />
      <FormButtons form={form} mayEdit={mayEdit} adding={source === undefined} onClose={onClose} />
    </form>
  )
}

function Switches({ form: { entered, enter }, adding }: { form: SourceFormState; adding: boolean }) {
  const maySync = useMay('sync.run')
  return (
    <div className="flex flex-col gap-2 border-t pt-3">
      <CheckField
        label="Enabled"
        hint="A source that is switched off is not read; what it reported stays."
        checked={entered.enabled}
        onValue={(enabled) => enter({ enabled })}
      />
      {adding && maySync ? (
        <CheckField
          label="Read it right away"
          checked={entered.readNow && entered.enabled}
          disabled={!entered.enabled}
          onValue={(readNow) => enter({ readNow })}
        />
      ) : null}
    </div>
  )
}

/** What is wrong with the form as a whole; what stands at an input is not said twice. */
function FormError({ form }: { form: SourceFormState }) {
  const { error, byPath, mended, others } = form
  const marked = Object.keys(byPath).length > 0
  if (!error || (mended && !marked && others.length === 0)) return null
  if (!marked && !mended) return <ErrorLine error={error} />
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      {marked ? (
        <p className="font-medium">Something is not right yet; look at the fields marked in red.</p>
      ) : null}
      {others.map(({ path, expected }) => (
        <p key={path + expected}>
          {path}: expected {expected}
        </p>
      ))}
    </div>
  )
}

interface FormButtonsProps {
  form: SourceFormState
  mayEdit: boolean
  adding: boolean
  onClose(): void
}

function FormButtons({ form, mayEdit, adding, onClose }: FormButtonsProps) {
  if (!mayEdit)
    return (
      <DialogButtons>
        <Button onClick={onClose}>Close</Button>
      </DialogButtons>
    )
  return (
    <DialogButtons>
      <Button
        icon={PlugZap}
        busy={form.testing}
        disabled={form.keeping}
        onClick={() => form.act('test')}
        className="mr-auto"
      >
        Test
      </Button>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" look="primary" busy={form.keeping} disabled={form.testing}>
        {adding ? 'Add source' : 'Save changes'}
      </Button>
    </DialogButtons>
  )
}
