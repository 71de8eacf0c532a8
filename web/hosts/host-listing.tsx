import { useCallback } from 'react'
import { MonitorSmartphone } from 'lucide-react'
import { queryComplaintOf } from '../query/query-complaint.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { HostTable } from './host-table.tsx'
import { NoHosts } from './no-hosts.tsx'
import type { HostList } from './use-host-list.ts'

/** The list in each of its states. */
export function HostListing({ list, mayReview }: { list: HostList; mayReview: boolean }) {
  const { listing, hosts, choice } = list
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = listing
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])
  if (listing.items === undefined) {
    if (queryComplaintOf(listing.error))
      return (
        <EmptyState icon={MonitorSmartphone} title="This query cannot be read">
          Above stands where and why. Press Ctrl+Space there to see what can be asked.
        </EmptyState>
      )
    if (listing.isError) return <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
    return <Skeleton lines={12} />
  }
  if (hosts.length === 0 && !hasNextPage)
    return (
      <NoHosts tab={list.tab} q={list.q} onAll={() => list.setTab('all')} onClear={() => list.setQuery('')} />
    )
  return (
    <HostTable
      hosts={hosts}
      total={listing.total}
      withStatus={list.tab === 'all'}
      selection={choice.selection}
      choosable={mayReview}
      more={hasNextPage}
      onMore={more}
      onPress={choice.onPress}
      onToggle={choice.onToggle}
      onChooseAll={choice.chooseAll}
    />
  )
}
