import { Plus, Undo2, X } from 'lucide-react'
import { QueryBar } from '../query/query-bar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { CheckField, SelectField, TextAreaField, TextField } from '../ui/field.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { TagField } from '../ui/tag-field.tsx'
import type { ParameterField } from './parameter-fields.ts'
import { ParameterChoices, ParameterPairs, textOf, type ParameterInputProps } from './parameter-pairs.tsx'

type Values = Readonly<Record<string, unknown>>

interface FormProps {
  fields: readonly ParameterField[]
  values: Values
  onValues(values: Record<string, unknown>): void
}

/** The parameters of an action, as its schema describes them. */
export function ParameterForm({ fields, values, onValues }: FormProps) {
  return (
    <div className="flex flex-col gap-3.5">
      {fields.map((field) => (
        <Input
          key={field.name}
          field={field}
          value={values[field.name]}
          onValue={(value) => onValues({ ...values, [field.name]: value })}
        />
      ))}
    </div>
  )
}

const linesOf = (value: unknown): string => (Array.isArray(value) ? value.join('\n') : '')

function Input({ field, value, onValue }: ParameterInputProps) {
  const { label, help, required, options, kind } = field
  const frame = { label, hint: help, required }
  const onText = (event: { target: { value: string } }) => onValue(event.target.value)
  switch (kind) {
    case 'tags':
      return (
        <TagField
          label={`${help?.replace(/\.$/, '') ?? label}${required ? ' (needed)' : ''}`}
          hint="Several with commas or Enter."
          value={Array.isArray(value) ? (value as string[]) : []}
          onValue={onValue}
        />
      )
    case 'choice':
      if (options.length === 0)
        return (
          <p className="text-muted">
            {label}: none is configured here. {help}
          </p>
        )
      return (
        <SelectField
          {...frame}
          value={textOf(value)}
          options={[
            { value: '', label: required ? 'Choose one' : 'not set' },
            ...options.map((option) => ({ value: option, label: option })),
          ]}
          onChange={onText}
        />
      )
    case 'choices':
      return <ParameterChoices field={field} value={value} onValue={onValue} />
    case 'boolean':
      return <CheckField label={label} hint={help} checked={value === true} onValue={onValue} />
    case 'number':
      return (
        <TextField
          {...frame}
          inputMode="decimal"
          value={textOf(value)}
          onChange={(event) => onValue(numberOf(event.target.value))}
        />
      )
    case 'list':
      return (
        <TextAreaField
          {...frame}
          hint={`${help ?? ''} One a line.`.trim()}
          rows={2}
          value={linesOf(value)}
          onChange={(event) => onValue(event.target.value === '' ? [] : event.target.value.split('\n'))}
        />
      )
    case 'lines':
    case 'json':
      return (
        <TextAreaField
          {...frame}
          spellCheck={kind === 'lines'}
          className={kind === 'json' ? 'font-mono text-xs leading-5' : undefined}
          placeholder={kind === 'json' ? '{"host": "{name}"}' : undefined}
          value={textOf(value)}
          onChange={onText}
        />
      )
    case 'query':
      return (
        <div className="flex flex-col gap-1">
          <span className="text-xs font-medium">{label}</span>
          <QueryBar
            subject="device"
            label={label}
            placeholder="everything, or site:graz type:vm…"
            q={textOf(value)}
            error={undefined}
            onQuery={onValue}
            onText={onValue}
          />
        </div>
      )
    case 'group':
      return <Group field={field} value={value} onValue={onValue} />
    case 'pairs':
      return <ParameterPairs field={field} value={value} onValue={onValue} />
    case 'text':
      return <TextField {...frame} autoComplete="off" value={textOf(value)} onChange={onText} />
  }
}

/** A number where it is one; what is none is kept for the server to refuse. */
const numberOf = (text: string): unknown => {
  const value = Number(text)
  return text.trim() === '' ? undefined : Number.isNaN(value) ? text : value
}

/** Fields of which one takes those that are to be set; each can also be taken back where that means something. */
function Group({ field, value, onValue }: ParameterInputProps) {
  const values = (value ?? {}) as Values
  const shown = field.fields.filter(({ name }) => name in values)
  const rest = field.fields.filter(({ name }) => !(name in values))
  const without = (name: string) =>
    onValue(Object.fromEntries(Object.entries(values).filter(([each]) => each !== name)))
  return (
    <fieldset className="rounded-md border px-3 pt-1 pb-3">
      <legend className="px-1 text-xs font-semibold">{field.label}</legend>
      {field.help ? <p className="mb-2 text-xs text-muted">{field.help}</p> : null}
      <div className="flex flex-col gap-2">
        {shown.map((inner) => (
          <div key={inner.name} className="flex items-end gap-1">
            <div className="min-w-0 grow">
              {values[inner.name] === null ? (
                <p className="flex min-h-8 items-center text-muted">
                  {inner.label}: what was entered by hand is taken back
                </p>
              ) : (
                <Input
                  field={inner}
                  value={values[inner.name]}
                  onValue={(next) => onValue({ ...values, [inner.name]: next })}
                />
              )}
            </div>
            {inner.nullable ? (
              <IconButton
                label={`Take back ${inner.label.toLowerCase()}`}
                icon={Undo2}
                aria-pressed={values[inner.name] === null}
                onClick={() => onValue({ ...values, [inner.name]: values[inner.name] === null ? '' : null })}
              />
            ) : null}
            <IconButton
              label={`Leave ${inner.label.toLowerCase()} as it is`}
              icon={X}
              onClick={() => without(inner.name)}
            />
          </div>
        ))}
        {rest.length > 0 ? (
          <div>
            <Menu trigger={<Button icon={Plus}>Add a field</Button>}>
              {rest.map(({ name, label, kind }) => (
                <MenuItem
                  key={name}
                  onSelect={() => onValue({ ...values, [name]: kind === 'pairs' ? { '': '' } : '' })}
                >
                  {label}
                </MenuItem>
              ))}
            </Menu>
          </div>
        ) : null}
      </div>
    </fieldset>
  )
}
