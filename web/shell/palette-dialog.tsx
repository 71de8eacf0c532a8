import { useState, type KeyboardEvent } from 'react'
import { Dialog as Base } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { paletteGroups, type PaletteEntry } from './palette-entries.ts'
import { PaletteList } from './palette-list.tsx'

interface PaletteDialogProps {
  text: string
  entries: readonly PaletteEntry[]
  onText(text: string): void
  onRun(entry: PaletteEntry): void
  onClose(): void
}

/** A text field and what fits to it; arrows move, Enter runs. */
export function PaletteDialog({ text, entries, onText, onRun, onClose }: PaletteDialogProps) {
  const [chosen, setChosen] = useState<string>()
  // In the order in which the list shows them.
  const shown = paletteGroups.flatMap((group) => entries.filter((entry) => entry.group === group))
  const index = Math.max(
    0,
    shown.findIndex(({ id }) => id === chosen),
  )
  const active = shown[index]
  const onKeyDown = (event: KeyboardEvent) => {
    const steps = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (steps !== 0 && shown.length > 0) {
      event.preventDefault()
      setChosen(shown[(index + steps + shown.length) % shown.length]!.id)
    } else if (event.key === 'Enter' && active) {
      event.preventDefault()
      onRun(active)
    }
  }
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Base.Popup
          aria-label="Search and run"
          className="fixed top-[max(1rem,12vh)] left-1/2 z-50 flex max-h-[min(32rem,76vh)] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-surface shadow-2xl"
        >
          <div className="flex items-center gap-3 border-b px-4">
            <Search size={16} className="shrink-0 text-muted" aria-hidden />
            <input
              role="combobox"
              aria-expanded
              aria-controls="palette-list"
              aria-autocomplete="list"
              aria-activedescendant={active ? `palette-${active.id}` : undefined}
              aria-label="Search and run"
              placeholder="Find a device, go to a page, run something…"
              className="h-12 w-full bg-transparent text-base outline-none"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setChosen(undefined)
                onText(event.target.value)
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <PaletteList entries={shown} active={active?.id} onActive={setChosen} onRun={onRun} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
