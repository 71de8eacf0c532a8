import { useState, type FormEvent } from 'react'
import { api, asApiError } from '../api.ts'
import { capitalised } from '../format.ts'
import type { CustomField } from '../inventory-types.ts'
import { sortComplaints } from '../complaints.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { CheckField, SelectField, TextAreaField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { sayDone } from '../ui/toaster.tsx'
import { useAction } from '../use-action.ts'
import { fieldNameOf } from './field-name.ts'
import { refresh } from './refresh.ts'

const types = ['text', 'number', 'boolean', 'date', 'choice'] as const

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** Makes a custom field, or changes one; its name and type stay once it is made. */
export function FieldDialog({ field, onClose }: { field: CustomField | undefined; onClose(): void }) {
  const [label, setLabel] = useState(field?.label ?? '')
  const [type, setType] = useState(field?.type ?? 'text')
  const [options, setOptions] = useState(field?.options?.join('\n') ?? '')
  const [required, setRequired] = useState(field?.required ?? false)
  const [description, setDescription] = useState(field?.description ?? '')
  const name = field?.name ?? fieldNameOf(label)
  const action = useAction(async () => {
    const given = {
      label: label.trim(),
      options: type === 'choice' ? linesOf(options) : null,
      required,
      description: description.trim() || null,
    }
    if (field) await api.patch(`/fields/${field.id}`, given, field.version)
    else await api.post('/fields', { ...given, name, type })
    await refresh('fields')
    sayDone(field ? `The field ${given.label} is changed` : `The field ${given.label} is there`)
    onClose()
  })
  const { byPath } = sortComplaints(
    ['options', 'label'],
    action.error ? asApiError(action.error).complaints : [],
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Dialog open onClose={onClose} title={field ? field.label : 'New custom field'}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-3.5">
        <TextField
          label="Label"
          required
          ref={focusOnMount}
          placeholder="Warranty until"
          value={label}
          error={byPath['label']}
          onChange={(event) => setLabel(event.target.value)}
          hint={name ? `In queries it is custom.${name}` : undefined}
        />
        <SelectField
          label="Kind"
          value={type}
          disabled={field !== undefined}
          options={types.map((each) => ({ value: each, label: capitalised(each) }))}
          onChange={(event) => setType(event.target.value as CustomField['type'])}
        />
        {type === 'choice' ? (
          <TextAreaField
            label="Options"
            required
            value={options}
            error={byPath['options']}
            onChange={(event) => setOptions(event.target.value)}
            hint="One a line."
          />
        ) : null}
        <TextField
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <CheckField
          label="Needed"
          hint="Whoever edits a device by hand must fill it in."
          checked={required}
          onValue={setRequired}
        />
        {Object.keys(byPath).length > 0 ? null : <ErrorLine error={action.error} />}
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={action.busy} disabled={name === ''}>
            {field ? 'Save changes' : 'Make field'}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
