import type { ReactNode } from 'react'
import { Link, type LinkProps } from '@tanstack/react-router'
import { formatNumber } from '../format.ts'
import type { Overview } from '../inventory-types.ts'
import { useMay } from '../session.ts'

/** The numbers one looks at first; each leads to what it counts. */
export function CountTiles({ overview }: { overview: Overview }) {
  const { devices, hosts, sources, attention } = overview
  const maySeeSources = useMay('sources.read')
  const allHosts = hosts.pending + hosts.approved + hosts.rejected + hosts.pushed
  const inactive = devices.byStatus['inactive'] ?? 0
  const unhealthy = sources.filter(
    ({ enabled, lastRun }) => enabled && (lastRun?.status === 'failed' || lastRun?.status === 'partial'),
  ).length
  return (
    <section aria-label="Counts" className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Tile to={{ to: '/devices' }} label="Devices" count={devices.total}>
        {inactive === 0 ? 'none inactive' : `${formatNumber(inactive)} inactive`}
      </Tile>
      <Tile
        to={{ to: '/hosts', search: { status: hosts.pending > 0 ? 'pending' : 'all' } }}
        label="Hosts"
        count={allHosts}
      >
        {hosts.pending === 0 ? (
          'all reviewed'
        ) : (
          <span className="text-warn">{formatNumber(hosts.pending)} to review</span>
        )}
      </Tile>
      {maySeeSources ? (
        <Tile to={{ to: '/sources' }} label="Sources" count={sources.length}>
          {unhealthy === 0 ? (
            sources.length === 0 ? (
              'none yet'
            ) : (
              'all read well'
            )
          ) : (
            <span className="text-bad">{formatNumber(unhealthy)} with trouble</span>
          )}
        </Tile>
      ) : null}
      <Tile to={{ to: '/', hash: 'attention' }} label="Needs attention" count={attention.length}>
        {attention.length === 0 ? 'all is well' : 'see below'}
      </Tile>
    </section>
  )
}

interface TileProps {
  to: LinkProps
  label: string
  count: number
  children: ReactNode
}

function Tile({ to, label, count, children }: TileProps) {
  return (
    <Link
      {...to}
      className="flex flex-col gap-0.5 rounded-lg border bg-surface px-4 py-3 transition-colors hover:border-line-strong"
    >
      <span className="text-xs text-muted">{label}</span>
      <span className="text-2xl leading-8 font-semibold tracking-tight">{formatNumber(count)}</span>
      <span className="text-xs text-muted">{children}</span>
    </Link>
  )
}
