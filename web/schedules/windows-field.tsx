import { Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { inputClass } from '../ui/field.tsx'
import type { MaintenanceWindow } from './schedule-types.ts'
import { weekdayLabels } from './schedule-words.ts'

interface WindowsFieldProps {
  windows: MaintenanceWindow[]
  error: string | undefined
  onWindows(windows: MaintenanceWindow[]): void
}

const usual: MaintenanceWindow = { days: ['sat', 'sun'], from: '22:00', to: '04:00' }

/** Maintenance windows: work begins only within one of them. */
export function WindowsField({ windows, error, onWindows }: WindowsFieldProps) {
  const change = (at: number, window: MaintenanceWindow) => onWindows(windows.with(at, window))
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium">Maintenance windows</legend>
      {windows.map((window, at) => (
        <WindowRow
          // oxlint-disable-next-line react/no-array-index-key -- windows have no names; they are edited in place
          key={at}
          number={at + 1}
          window={window}
          onWindow={(next) => change(at, next)}
          onRemove={() => onWindows(windows.toSpliced(at, 1))}
        />
      ))}
      {error ? <p className="text-xs text-bad">{error}</p> : null}
      <div className="flex items-center gap-3">
        <Button icon={Plus} onClick={() => onWindows([...windows, usual])}>
          Add window
        </Button>
        <p className="text-xs text-muted">
          {windows.length === 0
            ? 'None: it may begin at any time.'
            : 'Times outside of all of them are left out. One that ends before it begins goes over midnight.'}
        </p>
      </div>
    </fieldset>
  )
}

interface WindowRowProps {
  number: number
  window: MaintenanceWindow
  onWindow(window: MaintenanceWindow): void
  onRemove(): void
}

function WindowRow({ number, window, onWindow, onRemove }: WindowRowProps) {
  const { days } = window
  const toggle = (day: MaintenanceWindow['days'][number]) =>
    onWindow({ ...window, days: days.includes(day) ? days.filter((each) => each !== day) : [...days, day] })
  return (
    <fieldset className="flex flex-wrap items-center gap-2" aria-label={`Window ${number}`}>
      <div className="flex">
        {weekdayLabels.map(({ day, label }) => (
          <button
            key={day}
            type="button"
            aria-pressed={days.includes(day)}
            onClick={() => toggle(day)}
            className={classNames(
              'h-8 border-y border-r border-field px-2 text-xs first:rounded-l-md first:border-l last:rounded-r-md',
              days.includes(day) ? 'bg-accent-soft font-medium text-accent' : 'text-muted hover:bg-sunken',
            )}
          >
            {label}
          </button>
        ))}
      </div>
      <TimeInput label="From" value={window.from} onValue={(from) => onWindow({ ...window, from })} />
      <TimeInput label="To" value={window.to} onValue={(to) => onWindow({ ...window, to })} />
      <IconButton label={`Remove window ${number}`} icon={Trash2} onClick={onRemove} />
    </fieldset>
  )
}

function TimeInput({
  label,
  value,
  onValue,
}: {
  label: string
  value: string
  onValue(value: string): void
}) {
  return (
    <label className="flex items-center gap-1.5 text-xs text-muted">
      {label.toLowerCase()}
      <span className="w-20">
        <input
          aria-label={label}
          value={value}
          placeholder="HH:MM"
          maxLength={5}
          onChange={(event) => onValue(event.target.value)}
          className={classNames(inputClass, 'h-8 tabular-nums')}
        />
      </span>
    </label>
  )
}
