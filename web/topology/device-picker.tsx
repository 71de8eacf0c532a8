import { useId, useState, type KeyboardEvent } from 'react'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { deviceQuery } from '../device/device-query.ts'
import { deviceTypeIcons } from '../device-words.ts'
import { useFoundDevices } from '../shell/use-found-devices.ts'
import { classNames } from '../ui/class-names.ts'
import { inputClass } from '../ui/field.tsx'

interface DevicePickerProps {
  label: string
  placeholder: string
  /** The number of the device, or another name for it. */
  value: string | undefined
  onValue(value: string | undefined): void
  className?: string
}

/** A field that finds a device as its name is written. */
export function DevicePicker({ label, placeholder, value, onValue, className }: DevicePickerProps) {
  const id = useId()
  const isNumber = value !== undefined && /^\d+$/.test(value)
  const known = useQuery({ ...deviceQuery(value ?? ''), enabled: isNumber, retry: false }).data
  const [written, setWritten] = useState<string>()
  const [active, setActive] = useState(0)
  const { devices } = useFoundDevices(written ?? '')
  const name = isNumber ? (known?.name ?? '') : (value ?? '')
  const shown = written === undefined ? [] : devices
  const take = (chosen: string | undefined) => {
    setWritten(undefined)
    setActive(0)
    onValue(chosen)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, shown.length - 1))
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0))
    else if (event.key === 'Escape' && written !== undefined) setWritten(undefined)
    else if (event.key === 'Enter' && written !== undefined) {
      const chosen = shown[active]
      take(chosen ? String(chosen.id) : written.trim() || undefined)
    } else return
    event.preventDefault()
  }
  return (
    <div className={classNames('relative', className)}>
      <input
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={shown.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown[active] ? `${id}-${shown[active].id}` : undefined}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        className={classNames(inputClass, 'h-8 pr-8')}
        value={written ?? name}
        onChange={(event) => {
          setWritten(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setWritten(undefined)}
      />
      {value === undefined ? null : (
        <button
          type="button"
          aria-label={`Clear: ${label}`}
          onClick={() => take(undefined)}
          className="absolute top-1 right-1 grid size-6 place-items-center rounded text-muted hover:bg-sunken hover:text-ink"
        >
          <X size={14} aria-hidden />
        </button>
      )}
      {shown.length > 0 ? (
        <div
          id={`${id}-list`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a select cannot stand beside a text field
          role="listbox"
          tabIndex={-1}
          aria-label={`${label}: devices`}
          className="absolute inset-x-0 top-full z-30 mt-1 max-h-72 min-w-56 overflow-y-auto rounded-lg border bg-surface p-1 shadow-xl"
        >
          {shown.map((device, at) => {
            const Icon = deviceTypeIcons[device.deviceType]
            return (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keys, as ARIA's pattern wants
              <div
                key={device.id}
                id={`${id}-${device.id}`}
                // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as of the list
                role="option"
                tabIndex={-1}
                aria-selected={at === active}
                // The text field keeps the focus.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(String(device.id))}
                className={classNames(
                  'flex h-7 cursor-default items-center gap-2 rounded px-2',
                  at === active ? 'bg-accent-soft' : 'hover:bg-sunken',
                )}
              >
                <Icon size={14} className="shrink-0 text-muted" aria-hidden />
                <span className="min-w-0 truncate">{device.name}</span>
                <span className="ml-auto shrink-0 text-xs text-muted">{device.address}</span>
              </div>
            )
          })}
        </div>
      ) : null}
    </div>
  )
}
