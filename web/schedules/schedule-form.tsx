import type { FormEvent } from 'react'
import { SettingsForm } from '../sources/settings-form.tsx'
import { Button } from '../ui/button.tsx'
import { DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, SelectField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { PolicyFields } from './policy-fields.tsx'
import { RowsFields } from './rows-fields.tsx'
import { hasRows } from './schedule-draft.ts'
import type { JobAction, Schedule } from './schedule-types.ts'
import { TimesPreview } from './times-preview.tsx'
import { useScheduleForm, type ScheduleFormState } from './use-schedule-form.ts'
import { WindowsField } from './windows-field.tsx'

interface ScheduleFormProps {
  actions: readonly JobAction[]
  /** The one to change; none when adding. */
  schedule: Schedule | undefined
  mayEdit: boolean
  onClose(): void
}

/** Everything about a schedule in one form, with the next times of what is entered. */
export function ScheduleForm({ actions, schedule, mayEdit, onClose }: ScheduleFormProps) {
  const form = useScheduleForm(actions, schedule, onClose)
  const { entered, enter, byPath } = form
  const submit = (event: FormEvent) => {
    event.preventDefault()
    form.keep()
  }
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={!mayEdit} className="flex flex-col gap-4">
        <div className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
          <TextField
            label="Name"
            required
            ref={schedule ? undefined : focusOnMount}
            value={entered.name}
            error={byPath['name']}
            onChange={(event) => enter({ name: event.target.value })}
          />
          <SelectField
            label="Work"
            value={entered.action}
            error={byPath['action']}
            options={actionOptions(actions, entered.action)}
            hint={form.action?.summary}
            onChange={(event) => enter({ action: event.target.value })}
          />
        </div>
        <What form={form} schedule={schedule} disabled={!mayEdit} />
        <When form={form} />
        <PolicyFields form={form} />
        <CheckField
          label="Enabled"
          hint="It counts from when it is switched on; what was due before is not made up for."
          checked={entered.enabled}
          onValue={(enabled) => enter({ enabled })}
        />
        <FormError form={form} />
      </fieldset>
      <DialogButtons>
        <Button onClick={onClose}>{mayEdit ? 'Cancel' : 'Close'}</Button>
        {mayEdit ? (
          <Button type="submit" look="primary" busy={form.busy}>
            {schedule ? 'Save changes' : 'Make schedule'}
          </Button>
        ) : null}
      </DialogButtons>
    </form>
  )
}

/** The actions there are, and the one of a schedule that is no longer among them. */
function actionOptions(actions: readonly JobAction[], current: string) {
  const options = actions.map(({ name, title }) => ({ value: name, label: title }))
  const isThere = current === '' || actions.some(({ name }) => name === current)
  return isThere ? options : [{ value: current, label: `${current} (not there)` }, ...options]
}

interface WhatProps {
  form: ScheduleFormState
  schedule: Schedule | undefined
  disabled: boolean
}

function What({ form, schedule, disabled }: WhatProps) {
  const { action, entered, enter, byPath } = form
  if (!action) return null
  const errors = Object.entries(byPath).map(([path, text]) => [path.replace(/^parameters\./, ''), text])
  return (
    <>
      {form.fields.length > 0 ? (
        <SettingsForm
          fields={form.fields}
          draft={form.parameters}
          stored={{}}
          errors={Object.fromEntries(errors) as Record<string, string>}
          disabled={disabled}
          onDraft={form.enterParameters}
        />
      ) : null}
      <RowsFields
        subject={action.subject}
        rows={entered.rows}
        kept={schedule?.rowsFrom ?? null}
        error={byPath['rowsFrom'] ?? byPath['q'] ?? byPath['names']}
        onRows={(rows) => enter({ rows })}
      />
      {hasRows(action) ? (
        <SelectField
          label="Each job"
          value={entered.mode}
          error={byPath['mode']}
          options={[
            { value: 'confirm', label: 'waits for an approval' },
            { value: 'auto', label: 'goes on by itself where the rules let it' },
          ]}
          onChange={(event) => enter({ mode: event.target.value as Schedule['mode'] })}
        />
      ) : null}
    </>
  )
}

function When({ form: { entered, enter, byPath } }: { form: ScheduleFormState }) {
  return (
    <div className="flex flex-col gap-3.5 border-t pt-3">
      <div className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
        <TextField
          label="Cron expression"
          required
          className="font-mono"
          spellCheck={false}
          value={entered.cron}
          error={byPath['cron']}
          hint="Minute, hour, day of the month, month, day of the week; seconds may stand before them."
          onChange={(event) => enter({ cron: event.target.value })}
        />
        <TextField
          label="Time zone"
          list="time-zones"
          spellCheck={false}
          value={entered.timeZone}
          error={byPath['timeZone']}
          onChange={(event) => enter({ timeZone: event.target.value })}
        />
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </datalist>
      </div>
      <WindowsField
        windows={entered.windows}
        error={byPath['windows']}
        onWindows={(windows) => enter({ windows })}
      />
      <TimesPreview draft={entered} />
    </div>
  )
}

/** What is wrong with the form as a whole; what stands at an input is not said twice. */
function FormError({ form: { error, byPath, others } }: { form: ScheduleFormState }) {
  if (!error) return null
  if (Object.keys(byPath).length === 0) return <ErrorLine error={error} />
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
