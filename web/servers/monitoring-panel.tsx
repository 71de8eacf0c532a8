import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { api, type Page } from '../api.ts'
import { PercentBar } from '../fleet/percent-bar.tsx'
import { useMay } from '../session.ts'
import { Panel } from '../ui/page.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import type { ServerItem } from './server-types.ts'
import { StateMark } from './state-mark.tsx'

const figures = [
  ['CPU', 'cpu_percent'],
  ['Memory', 'memory_percent'],
  ['Disk', 'disk_percent'],
] as const

/** How a device is at present, where it reports that; nothing for one that does not. */
export function MonitoringPanel({ deviceId }: { deviceId: number }) {
  const maySee = useMay('monitoring.read')
  const servers = useQuery({
    queryKey: ['servers', 'of-device', deviceId],
    queryFn: ({ signal }) =>
      api.get<Page<ServerItem>>('/servers', { q: `device.id:${deviceId}`, limit: 5 }, signal),
    enabled: maySee,
  }).data?.items
  if (!servers || servers.length === 0) return null
  return (
    <Panel title="Monitoring">
      <ul aria-label="Servers of this device" className="divide-y">
        {servers.map((server) => (
          <li key={server.id} className="flex flex-col gap-1.5 px-4 py-2.5">
            <div className="flex items-center gap-2">
              <StateMark server={server} />
              <TimeAgo at={server.lastSeen} className="text-xs text-muted" />
              <Link
                to="/servers/$id"
                params={{ id: server.id }}
                className="ml-auto truncate text-accent hover:underline"
              >
                Charts of {server.id}
              </Link>
            </div>
            <dl className="grid grid-cols-[4.5rem_minmax(0,1fr)] items-center gap-y-0.5 text-xs">
              {figures.map(([label, metric]) => (
                <div key={metric} className="contents">
                  <dt className="text-muted">{label}</dt>
                  <dd>
                    <PercentBar value={server.latest?.values[metric]} />
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
