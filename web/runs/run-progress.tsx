import type { Run } from '#features/sync/run-shapes.ts'
import { useRunProgress } from '../events.ts'
import { formatNumber } from '../format.ts'

/** How far a run is, newest first: by the events, else by what the server told last. */
export function useProgressOf(run: Pick<Run, 'id' | 'recordsSeen' | 'recordsTotal'>): {
  seen: number
  total: number | null
} {
  const heard = useRunProgress(run.id)
  if (heard && heard.seen >= run.recordsSeen) return { seen: heard.seen, total: heard.total }
  return { seen: run.recordsSeen, total: run.recordsTotal }
}

/** A bar and a number; without a known total the bar only says that it goes on. */
export function RunProgressBar({
  run,
}: {
  run: Pick<Run, 'id' | 'recordsSeen' | 'recordsTotal' | 'source'>
}) {
  const { seen, total } = useProgressOf(run)
  const share = total ? Math.min(1, seen / total) : undefined
  return (
    <div className="flex min-w-32 items-center gap-2">
      <progress
        className="sr-only"
        aria-label={`Reading ${run.source}`}
        max={1}
        {...(share === undefined ? {} : { value: share })}
      />
      <div className="h-1.5 grow overflow-hidden rounded-full bg-sunken" aria-hidden>
        <div
          className={
            share === undefined
              ? 'h-full w-1/3 animate-pulse rounded-full bg-accent'
              : 'h-full rounded-full bg-accent transition-[width] duration-500'
          }
          style={share === undefined ? undefined : { width: `${share * 100}%` }}
        />
      </div>
      <span className="text-xs whitespace-nowrap text-muted">
        {formatNumber(seen)}
        {total ? ` of ${formatNumber(total)}` : ' records'}
      </span>
    </div>
  )
}
