import { SelectField, TextField } from '../ui/field.tsx'
import type { Schedule } from './schedule-types.ts'
import type { ScheduleFormState } from './use-schedule-form.ts'

const catchUps = [
  { value: 'none', label: 'nothing' },
  { value: 'last', label: 'the newest time' },
  { value: 'all', label: 'every time' },
]
const overlaps = [
  { value: 'skip', label: 'leave that time out' },
  { value: 'queue', label: 'let one job wait' },
  { value: 'replace', label: 'cancel it and begin' },
  { value: 'allow', label: 'begin beside it' },
]
const gaps = [
  { value: 'shift', label: 'do it right after the gap' },
  { value: 'skip', label: 'leave it out' },
]
const repeats = [
  { value: 'first', label: 'do it the first time' },
  { value: 'second', label: 'do it the second time' },
  { value: 'both', label: 'do it both times' },
]

/** What is done about times that were missed, that come too soon, or that clocks leave out or show twice. */
export function PolicyFields({ form: { entered, enter, byPath } }: { form: ScheduleFormState }) {
  return (
    <div className="grid gap-x-4 gap-y-3.5 border-t pt-3 sm:grid-cols-2">
      <SelectField
        label="Made up for when nobody ran"
        value={entered.catchUp}
        error={byPath['catchUp']}
        options={catchUps}
        onChange={(event) => enter({ catchUp: event.target.value as Schedule['catchUp'] })}
      />
      <TextField
        label="Not older than (hours)"
        inputMode="numeric"
        disabled={entered.catchUp === 'none'}
        value={entered.catchUpHours}
        error={byPath['catchUpHours']}
        onChange={(event) => enter({ catchUpHours: event.target.value })}
      />
      <SelectField
        label="While an earlier job is not over"
        value={entered.overlap}
        error={byPath['overlap']}
        options={overlaps}
        onChange={(event) => enter({ overlap: event.target.value as Schedule['overlap'] })}
      />
      <TextField
        label="Description"
        value={entered.description}
        error={byPath['description']}
        onChange={(event) => enter({ description: event.target.value })}
      />
      <SelectField
        label="A time that clocks leave out in spring"
        value={entered.dstGap}
        options={gaps}
        onChange={(event) => enter({ dstGap: event.target.value as Schedule['dstGap'] })}
      />
      <SelectField
        label="A time that clocks show twice in autumn"
        value={entered.dstOverlap}
        options={repeats}
        onChange={(event) => enter({ dstOverlap: event.target.value as Schedule['dstOverlap'] })}
      />
    </div>
  )
}
