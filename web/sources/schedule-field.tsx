import { useState } from 'react'
import { SelectField, TextField } from '../ui/field.tsx'
import { schedules } from './schedules.ts'

const own = 'own'

interface ScheduleFieldProps {
  value: string
  error: string | undefined
  disabled: boolean
  onValue(value: string): void
}

/** When a source is read: one of the usual schedules, or a cron expression. */
export function ScheduleField({ value, error, disabled, onValue }: ScheduleFieldProps) {
  const known = schedules.some((schedule) => schedule.value === value)
  const [writes, setWrites] = useState(!known)
  return (
    <div className="flex flex-col gap-2">
      <SelectField
        label="Read"
        disabled={disabled}
        value={writes ? own : value}
        options={[...schedules, { value: own, label: 'At other times…' }]}
        onChange={(event) => {
          const chosen = event.target.value
          setWrites(chosen === own)
          if (chosen !== own) onValue(chosen)
        }}
        error={writes ? undefined : error}
      />
      {writes ? (
        <TextField
          label="Cron expression"
          className="font-mono text-xs"
          disabled={disabled}
          value={value}
          error={error}
          placeholder="*/20 * * * *"
          hint="Minute, hour, day of the month, month, day of the week."
          onChange={(event) => onValue(event.target.value)}
        />
      ) : null}
    </div>
  )
}
