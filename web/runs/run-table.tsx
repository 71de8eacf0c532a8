import { Link } from '@tanstack/react-router'
import type { Run } from '#features/sync/run-shapes.ts'
import { formatDuration, formatNumber } from '../format.ts'
import { RunStatus } from '../ui/status-badges.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { RunProgressBar } from './run-progress.tsx'

const number = (value: number) => (value === 0 ? <span className="text-muted">0</span> : formatNumber(value))

const columns: readonly Column<Run>[] = [
  {
    header: 'Run',
    cell: (run) => (
      <Link
        to="/runs/$id"
        params={{ id: String(run.id) }}
        className="font-medium hover:text-accent hover:underline"
      >
        #{run.id}
      </Link>
    ),
  },
  { header: 'Source', cell: ({ source }) => source, className: 'max-w-48 truncate' },
  { header: 'State', cell: (run) => <RunStatus run={run} /> },
  {
    header: 'Began',
    cell: ({ startedAt }) => <TimeAgo at={startedAt} className="whitespace-nowrap" />,
  },
  { header: 'Took', cell: (run) => <Took run={run} />, className: 'whitespace-nowrap' },
  { header: 'Seen', cell: ({ recordsSeen }) => number(recordsSeen), className: 'text-right' },
  { header: 'New', cell: ({ added }) => number(added), className: 'text-right' },
  { header: 'Changed', cell: ({ updated }) => number(updated), className: 'text-right' },
  { header: 'Gone', cell: ({ removed }) => number(removed), className: 'text-right' },
  {
    header: 'Note',
    cell: (run) => <Note run={run} />,
    className: 'hidden w-1/3 min-w-48 md:table-cell',
  },
]

/** Runs, newest first. */
export function RunTable({ runs }: { runs: readonly Run[] }) {
  return <Table label="Runs" columns={columns} rows={runs} rowKey={({ id }) => id} />
}

function Took({ run }: { run: Run }) {
  if (run.completedAt === null) return <span className="text-muted">—</span>
  return formatDuration(Date.parse(run.completedAt) - Date.parse(run.startedAt))
}

function Note({ run }: { run: Run }) {
  if (run.status === 'running') return <RunProgressBar run={run} />
  const text = run.reason ?? (run.warnings.length > 0 ? run.warnings[0]! : '')
  return (
    <span className="line-clamp-1 text-xs text-muted" title={text}>
      {text}
    </span>
  )
}
