import { Link } from '@tanstack/react-router'
import type { Run } from '#features/sync/run-shapes.ts'
import { formatNumber } from '../format.ts'
import { RunProgressBar } from '../runs/run-progress.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { RunStatus } from '../ui/status-badges.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

const shown = 6

/** What is read now, and what was read last. */
export function RunsPanel({ runs }: { runs: readonly Run[] }) {
  const order = [
    ...runs.filter(({ status }) => status === 'running'),
    ...runs.filter(({ status }) => status !== 'running'),
  ]
  return (
    <Panel
      title="Runs"
      actions={
        <Link to="/runs" className={buttonClass('quiet', 'h-7')}>
          All runs
        </Link>
      }
    >
      {runs.length === 0 ? <p className="px-4 py-5 text-muted">Nothing was read yet.</p> : null}
      <ul className="divide-y">
        {order.slice(0, shown).map((run) => (
          <RunItem key={run.id} run={run} />
        ))}
      </ul>
    </Panel>
  )
}

function RunItem({ run }: { run: Run }) {
  return (
    <li className="px-4 py-2">
      <div className="flex items-center gap-2">
        <Link
          to="/runs/$id"
          params={{ id: String(run.id) }}
          className="min-w-0 truncate font-medium hover:text-accent hover:underline"
        >
          {run.source}
        </Link>
        <RunStatus run={run} />
        <TimeAgo at={run.startedAt} className="ml-auto text-xs whitespace-nowrap text-muted" />
      </div>
      {run.status === 'running' ? (
        <div className="mt-1">
          <RunProgressBar run={run} />
        </div>
      ) : (
        <p className="truncate text-xs text-muted" title={run.reason ?? undefined}>
          {run.reason ?? outcome(run)}
        </p>
      )}
    </li>
  )
}

/** `312 records: 3 new, 1 changed`. */
function outcome({ recordsSeen, added, updated, removed }: Run): string {
  const parts = [
    [added, 'new'],
    [updated, 'changed'],
    [removed, 'gone'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatNumber(count)} ${word}`)
  return `${formatNumber(recordsSeen)} records: ${said.join(', ') || 'nothing new'}`
}
