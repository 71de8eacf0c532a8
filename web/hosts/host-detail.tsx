import type { ReactNode } from 'react'
import type { Host } from '#features/hosts/host-shapes.ts'
import { Badge } from '../ui/badge.tsx'
import { HostStatus } from '../ui/status-badges.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { Link } from '@tanstack/react-router'
import { DeviceLink, Maker } from './host-row.tsx'

/** All that is known of the host the keyboard is on. */
export function HostDetail({ host }: { host: Host | undefined }) {
  return (
    <aside
      aria-label="The host in detail"
      className="hidden w-80 shrink-0 overflow-y-auto border-l bg-surface p-4 xl:block"
    >
      {host ? (
        <Facts host={host} />
      ) : (
        <p className="text-muted">Move to a host to see what is known of it.</p>
      )}
    </aside>
  )
}

function Facts({ host }: { host: Host }) {
  return (
    <div className="flex flex-col gap-4">
      <div>
        <h2 className="text-base font-semibold break-words">{host.hostname ?? 'No name'}</h2>
        <p className="font-mono text-xs text-muted">{host.mac}</p>
        <div className="mt-2 flex flex-wrap gap-1">
          <HostStatus status={host.status} />
          {host.randomMac ? <Badge tone="warn">random address</Badge> : null}
          {host.sharedMac ? <Badge tone="warn">shared address</Badge> : null}
          {host.hostType === 'unknown' ? null : <Badge>{host.hostType}</Badge>}
        </div>
      </div>
      <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        <Fact name="Device">
          <DeviceLink host={host} />
        </Fact>
        <Fact name="Maker">
          <Maker host={host} />
        </Fact>
        <Fact name="Addresses">
          <Addresses addresses={host.addresses} />
        </Fact>
        {host.switchPort ? <Fact name="Switch port">{host.switchPort}</Fact> : null}
        <Fact name="Seen by">{host.sources.join(', ') || '—'}</Fact>
        <Fact name="First seen">
          <TimeAgo at={host.firstSeen} />
          {host.discoveryRunId === null ? null : (
            <>
              {' in '}
              <Link
                to="/runs/$id"
                params={{ id: String(host.discoveryRunId) }}
                className="text-accent hover:underline"
              >
                run {host.discoveryRunId}
              </Link>
            </>
          )}
        </Fact>
        <Fact name="Last seen">
          <TimeAgo at={host.lastSeen} />
        </Fact>
        {host.netboxId === null ? null : <Fact name="In NetBox">{host.netboxId}</Fact>}
      </dl>
      {host.notes ? <p className="rounded-md bg-sunken px-3 py-2 whitespace-pre-wrap">{host.notes}</p> : null}
      {host.randomMac ? (
        <p className="text-xs text-muted">
          The machine made this address up, as phones and laptops do. It may come back with another one, so
          Rollcall links it to no device by itself.
        </p>
      ) : null}
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function Addresses({ addresses }: { addresses: readonly string[] }) {
  if (addresses.length === 0) return <span className="text-muted">none</span>
  return (
    <ul className="font-mono text-xs leading-5">
      {addresses.map((address) => (
        <li key={address} className="break-all">
          {address}
        </li>
      ))}
    </ul>
  )
}
