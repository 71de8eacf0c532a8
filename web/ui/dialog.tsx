import { useRef, type ReactNode } from 'react'
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { classNames } from './class-names.ts'
import { IconButton } from './button.tsx'

interface DialogProps {
  open: boolean
  onClose(): void
  title: string
  description?: ReactNode
  children: ReactNode
  wide?: boolean
}

/** A window above the page; focus stays inside, Escape closes. */
export function Dialog({ open, onClose, title, description, children, wide = false }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  /** A field that has taken the focus keeps it; else the window has it, not the button that closes it. */
  const initialFocus = () => {
    const { activeElement } = document
    return activeElement instanceof HTMLElement && popup.current?.contains(activeElement)
      ? activeElement
      : popup.current
  }
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Base.Popup
          ref={popup}
          initialFocus={initialFocus}
          className={classNames(
            'fixed top-[max(1rem,8vh)] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-xl border bg-surface shadow-2xl',
            wide ? 'max-w-3xl' : 'max-w-lg',
          )}
        >
          <div className="flex items-start gap-2 border-b px-4 py-3">
            <div className="min-w-0">
              <Base.Title className="text-base font-semibold">{title}</Base.Title>
              {description ? <Base.Description className="text-muted">{description}</Base.Description> : null}
            </div>
            <Base.Close render={<IconButton label="Close" icon={X} className="-my-1 -mr-2 ml-auto" />} />
          </div>
          <div className="overflow-y-auto px-4 py-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** The row of buttons that ends a form in a dialog; in sight however long the form is. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return (
    <div className="sticky -bottom-4 z-10 -mx-4 mt-5 -mb-4 flex flex-wrap justify-end gap-2 rounded-b-xl border-t bg-surface px-4 py-3">
      {children}
    </div>
  )
}
