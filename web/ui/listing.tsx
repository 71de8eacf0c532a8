import type { ReactNode } from 'react'
import type { Paged } from '../paged.ts'
import { Button } from './button.tsx'
import { ErrorState } from './error-state.tsx'
import { Skeleton } from './skeleton.tsx'

interface ListingProps<Item> {
  listing: Paged<Item>
  /** What stands there when there is nothing. */
  empty: ReactNode
  /** The items as list items. */
  row(item: Item): ReactNode
  label: string
  lines?: number
}

/** A listing that grows by a button: its items, or why there are none. */
export function Listing<Item>({ listing, empty, row, label, lines = 6 }: ListingProps<Item>) {
  const { items, isError, error, hasNextPage, isFetchingNextPage } = listing
  if (items === undefined)
    return isError ? (
      <ErrorState error={error} onRetry={() => void listing.refetch()} />
    ) : (
      <Skeleton lines={lines} />
    )
  // A page may be empty although more follow.
  if (items.length === 0 && !hasNextPage) return empty
  return (
    <>
      <ul aria-label={label} className="divide-y">
        {items.map(row)}
      </ul>
      {hasNextPage ? (
        <div className="border-t p-2 text-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void listing.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  )
}
