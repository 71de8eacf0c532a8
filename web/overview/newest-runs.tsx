import { Link } from '@tanstack/react-router'
import type { Run } from '#features/sync/run-shapes.ts'
import { formatNumber } from '../format.ts'
import { RunProgressBar } from '../runs/run-progress.tsx'
import { Panel } from '../ui/page.tsx'
import { RunStatus } from '../ui/status-badges.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** The newest runs; one that goes on shows how far it is. */
export function NewestRuns({ runs }: { runs: readonly Run[] }) {
  return (
    <Panel
      title="Newest runs"
      actions={
        <Link to="/runs" className="px-1 text-xs text-accent hover:underline">
          All runs
        </Link>
      }
    >
      {runs.length === 0 ? (
        <p className="px-4 py-3.5 text-muted">No source has been read yet.</p>
      ) : (
        <ul className="divide-y">
          {runs.map((run) => (
            <Line key={run.id} run={run} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Line({ run }: { run: Run }) {
  return (
    <li className="flex flex-col gap-1 px-4 py-1.5">
      <div className="flex items-center gap-2">
        <Link
          to="/runs/$id"
          params={{ id: String(run.id) }}
          className="min-w-0 truncate font-medium hover:text-accent hover:underline"
        >
          {run.source}
        </Link>
        <RunStatus run={run} />
        <TimeAgo at={run.startedAt} className="ml-auto shrink-0 text-xs whitespace-nowrap text-muted" />
      </div>
      {run.status === 'running' ? <RunProgressBar run={run} /> : <Outcome run={run} />}
    </li>
  )
}

function Outcome({ run }: { run: Run }) {
  if (run.reason !== null)
    return (
      <p className="truncate text-xs text-muted" title={run.reason}>
        {run.reason}
      </p>
    )
  const parts = [
    [run.added, 'new'],
    [run.updated, 'changed'],
    [run.removed, 'gone'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatNumber(count)} ${word}`)
  return (
    <p className="text-xs text-muted">
      {told.length > 0 ? told.join(', ') : `nothing new among ${formatNumber(run.recordsSeen)}`}
    </p>
  )
}
