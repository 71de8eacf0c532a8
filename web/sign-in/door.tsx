import { useEffect, type ReactNode } from 'react'

/** The frame of the pages before one is signed in. */
export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Rollcall`
  }, [title])
  return (
    <main className="grid min-h-full place-items-center px-4 py-10">
      <div className="flex w-full max-w-sm flex-col gap-4">
        <div className="flex items-center justify-center gap-2.5">
          <img src="/icon.svg" alt="" className="size-8" />
          <span className="text-lg font-semibold tracking-tight">Rollcall</span>
        </div>
        <div className="flex flex-col gap-5 rounded-xl border bg-surface p-6 shadow-sm">
          <div>
            <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
            {lead ? <p className="mt-1 text-muted">{lead}</p> : null}
          </div>
          {children}
        </div>
      </div>
    </main>
  )
}
