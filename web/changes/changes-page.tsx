import { useSearch } from '@tanstack/react-router'
import type { Change } from '#features/inventory/device-shapes.ts'
import { usePaged } from '../paged.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

/** What changed, newest first. */
export function ChangesPage() {
  const { source, by, from, to, q } = useSearch({ from: '/shell/changes' })
  const listing = usePaged<Change>('changes', '/changes', { source, by, from, to, q })
  return (
    <Page title="Changes">
      <Panel>
        {listing.items ? (
          <ul className="divide-y">
            {listing.items.map((change) => (
              <li key={change.id} className="px-4 py-2">
                <TimeAgo at={change.at} /> {change.operation} {change.device?.name}
              </li>
            ))}
          </ul>
        ) : listing.isError ? (
          <ErrorState error={listing.error} onRetry={() => void listing.refetch()} />
        ) : (
          <Skeleton />
        )}
      </Panel>
    </Page>
  )
}
