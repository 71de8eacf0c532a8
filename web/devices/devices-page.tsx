import { Link, useSearch } from '@tanstack/react-router'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { usePaged } from '../paged.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** Every device that matches a query. */
export function DevicesPage() {
  const { q, sort } = useSearch({ from: '/shell/devices' })
  const listing = usePaged<DeviceItem>('devices', '/devices', { q, sort })
  return (
    <Page title="Devices">
      <Panel>
        {listing.items ? (
          <ul className="divide-y">
            {listing.items.map((device) => (
              <li key={device.id} className="px-4 py-2">
                <Link to="/devices/$id" params={{ id: String(device.id) }}>
                  {device.name}
                </Link>
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
