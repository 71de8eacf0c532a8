import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react'
import { formatShortTime } from '../format.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { inputClass } from '../ui/field.tsx'
import { movedRange, presets, readRange, scaledRange, usualRange, type RangeText } from './time-range.ts'

interface RangeBarProps {
  text: RangeText
  onRange(next: RangeText): void
}

/** Which time is shown: a stretch up to now, or one that was drawn, which can be moved and scaled. */
export function RangeBar({ text, onRange }: RangeBarProps) {
  // Where a stretch was drawn, now plays no part in it.
  const range = readRange(text, 0)
  const moved = (share: number) => onRange(movedRange(readRange(text, Date.now()), share, Date.now()))
  const scaled = (factor: number) => onRange(scaledRange(readRange(text, Date.now()), factor, Date.now()))
  const chosen = range.live ? (text.range ?? usualRange) : ''
  return (
    <nav aria-label="Which time is shown" className="flex flex-wrap items-center gap-1">
      <span className="hidden overflow-hidden rounded-md border border-line-strong sm:inline-flex">
        {presets.map(([name, label]) => (
          <button
            key={name}
            type="button"
            title={`The last ${label}`}
            aria-pressed={name === chosen}
            onClick={() => onRange({ range: name })}
            className="h-7.5 border-r border-line px-2 text-xs last:border-r-0 hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
          >
            {name}
          </button>
        ))}
      </span>
      <select
        aria-label="Time shown"
        className={`${inputClass} h-8 w-auto! sm:hidden`}
        value={chosen}
        onChange={(event) => onRange({ range: event.target.value || usualRange })}
      >
        {chosen === '' ? <option value="">As drawn</option> : null}
        {presets.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <IconButton label="Earlier" icon={ChevronLeft} onClick={() => moved(-0.5)} />
      <IconButton label="Later" icon={ChevronRight} disabled={range.live} onClick={() => moved(0.5)} />
      <IconButton label="Zoom in" icon={ZoomIn} onClick={() => scaled(0.5)} />
      <IconButton label="Zoom out" icon={ZoomOut} onClick={() => scaled(2)} />
      {range.live ? null : (
        <>
          <span className="text-xs text-muted">
            {formatShortTime(new Date(range.from).toISOString())} to{' '}
            {formatShortTime(new Date(range.to).toISOString())}
          </span>
          <Button look="quiet" className="text-accent" onClick={() => onRange({})}>
            Back to now
          </Button>
        </>
      )}
    </nav>
  )
}
