import { useId, useState, type ReactNode } from 'react'
import { ChevronRight } from 'lucide-react'
import { classNames } from '../ui/class-names.ts'

/** What most people leave as it is. */
export function Fold({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  const [open, setOpen] = useState(false)
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="flex h-8 items-center gap-1.5 font-medium text-muted hover:text-ink"
      >
        <ChevronRight
          size={15}
          className={classNames('transition-transform', open && 'rotate-90')}
          aria-hidden
        />
        {title}
      </button>
      <div id={id} hidden={!open} className="pt-2">
        {children}
      </div>
    </div>
  )
}
