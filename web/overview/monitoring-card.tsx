import { Link } from '@tanstack/react-router'
import { useQueries, useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import type { AlertItem } from '../alerts/alert-words.ts'
import { SeverityMark } from '../alerts/severity-mark.tsx'
import { api, type Page } from '../api.ts'
import { fleetStatusQuery, type FleetCounts } from '../fleet/status-counts.tsx'
import { formatNumber } from '../format.ts'
import { StateMark } from '../servers/state-mark.tsx'
import { useMay } from '../session.ts'
import { Panel } from '../ui/page.tsx'

const severities = ['critical', 'warning', 'info'] as const
const statuses = ['online', 'offline', 'unknown'] as const

const linkClass =
  'inline-flex h-8 items-center gap-2 rounded-md border bg-surface px-2.5 hover:border-line-strong'

/** How the fleet is and what fires; nothing where no server is watched. */
export function MonitoringCard() {
  const maySee = useMay('monitoring.read')
  const fleet = useQuery({ ...fleetStatusQuery, enabled: maySee }).data
  const firing = useQueries({
    queries: severities.map((severity) => ({
      queryKey: ['alerts', 'count', severity],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get<Page<AlertItem>>('/alerts', { state: 'firing', severity, limit: 1 }, signal),
      enabled: maySee,
    })),
  }).map(({ data }) => data?.total)
  const isKnown = firing.every((count) => count !== undefined)
  const isQuiet = firing.every((count) => count === 0)
  if (fleet === undefined || (fleet.total === 0 && (!isKnown || isQuiet))) return null
  return (
    <Panel title="Monitoring">
      <div className="flex flex-wrap items-center gap-x-8 gap-y-2 px-4 py-3">
        <Servers fleet={fleet} />
        <nav aria-label="Firing alerts" className="flex flex-wrap items-center gap-1.5">
          <Link
            to="/alerts"
            className="mr-1 text-xs font-medium text-muted hover:text-accent hover:underline"
          >
            Firing alerts
          </Link>
          {isKnown && isQuiet ? (
            <span className="inline-flex items-center gap-1.5">
              <CircleCheck size={15} className="text-good" aria-hidden /> none
            </span>
          ) : null}
          {severities.map((severity, index) =>
            firing[index] ? (
              <Link key={severity} to="/alerts" className={linkClass}>
                <SeverityMark severity={severity} />
                <strong className="font-semibold">{formatNumber(firing[index])}</strong>
              </Link>
            ) : null,
          )}
        </nav>
      </div>
    </Panel>
  )
}

function Servers({ fleet }: { fleet: FleetCounts }) {
  return (
    <nav aria-label="Servers by status" className="flex flex-wrap items-center gap-1.5">
      <Link to="/servers" className="mr-1 text-xs font-medium text-muted hover:text-accent hover:underline">
        {formatNumber(fleet.total)} {fleet.total === 1 ? 'server' : 'servers'}
      </Link>
      {statuses.map((status) => (
        <Link key={status} to="/servers" search={{ q: `status:${status}` }} className={linkClass}>
          <StateMark server={{ status, condition: null }} className="text-xs" />
          <strong className="font-semibold">{formatNumber(fleet.statuses[status] ?? 0)}</strong>
        </Link>
      ))}
    </nav>
  )
}
