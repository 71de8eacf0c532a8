import { useEffect, useRef } from 'react'
import { Dialog as Base } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { paletteGroups, type PaletteEntry } from './palette-entries.ts'
import { PaletteList } from './palette-list.tsx'
import type { Asked } from './palette-state.ts'
import type { PaletteControl } from './use-palette.ts'

interface PaletteDialogProps extends Pick<PaletteControl, 'act' | 'field'> {
  asked: Asked
  entries: readonly PaletteEntry[]
  /** Whether these are all the entries for the text as it is now. */
  areKnown: boolean
  onRun(entry: PaletteEntry): void
}

/** A text field and what fits to it; arrows move, Enter runs. */
export function PaletteDialog({ asked, entries, areKnown, field, act, onRun }: PaletteDialogProps) {
  // In the order in which the list shows them.
  const shown = paletteGroups.flatMap((group) => entries.filter((entry) => entry.group === group))
  const from = Math.max(
    0,
    shown.findIndex(({ id }) => id === asked.chosen),
  )
  const active = shown.at((from + asked.steps) % shown.length)
  const hasRun = useRef(false)
  // Only now is it known where the arrows led, and what Enter was meant for.
  useEffect(() => {
    if (!areKnown || !active || hasRun.current) return
    if (asked.wantsRun) {
      hasRun.current = true
      onRun(active)
    } else if (asked.steps !== 0) act({ do: 'choose', id: active.id })
  })
  // At once, and not in the next frame; the caret stands behind what was typed before.
  const initialFocus = () => {
    field.current?.focus()
    field.current?.setSelectionRange(asked.text.length, asked.text.length)
    return field.current
  }
  return (
    <Base.Root open onOpenChange={(open) => !open && act({ do: 'close' })}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Base.Popup
          initialFocus={initialFocus}
          aria-label="Search and run"
          className="fixed top-[max(1rem,12vh)] left-1/2 z-50 flex max-h-[min(32rem,76vh)] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-surface shadow-2xl"
        >
          <div className="flex items-center gap-3 border-b px-4">
            <Search size={16} className="shrink-0 text-muted" aria-hidden />
            <input
              ref={field}
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
              value={asked.text}
              onChange={(event) => act({ do: 'write', text: event.target.value })}
            />
          </div>
          <PaletteList
            entries={shown}
            active={active?.id}
            onActive={(id) => act({ do: 'choose', id })}
            onRun={onRun}
          />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
