import type { ReactElement, ReactNode } from 'react'
import { Menu as Base } from '@base-ui/react/menu'

const popup =
  'z-50 max-h-(--available-height) min-w-44 overflow-y-auto rounded-lg border bg-surface p-1 shadow-xl outline-none'
const item =
  'flex h-8 items-center gap-2 rounded px-2 text-sm outline-none select-none cursor-default data-highlighted:bg-sunken data-disabled:opacity-50'

/** A button that opens a list of actions. */
export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50">
          <Base.Popup className={popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem({
  onSelect,
  children,
  disabled = false,
}: {
  onSelect(): void
  children: ReactNode
  disabled?: boolean
}) {
  return (
    <Base.Item className={item} onClick={onSelect} disabled={disabled}>
      {children}
    </Base.Item>
  )
}

/** An action that is a choice; stays open. */
export function MenuCheck({
  checked,
  onValue,
  children,
}: {
  checked: boolean
  onValue(checked: boolean): void
  children: ReactNode
}) {
  return (
    <Base.CheckboxItem className={item} checked={checked} onCheckedChange={onValue} closeOnClick={false}>
      <span className="grid size-4 place-items-center rounded border border-field text-2xs" aria-hidden>
        {checked ? '✓' : ''}
      </span>
      {children}
    </Base.CheckboxItem>
  )
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />
}
