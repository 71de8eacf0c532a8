import { useSyncExternalStore } from 'react'
import { formatAgo, formatTime } from '../format.ts'

let now = Date.now()
const listeners = new Set<() => void>()
setInterval(() => {
  now = Date.now()
  for (const listener of listeners) listener()
}, 20_000)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** How long ago, with the exact time for the pointer and the screen reader; a dash for never. */
export function TimeAgo({ at, className }: { at: string | null; className?: string }) {
  const current = useSyncExternalStore(subscribe, () => now)
  if (at === null) return <span className="text-muted">—</span>
  return (
    <time dateTime={at} title={formatTime(at)} className={className}>
      {formatAgo(at, Math.max(current, now))}
    </time>
  )
}
