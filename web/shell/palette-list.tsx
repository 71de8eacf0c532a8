import { useEffect, useRef } from 'react'
import { classNames } from '../ui/class-names.ts'
import { paletteGroups, type PaletteEntry } from './palette-entries.ts'

interface PaletteListProps {
  entries: readonly PaletteEntry[]
  active: string | undefined
  onActive(id: string): void
  onRun(entry: PaletteEntry): void
}

/** What the palette offers, in groups. */
export function PaletteList({ entries, active, onActive, onRun }: PaletteListProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div
      ref={list}
      id="palette-list"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a select cannot stand beside a text field
      role="listbox"
      tabIndex={-1}
      aria-label="Results"
      className="min-h-0 scroll-py-8 overflow-y-auto overscroll-contain p-1.5"
    >
      {paletteGroups.map((group) => {
        const own = entries.filter((entry) => entry.group === group)
        if (own.length === 0) return null
        return (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- options stand in a group
          <div key={group} role="group" aria-label={group} className="pb-1">
            <p className="px-2.5 pt-2 pb-1 text-2xs font-medium text-muted" aria-hidden>
              {group}
            </p>
            {own.map((entry) => (
              <Option
                key={entry.id}
                entry={entry}
                isActive={entry.id === active}
                onActive={onActive}
                onRun={onRun}
              />
            ))}
          </div>
        )
      })}
    </div>
  )
}

interface OptionProps {
  entry: PaletteEntry
  isActive: boolean
  onActive(id: string): void
  onRun(entry: PaletteEntry): void
}

function Option({ entry, isActive, onActive, onRun }: OptionProps) {
  const { id, icon: Icon, label, detail, keys } = entry
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text field has the keys, as ARIA's pattern wants
    <div
      id={`palette-${id}`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as of the list
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      // The text field keeps the focus; a list that moves beneath a resting pointer chooses nothing.
      onMouseDown={(event) => event.preventDefault()}
      onMouseMove={() => onActive(id)}
      onClick={() => onRun(entry)}
      className={classNames(
        'flex h-8.5 cursor-default items-center gap-2.5 rounded-md px-2.5',
        isActive && 'bg-accent-soft',
      )}
    >
      <Icon
        size={15}
        className={classNames('shrink-0', isActive ? 'text-accent' : 'text-muted')}
        aria-hidden
      />
      <span className="min-w-0 shrink-0 truncate">{label}</span>
      {detail ? <span className="min-w-0 truncate text-xs text-muted">{detail}</span> : null}
      {keys ? (
        <kbd className="ml-auto shrink-0 rounded bg-sunken px-1.5 font-sans text-2xs leading-5 text-muted">
          {keys}
        </kbd>
      ) : null}
    </div>
  )
}
