import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { Dialog as Base } from '@base-ui/react/dialog'
import { Search, type LucideIcon } from 'lucide-react'
import { steppedThrough } from '../query/completion.ts'
import { classNames } from '../ui/class-names.ts'

export interface PaletteItem {
  id: string
  icon: LucideIcon
  label: string
  detail?: string | undefined
  run(): void | Promise<void>
}

export interface PaletteGroup {
  title: string
  items: readonly PaletteItem[]
}

interface PaletteDialogProps {
  text: string
  groups: readonly PaletteGroup[]
  onText(text: string): void
  onTake(item: PaletteItem): void
  onClose(): void
}

/** A text field and what fits to it; arrows move, Enter takes. */
export function PaletteDialog({ text, groups, onText, onTake, onClose }: PaletteDialogProps) {
  const id = useId()
  const [active, setActive] = useState(0)
  const items = groups.flatMap((group) => group.items)
  const current = Math.min(active, items.length - 1)
  const onKeyDown = (event: KeyboardEvent) => {
    const steps = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (steps !== 0) {
      event.preventDefault()
      const next = steppedThrough(current, steps, items.length)
      setActive(next < 0 ? (steps > 0 ? 0 : items.length - 1) : next)
    } else if (event.key === 'Enter' && items[current]) {
      event.preventDefault()
      onTake(items[current])
    }
  }
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Base.Popup
          aria-label="Search and run"
          className="fixed top-[max(1rem,12vh)] left-1/2 z-50 flex max-h-[70vh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-surface shadow-2xl"
        >
          <div className="flex items-center gap-3 border-b px-4">
            <Search size={16} className="shrink-0 text-muted" aria-hidden />
            <input
              role="combobox"
              aria-expanded
              aria-controls={`${id}-list`}
              aria-activedescendant={items[current] ? `${id}-${items[current].id}` : undefined}
              aria-label="Search and run"
              placeholder="Find a device, go to a page, run something…"
              className="h-12 w-full bg-transparent text-base outline-none"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setActive(0)
                onText(event.target.value)
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <PaletteList id={id} groups={groups} current={items[current]?.id} onTake={onTake} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

interface PaletteListProps {
  id: string
  groups: readonly PaletteGroup[]
  current: string | undefined
  onTake(item: PaletteItem): void
}

function PaletteList({ id, groups, current, onTake }: PaletteListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <div
      ref={list}
      id={`${id}-list`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a select cannot stand below a text field
      role="listbox"
      tabIndex={-1}
      aria-label="What fits"
      className="overflow-y-auto p-1.5"
    >
      {groups.length === 0 ? <p className="px-3 py-6 text-center text-muted">Nothing fits.</p> : null}
      {groups.map(({ title, items }) => (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a fieldset is no part of a listbox
        <div key={title} role="group" aria-label={title}>
          <p className="px-2.5 pt-2 pb-1 text-2xs font-medium text-muted" aria-hidden>
            {title}
          </p>
          {items.map((item) => (
            <PaletteOption
              key={item.id}
              id={`${id}-${item.id}`}
              item={item}
              active={item.id === current}
              onTake={onTake}
            />
          ))}
        </div>
      ))}
    </div>
  )
}

interface PaletteOptionProps {
  id: string
  item: PaletteItem
  active: boolean
  onTake(item: PaletteItem): void
}

function PaletteOption({ id, item, active, onTake }: PaletteOptionProps) {
  const { icon: Icon, label, detail } = item
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keys, as ARIA's pattern wants
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as of the list
      role="option"
      tabIndex={-1}
      aria-selected={active}
      // The text field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onTake(item)}
      className={classNames(
        'flex h-9 cursor-default items-center gap-3 rounded-md px-2.5',
        active ? 'bg-accent-soft text-accent' : 'hover:bg-sunken',
      )}
    >
      <Icon size={15} className={classNames('shrink-0', !active && 'text-muted')} aria-hidden />
      <span className="min-w-0 grow truncate">{label}</span>
      {detail ? <span className="shrink-0 text-xs text-muted">{detail}</span> : null}
    </div>
  )
}
