import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import type { DeviceStorage } from '#features/volumes/volume-shapes.ts'
import { api } from '../api.ts'
import { counted } from '../format.ts'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { BackingList } from '../volumes/backing-list.tsx'
import { UsageBar } from '../volumes/usage-bar.tsx'
import { VolumeName } from '../volumes/volume-table.tsx'

/** The storage that a device uses, down to the array, and where its own is listed. Nothing for one without either. */
export function StoragePanel({ device }: { device: DeviceDetail }) {
  const { data } = useQuery({
    queryKey: ['device', String(device.id), 'storage'],
    queryFn: ({ signal }) => api.get<DeviceStorage>(`/devices/${device.id}/storage`, {}, signal),
  })
  if (data === undefined || (data.uses.length === 0 && data.owned === 0)) return null
  return (
    <Panel
      title={data.uses.length === 0 ? 'Storage' : `Storage it uses (${data.uses.length})`}
      actions={
        data.owned === 0 ? null : (
          <Link
            to="/volumes"
            search={{ device: String(device.id) }}
            className="text-xs text-muted hover:text-accent hover:underline"
          >
            {counted(data.owned, 'volume')} of its own
          </Link>
        )
      }
    >
      {data.uses.map((use) => (
        <Use key={use.volume.id} use={use} />
      ))}
    </Panel>
  )
}

function Use({ use: { volume, backing } }: { use: DeviceStorage['uses'][number] }) {
  return (
    <div className="border-b last:border-b-0">
      <div className="grid items-center gap-x-4 gap-y-0.5 px-4 pt-2 pb-1.5 sm:grid-cols-[minmax(0,1fr)_minmax(12rem,40%)]">
        <span className="flex min-w-0 items-baseline gap-2">
          <VolumeName volume={volume} />
          <TimeAgo at={volume.readAt} className="text-xs whitespace-nowrap text-muted" />
        </span>
        <UsageBar {...volume} />
      </div>
      {backing.length > 0 ? (
        <div className="border-t bg-sunken/40 pl-4">
          <BackingList top={volume.id} backing={backing} label={`What ${volume.name} lies on`} />
        </div>
      ) : null}
    </div>
  )
}
