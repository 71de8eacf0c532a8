import { Link } from '@tanstack/react-router'
import type { Run } from '#features/sync/run-shapes.ts'
import type { WaitingRecord } from '#features/sync/waiting-queries.ts'
import { usePaged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

const columns: readonly Column<WaitingRecord>[] = [
  {
    header: 'Device',
    cell: ({ device, name }) =>
      device ? (
        <Link
          to="/devices/$id"
          params={{ id: String(device.id) }}
          className="font-medium hover:text-accent hover:underline"
        >
          {device.name}
        </Link>
      ) : (
        (name ?? <span className="text-muted">none</span>)
      ),
  },
  { header: 'Kind', cell: ({ kind }) => kind },
  {
    header: 'Known to the source as',
    cell: ({ sourceId }) => <code className="font-mono text-xs">{sourceId}</code>,
  },
  { header: 'Last seen', cell: ({ lastSeen }) => <TimeAgo at={lastSeen} /> },
]

/** The records that wait for the decision. */
export function MissingRecords({ run }: { run: Pick<Run, 'id'> }) {
  const records = usePaged<WaitingRecord>('run', `/runs/${run.id}/missing`, {}, { limit: 100 })
  if (records.items === undefined) {
    if (records.isError) return <ErrorState error={records.error} onRetry={() => void records.refetch()} />
    return <Skeleton lines={4} />
  }
  return (
    <div className="max-h-96 overflow-auto border-t">
      <Table
        label="Records that were not seen"
        columns={columns}
        rows={records.items}
        rowKey={({ id }) => id}
      />
      {records.hasNextPage ? (
        <Button look="quiet" busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </div>
  )
}
