import type { Paged } from '../paged.ts'
import { queryComplaintOf } from '../query/query-complaint.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { classNames } from '../ui/class-names.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { NoServers, ServerQueryExamples } from './no-servers.tsx'
import { ServerCards } from './server-cards.tsx'
import { ServerTable, type ServerTableProps } from './server-table.tsx'

interface FleetListProps extends Omit<ServerTableProps, 'servers' | 'total' | 'more'> {
  listing: Paged<ServerItem>
  q: string
  asCards: boolean
  onQuery(q: string): void
  onAdd(): void
}

/** The servers, or why there are none. */
export function FleetList({ listing, q, asCards, onQuery, onAdd, ...table }: FleetListProps) {
  const { items, error, isPlaceholderData, hasNextPage, total } = listing
  if (queryComplaintOf(error)) return <ServerQueryExamples onQuery={onQuery} />
  if (items === undefined)
    return listing.isError ? (
      <ErrorState error={error} onRetry={() => void listing.refetch()} />
    ) : (
      <Skeleton lines={14} />
    )
  if (items.length === 0 && !isPlaceholderData) return <NoServers q={q} onQuery={onQuery} onAdd={onAdd} />
  const Look = asCards ? ServerCards : ServerTable
  return (
    <div
      className={classNames(
        'flex min-h-0 grow flex-col transition-opacity',
        isPlaceholderData && 'pointer-events-none opacity-50',
      )}
      aria-busy={isPlaceholderData}
    >
      <Look {...table} servers={items} total={total} more={hasNextPage} />
    </div>
  )
}
