import { useEffect, useState } from 'react'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import type { Change } from '#features/inventory/device-shapes.ts'
import { fromLocalInput, toLocalInput } from '../changes/times.ts'
import { counted, formatTime } from '../format.ts'
import type { Paged } from '../paged.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { inputClass } from '../ui/field.tsx'
import { momentsOf, placeOf, placeOfNow, timeAt } from './as-of.ts'

interface AsOfBarProps {
  history: Paged<Change>
  /** The time shown; undefined for now. */
  at: string | undefined
  onAt(at: string | undefined): void
  onClose(): void
}

/** Goes back in time: by a slider with one step for each change, or to any time. */
export function AsOfBar({ history, at, onAt, onClose }: AsOfBarProps) {
  const { items, hasNextPage, isFetchingNextPage, fetchNextPage } = history
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const moments = momentsOf(items ?? [])
  const place = placeOf(moments, at)
  const go = (next: number) => onAt(timeAt(moments, next))
  return (
    <section
      aria-label="As it was"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border bg-surface px-3 py-2"
    >
      <p className="min-w-44" aria-live="polite">
        <span className="block text-2xs text-muted">Shown as it was</span>
        <span className="font-medium">{at === undefined ? 'Now' : formatTime(at)}</span>
      </p>
      <IconButton
        label="One change back"
        icon={ChevronLeft}
        disabled={place === 0}
        onClick={() => go(place - 1)}
      />
      <Slider moments={moments} place={place} onPlace={go} />
      <IconButton
        label="One change on"
        icon={ChevronRight}
        disabled={place >= placeOfNow(moments)}
        onClick={() => go(place + 1)}
      />
      <span className="text-xs whitespace-nowrap text-muted">
        {items === undefined ? '…' : counted(moments.length, 'state')}
      </span>
      <input
        type="datetime-local"
        aria-label="Any other time"
        className={`${inputClass} h-8 w-auto!`}
        value={toLocalInput(at)}
        onChange={(event) => onAt(fromLocalInput(event.target.value))}
      />
      {at === undefined ? null : (
        <Button look="quiet" onClick={() => onAt(undefined)}>
          Back to now
        </Button>
      )}
      <IconButton label="Close" icon={X} onClick={onClose} />
    </section>
  )
}

interface SliderProps {
  moments: readonly string[]
  place: number
  onPlace(place: number): void
}

/** Moves at once under the hand; the device follows when it rests. */
function Slider({ moments, place, onPlace }: SliderProps) {
  const [held, setHeld] = useState<number>()
  useEffect(() => {
    if (held === undefined) return
    const timer = setTimeout(() => {
      setHeld(undefined)
      if (held !== place) onPlace(held)
    }, 180)
    return () => clearTimeout(timer)
  }, [held, place, onPlace])
  const shown = held ?? place
  const time = timeAt(moments, shown)
  return (
    <input
      type="range"
      aria-label="Time"
      aria-valuetext={time === undefined ? 'now' : formatTime(time)}
      title={time === undefined ? 'now' : formatTime(time)}
      className="h-8 min-w-40 grow accent-accent"
      min={0}
      max={placeOfNow(moments)}
      disabled={moments.length < 2}
      step={1}
      value={shown}
      onChange={(event) => setHeld(event.target.valueAsNumber)}
    />
  )
}
