import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { asApiError } from '../api.ts'
import { deviceTypeNames } from '../device-words.ts'
import { capitalised } from '../format.ts'
import type { CustomField } from '../inventory-types.ts'
import { SelectField, TextField } from '../ui/field.tsx'
import { focusOnMount } from '../ui/focus-on-mount.ts'
import { TagField } from '../ui/tag-field.tsx'
import { editableFacts, type DeviceDraft, type EditableFact } from './device-draft.ts'

interface DeviceFormProps {
  draft: DeviceDraft
  fields: readonly CustomField[]
  /** Why the server refused, if it did. */
  error: unknown
  onDraft(draft: DeviceDraft): void
}

const statuses: readonly DeviceItem['status'][] = ['active', 'inactive', 'unknown']
const unset = { value: '', label: 'As sources say' }
const choices: Partial<Record<EditableFact, { value: string; label: string }[]>> = {
  deviceType: [unset, ...Object.entries(deviceTypeNames).map(([value, label]) => ({ value, label }))],
  status: [unset, ...statuses.map((value) => ({ value, label: capitalised(value) }))],
}

/** The paths that the form shows a complaint at. */
export const formPaths = (fields: readonly CustomField[]): string[] => [
  ...editableFacts.map(([name]) => name),
  ...fields.map(({ name }) => `custom.${name}`),
]

/** The facts of a device as fields. */
export function DeviceForm({ draft, fields, error, onDraft }: DeviceFormProps) {
  const complaints = error ? asApiError(error).complaints : []
  const complaintOf = (path: string) => complaints.find((each) => each.path === path)?.expected
  const setFact = (name: EditableFact, value: string) =>
    onDraft({ ...draft, facts: { ...draft.facts, [name]: value } })
  const setCustom = (name: string, value: string) =>
    onDraft({ ...draft, custom: { ...draft.custom, [name]: value } })
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {editableFacts.map(([name, label]) => {
        const options = choices[name]
        const common = { label, error: complaintOf(name), value: draft.facts[name] }
        return options ? (
          <SelectField
            key={name}
            {...common}
            options={options}
            onChange={(event) => setFact(name, event.target.value)}
          />
        ) : (
          <TextField
            key={name}
            {...common}
            required={name === 'name'}
            {...(name === 'name' ? { ref: focusOnMount } : {})}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setFact(name, event.target.value)}
          />
        )
      })}
      {fields.map((field) => (
        <CustomInput
          key={field.name}
          field={field}
          value={draft.custom[field.name] ?? ''}
          error={complaintOf(`custom.${field.name}`)}
          onValue={(value) => setCustom(field.name, value)}
        />
      ))}
      <div className="sm:col-span-2">
        <TagField
          label="Tags"
          hint="Enter or a comma ends a tag."
          value={draft.tags}
          onValue={(tags) => onDraft({ ...draft, tags })}
        />
      </div>
    </div>
  )
}

interface CustomInputProps {
  field: CustomField
  value: string
  error: string | undefined
  onValue(value: string): void
}

const inputTypes = { text: 'text', number: 'number', date: 'date' } as const

function CustomInput({ field, value, error, onValue }: CustomInputProps) {
  const { label, type, options, description, required } = field
  const common = { label, error, value, required, ...(description ? { hint: description } : {}) }
  if (type === 'boolean' || type === 'choice') {
    const words = type === 'choice' ? (options ?? []) : ['true', 'false']
    const named = { true: 'Yes', false: 'No' } as Record<string, string>
    return (
      <SelectField
        {...common}
        options={[
          { value: '', label: '—' },
          ...words.map((word) => ({ value: word, label: type === 'boolean' ? named[word]! : word })),
        ]}
        onChange={(event) => onValue(event.target.value)}
      />
    )
  }
  return (
    <TextField
      {...common}
      type={inputTypes[type]}
      {...(type === 'number' ? { step: 'any' } : {})}
      onChange={(event) => onValue(event.target.value)}
    />
  )
}
