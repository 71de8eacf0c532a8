import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import type { Paged } from '../paged.ts'
import { queryComplaintOf } from '../query/query-complaint.ts'
import { classNames } from '../ui/class-names.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { DeviceTable, type DeviceTableProps } from './device-table.tsx'
import { NoDevices, QueryExamples } from './no-devices.tsx'

interface DeviceListProps extends Omit<DeviceTableProps, 'devices' | 'total' | 'more'> {
  listing: Paged<DeviceItem>
  q: string
  onQuery(q: string): void
}

/** The list, or why there is none. */
export function DeviceList({ listing, q, onQuery, ...table }: DeviceListProps) {
  const { items, error, isPlaceholderData, hasNextPage } = listing
  if (queryComplaintOf(error)) return <QueryExamples onQuery={onQuery} />
  if (items === undefined)
    return listing.isError ? (
      <ErrorState error={error} onRetry={() => void listing.refetch()} />
    ) : (
      <Skeleton lines={14} />
    )
  if (items.length === 0 && !isPlaceholderData) return <NoDevices q={q} onQuery={onQuery} />
  return (
    <div
      className={classNames(
        'flex min-h-0 grow flex-col transition-opacity',
        isPlaceholderData && 'pointer-events-none opacity-50',
      )}
      aria-busy={isPlaceholderData}
    >
      <DeviceTable {...table} devices={items} total={listing.total} more={hasNextPage} />
    </div>
  )
}
