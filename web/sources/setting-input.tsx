import type { ReactNode } from 'react'
import { CheckField, SelectField, TextAreaField, TextField } from '../ui/field.tsx'
import { SecretField } from './secret-field.tsx'
import type { Draft } from './setting-draft.ts'
import { labelOf, type SettingField } from './setting-fields.ts'

export interface SettingInputProps {
  field: SettingField
  value: Draft[string] | undefined
  stored: boolean
  error: string | undefined
  disabled: boolean
  onValue(value: Draft[string]): void
}

/** What happens when nothing is typed. */
function usualText({ default: usual }: SettingField): string | undefined {
  if (usual === undefined || usual === null || typeof usual === 'boolean') return undefined
  if (Array.isArray(usual)) return usual.length > 0 ? usual.join(', ') : undefined
  return typeof usual === 'object' ? undefined : String(usual)
}

const endsWithStop = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`)

function helpOf(field: SettingField): ReactNode {
  const help = field.help === undefined ? '' : endsWithStop(field.help)
  if (field.kind === 'list') return `${help} One a line.`.trim()
  if (field.kind === 'pairs') return `${help} One a line, as Name: value.`.trim()
  return help || undefined
}

/** The input of one setting, after its kind. */
export function SettingInput({ field, value, stored, error, disabled, onValue }: SettingInputProps) {
  const frame = {
    label: field.label,
    hint: helpOf(field),
    error,
    required: field.required,
    disabled,
  }
  const usual = usualText(field)
  const text = typeof value === 'string' ? value : ''
  if (field.kind === 'boolean')
    return (
      <CheckField
        label={field.label}
        hint={error ?? helpOf(field)}
        disabled={disabled}
        checked={value === true}
        onValue={onValue}
      />
    )
  if (field.kind === 'secret')
    return <SecretField {...frame} value={text} stored={stored} onValue={onValue} />
  if (field.kind === 'choices') return <Choices {...{ field, value, error, disabled, onValue }} />
  if (field.kind === 'choice')
    return (
      <SelectField
        {...frame}
        value={text}
        options={[
          ...(field.default === undefined ? [{ value: '', label: 'not set' }] : []),
          ...field.options.map((option) => ({ value: option, label: option })),
        ]}
        onChange={(event) => onValue(event.target.value)}
      />
    )
  if (field.kind === 'list' || field.kind === 'lines' || field.kind === 'pairs')
    return (
      <TextAreaField
        {...frame}
        rows={field.kind !== 'lines' ? Math.min(6, Math.max(2, text.split('\n').length)) : 3}
        className="font-mono text-xs leading-5"
        spellCheck={false}
        placeholder={usual}
        value={text}
        onChange={(event) => onValue(event.target.value)}
      />
    )
  return (
    <TextField
      {...frame}
      inputMode={field.kind === 'number' ? 'decimal' : undefined}
      autoComplete="off"
      spellCheck={false}
      placeholder={usual}
      value={text}
      onChange={(event) => onValue(event.target.value)}
    />
  )
}

type ChoicesProps = Pick<SettingInputProps, 'field' | 'value' | 'error' | 'disabled' | 'onValue'>

function Choices({ field, value, error, disabled, onValue }: ChoicesProps) {
  const chosen = Array.isArray(value) ? (value as string[]) : []
  return (
    <fieldset disabled={disabled}>
      <legend className="mb-1 text-xs font-medium">{field.label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {field.options.map((option) => (
          <CheckField
            key={option}
            label={labelOf(option)}
            checked={chosen.includes(option)}
            onValue={(on) => onValue(on ? [...chosen, option] : chosen.filter((each) => each !== option))}
          />
        ))}
      </div>
      {error ? <p className="mt-1 text-xs text-bad">{error}</p> : null}
      {field.help ? <p className="mt-1 text-xs text-muted">{endsWithStop(field.help)}</p> : null}
    </fieldset>
  )
}
