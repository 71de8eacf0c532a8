import type { ReactNode } from 'react'
import type { Paged } from '../paged.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

interface PagedListProps<Item> {
  listing: Paged<Item>
  empty: ReactNode
  children(items: readonly Item[]): ReactNode
}

/** A listing in each of its states, with a button for the pages that follow. */
export function PagedList<Item>({ listing, empty, children }: PagedListProps<Item>) {
  const { items } = listing
  if (items === undefined) {
    if (listing.isError) return <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
    return <Skeleton />
  }
  if (items.length === 0) return empty
  return (
    <>
      {children(items)}
      {listing.hasNextPage ? (
        <div className="border-t p-2 text-center">
          <Button look="quiet" busy={listing.isFetchingNextPage} onClick={() => void listing.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  )
}
