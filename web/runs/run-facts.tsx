import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import type { Run } from '#features/sync/run-shapes.ts'
import { useRunProgress } from '../events.ts'
import { formatDuration, formatNumber, formatTime } from '../format.ts'
import { classNames } from '../ui/class-names.ts'
import { TimeAgo } from '../ui/time-ago.tsx'

/** What the run has found so far, by the events while it runs. */
export function RunCounts({ run }: { run: Run }) {
  const heard = useRunProgress(run.id)
  const live = run.status === 'running' ? heard : undefined
  const counts = [
    ['Seen', live?.seen ?? run.recordsSeen, 'Records the source told of'],
    ['New', live?.added ?? run.added, 'Records that were not known'],
    ['Changed', live?.updated ?? run.updated, 'Records that say something else than before'],
    ['Unchanged', live?.unchanged ?? run.unchanged, 'Records that say the same; nothing was written'],
    ['Gone', run.removed, 'Records that the source no longer has'],
  ] as const
  return (
    <dl className="grid grid-cols-2 gap-px bg-line sm:grid-cols-5">
      {counts.map(([name, count, meaning]) => (
        <div key={name} className="bg-surface px-4 py-2.5 last:col-span-2 sm:last:col-span-1" title={meaning}>
          <dt className="text-xs text-muted">{name}</dt>
          <dd className={classNames('text-xl font-semibold', count === 0 && 'font-normal text-muted')}>
            {formatNumber(count)}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** When, by whom and how long. */
export function RunFacts({ run }: { run: Run }) {
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-1.5 border-t px-4 py-2.5">
      <Fact name="Began">
        {formatTime(run.startedAt)} <span className="text-muted">(</span>
        <TimeAgo at={run.startedAt} className="text-muted" />
        <span className="text-muted">)</span>
      </Fact>
      {run.completedAt === null ? null : (
        <Fact name="Took">{formatDuration(Date.parse(run.completedAt) - Date.parse(run.startedAt))}</Fact>
      )}
      <Fact name="Asked for by">{run.startedBy}</Fact>
      <Fact name="Source">
        <Link to="/sources" search={{ edit: run.source }} className="text-accent hover:underline">
          {run.source}
        </Link>{' '}
        <span className="text-muted">({run.system})</span>
      </Fact>
      {run.jobId === null ? null : (
        <Fact name="Job">
          <Link to="/jobs/$id" params={{ id: String(run.jobId) }} className="text-accent hover:underline">
            #{run.jobId}
          </Link>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-2">
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
