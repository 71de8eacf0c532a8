import { Link } from '@tanstack/react-router'
import type { Job } from '#features/jobs/job-shapes.ts'
import { TimeAgo } from '../ui/time-ago.tsx'
import type { GridColumn } from './grid.tsx'
import { JobProgressBar } from './job-progress.tsx'
import { JobState } from './job-state.tsx'
import { costText, isOver, personText } from './job-words.ts'

/** What is told of each job in the list. */
export const jobColumns: readonly GridColumn<Job>[] = [
  {
    id: 'name',
    label: 'Job',
    width: 310,
    cell: (job) => (
      <>
        <span className="mr-2 hidden w-9 text-xs text-muted md:inline-block">#{job.id}</span>
        <Link
          to="/jobs/$id"
          params={{ id: String(job.id) }}
          title={job.name}
          tabIndex={-1}
          className="font-medium hover:text-accent hover:underline"
        >
          {job.name}
        </Link>
      </>
    ),
  },
  { id: 'state', label: 'State', width: 180, cell: (job) => <JobState job={job} /> },
  { id: 'progress', label: 'Rows', width: 190, cell: (job) => <Rows job={job} /> },
  { id: 'cost', label: 'Cost', width: 130, numeric: true, cell: (job) => costText(job) ?? '' },
  {
    id: 'by',
    label: 'Asked for by',
    width: 140,
    cell: ({ requestedBy }) => <span title={requestedBy}>{personText(requestedBy)}</span>,
  },
  {
    id: 'at',
    label: 'When',
    width: 110,
    cell: ({ startedAt, createdAt }) => <TimeAgo at={startedAt ?? createdAt} />,
  },
]

/** What a phone has room for; the job's page tells the rest. */
export const narrowJobColumns: readonly GridColumn<Job>[] = jobColumns
  .filter(({ id }) => id === 'name' || id === 'state')
  .map((column) => ({ ...column, width: column.id === 'name' ? 165 : 190 }))

function Rows({ job }: { job: Job }) {
  if (job.totalRows === 0 && (isOver(job) || job.approval !== 'preparing'))
    return <span className="text-xs text-muted">{isOver(job) ? 'none' : '—'}</span>
  return <JobProgressBar job={job} />
}
