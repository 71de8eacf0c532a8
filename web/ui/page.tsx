import { useEffect, type ReactNode } from 'react'
import { classNames } from './class-names.ts'

interface PageProps {
  title: string
  /** What stands beside the title. */
  lead?: ReactNode
  actions?: ReactNode
  /** Fills the height; the content scrolls by itself. */
  full?: boolean
  children: ReactNode
}

/** The frame of every page: its heading, its actions, its content. */
export function Page({ title, lead, actions, full = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Rollcall`
  }, [title])
  return (
    <div
      className={classNames(
        'mx-auto flex w-full flex-col gap-3 px-4 py-3 lg:px-6',
        full ? 'h-full min-h-0' : 'max-w-7xl pb-12',
      )}
    >
      <header className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 truncate text-lg font-semibold tracking-tight">{title}</h1>
        {lead}
        {actions ? <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {children}
    </div>
  )
}

/** A titled card. */
export function Panel({
  title,
  actions,
  children,
  className,
}: {
  title?: string
  actions?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <section
      className={classNames('min-w-0 overflow-hidden rounded-lg border bg-surface', className)}
      aria-label={title}
    >
      {title ? (
        <div className="flex min-h-10 flex-wrap items-center gap-2 border-b pr-3 pl-4">
          <h2 className="text-sm font-semibold">{title}</h2>
          {actions ? <div className="ml-auto flex items-center gap-1">{actions}</div> : null}
        </div>
      ) : null}
      {children}
    </section>
  )
}
