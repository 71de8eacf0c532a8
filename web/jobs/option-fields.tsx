import type { OptionDraft } from './option-draft.ts'
import { SelectField, TextField } from '../ui/field.tsx'

interface OptionFieldsProps {
  draft: OptionDraft
  withTime: boolean
  onDraft(draft: OptionDraft): void
}

const priorities = [
  { value: '10', label: 'First of all (+10)' },
  { value: '5', label: 'Before others (+5)' },
  { value: '0', label: 'Usual' },
  { value: '-5', label: 'After others (−5)' },
  { value: '-10', label: 'Last of all (−10)' },
]

/** When, how fast, and what makes it stop. */
export function OptionFields({ draft, withTime, onDraft }: OptionFieldsProps) {
  const tied = (name: keyof OptionDraft) => ({
    value: draft[name],
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => onDraft({ ...draft, [name]: event.target.value }),
  })
  const isKnown = priorities.some(({ value }) => value === draft.priority)
  return (
    <div className="grid gap-x-4 gap-y-3.5 sm:grid-cols-2">
      <SelectField
        label="Priority"
        options={isKnown ? priorities : [...priorities, { value: draft.priority, label: draft.priority }]}
        {...tied('priority')}
      />
      {withTime ? (
        <TextField label="Not before" type="datetime-local" hint="Empty: at once." {...tied('when')} />
      ) : null}
      <TextField
        label="Rows at the same time"
        inputMode="numeric"
        placeholder="as the action likes"
        {...tied('concurrency')}
      />
      <TextField
        label="Tries of a row"
        inputMode="numeric"
        hint="What may be tried again is tried so often."
        placeholder="3"
        {...tied('maxAttempts')}
      />
      <TextField
        label="Budget"
        inputMode="decimal"
        hint="It pauses when it has cost so much."
        placeholder="no limit of its own"
        {...tied('maxCost')}
      />
      <TextField
        label="Failed rows"
        inputMode="numeric"
        hint="It pauses when more have failed."
        placeholder="no limit"
        {...tied('maxFailures')}
      />
      <TextField
        label="Failed rows in percent"
        inputMode="decimal"
        hint="The same as a share, once 20 rows are over."
        placeholder="no limit"
        {...tied('maxFailureShare')}
      />
      <div className="grid grid-cols-2 gap-x-2">
        <TextField
          label="First rows"
          inputMode="numeric"
          hint="So many before all others."
          placeholder="none"
          {...tied('canaryRows')}
        />
        <SelectField
          label="Then"
          options={[
            { value: 'wait', label: 'wait for me' },
            { value: 'go', label: 'go on if good' },
          ]}
          {...tied('canaryAfterwards')}
        />
      </div>
    </div>
  )
}
