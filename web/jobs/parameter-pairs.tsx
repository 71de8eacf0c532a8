import { useId, useState } from 'react'
import { Plus, X } from 'lucide-react'
import { labelOf } from '../sources/setting-fields.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import type { ParameterField } from './parameter-fields.ts'

export interface ParameterInputProps {
  field: ParameterField
  value: unknown
  onValue(value: unknown): void
}

type Values = Readonly<Record<string, unknown>>

/** A value as text of an input. */
export const textOf = (value: unknown): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value, null, 2)

/** Several of several. */
export function ParameterChoices({ field, value, onValue }: ParameterInputProps) {
  const chosen = Array.isArray(value) ? (value as string[]) : []
  return (
    <fieldset>
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
    </fieldset>
  )
}

/** Names and values of one's own, such as custom fields. */
export function ParameterPairs({ field, value, onValue }: ParameterInputProps) {
  const id = useId()
  const [pairs, setPairs] = useState<readonly (readonly [string, string])[]>(() =>
    Object.entries((value ?? {}) as Values).map(([name, each]) => [name, textOf(each)]),
  )
  const change = (next: readonly (readonly [string, string])[]) => {
    setPairs(next)
    onValue(
      Object.fromEntries(next.filter(([name]) => name.trim() !== '').map(([name, each]) => [name, each])),
    )
  }
  const at = (index: number, pair: readonly [string, string]) =>
    change(pairs.map((each, place) => (place === index ? pair : each)))
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-xs font-medium">{field.label}</legend>
      {field.help ? <p className="text-xs text-muted">{field.help}</p> : null}
      {pairs.map(([name, text], index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a pair is its place while its name is written
        <div key={`${id}${index}`} className="flex items-end gap-2">
          <div className="min-w-0 grow">
            <TextField
              label="Name"
              value={name}
              onChange={(event) => at(index, [event.target.value, text])}
            />
          </div>
          <div className="min-w-0 grow">
            <TextField
              label="Value"
              value={text}
              onChange={(event) => at(index, [name, event.target.value])}
            />
          </div>
          <IconButton
            label={`Remove ${name || 'this pair'}`}
            icon={X}
            onClick={() => change(pairs.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      <div>
        <Button look="quiet" icon={Plus} onClick={() => change([...pairs, ['', '']])}>
          Add
        </Button>
      </div>
    </fieldset>
  )
}
