import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { classNames } from '../ui/class-names.ts'

export interface Cell {
  key: string
  /** What is read out, and shown when the pointer rests on it. */
  words: string
  className: string
  content: ReactNode
}

interface CellGridProps {
  label: string
  cells: readonly Cell[]
  selected: number
  onSelect(index: number): void
  /** What a press does besides. */
  onOpen?: ((index: number) => void) | undefined
}

const columns = 16

/** Steps of keys from a cell; the ends are ends. */
const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at - columns,
  ArrowDown: (at) => at + columns,
  Home: (at) => at - (at % columns),
  End: (at, last) => Math.min(last, at - (at % columns) + columns - 1),
  PageUp: () => 0,
  PageDown: (_, last) => last,
}

/** A map of up to 256 cells, sixteen in a row: one stop for the tab key, and arrows within. */
export function CellGrid({ label, cells, selected, onSelect, onOpen }: CellGridProps) {
  const grid = useRef<HTMLTableElement>(null)
  const moved = useRef(false)
  useEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
    moved.current = false
  }, [selected])
  const onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const next = steps[event.key]?.(selected, cells.length - 1)
    if (next === undefined) return
    event.preventDefault()
    if (next < 0 || next >= cells.length || next === selected) return
    moved.current = true
    onSelect(next)
  }
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, at) =>
    cells.slice(at * columns, (at + 1) * columns),
  )
  return (
    <table
      ref={grid}
      aria-label={label}
      className="table-fixed border-separate border-spacing-px sm:border-spacing-0.5"
      // Fewer cells than a row has are as wide as in a full one.
      style={{ width: `${Math.min(1, cells.length / columns) * 100}%` }}
    >
      <tbody>
        {rows.map((row, line) => (
          <tr key={row[0]!.key}>
            {row.map((cell, place) => {
              const index = line * columns + place
              const isSelected = index === selected
              return (
                <td key={cell.key} className="p-0">
                  <button
                    type="button"
                    tabIndex={isSelected ? 0 : -1}
                    aria-label={cell.words}
                    aria-current={isSelected}
                    title={cell.words}
                    onKeyDown={onKey}
                    onClick={() => {
                      onSelect(index)
                      onOpen?.(index)
                    }}
                    className={classNames(
                      'relative grid h-6 w-full place-items-center overflow-hidden rounded-sm border text-[0.5625rem] leading-none select-none sm:h-7 sm:text-2xs',
                      isSelected && 'ring-2 ring-ink ring-offset-1 ring-offset-surface',
                      cell.className,
                    )}
                  >
                    {cell.content}
                  </button>
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
