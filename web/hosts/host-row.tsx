import { memo, type MouseEvent } from 'react'
import { Link } from '@tanstack/react-router'
import { StickyNote } from 'lucide-react'
import type { Host } from '#features/hosts/host-shapes.ts'
import { classNames } from '../ui/class-names.ts'
import { HostStatus } from '../ui/status-badges.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'

export const rowHeight = 34

/** The columns; a narrow list leaves some out, so that names stay readable beside the details. */
export const columns = {
  choose: 'w-9 pl-3',
  name: 'px-2',
  mac: 'w-38 px-2',
  maker: 'hidden px-2 @2xl:table-cell',
  addresses: 'hidden w-36 px-2 @lg:table-cell',
  type: 'hidden w-24 px-2 @4xl:table-cell',
  sources: 'hidden w-32 px-2 @6xl:table-cell',
  seen: 'hidden w-24 px-2 @3xl:table-cell',
  status: 'w-24 px-2',
} as const

interface HostRowProps {
  host: Host
  index: number
  /** The one the keyboard is on. */
  current: boolean
  chosen: boolean
  choosable: boolean
  withStatus: boolean
  onPress(id: number, event: MouseEvent): void
  onToggle(id: number, event: MouseEvent): void
}

const cell = (name: keyof typeof columns, extra?: string) => classNames(columns[name], 'truncate', extra)

/** One host in the list. */
export const HostRow = memo(function HostRow(props: HostRowProps) {
  const { host, index, current, chosen, choosable } = props
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the grid has the keys, as ARIA's pattern wants
    <tr
      id={`host-${host.id}`}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-current={current ? 'true' : undefined}
      onClick={(event) => props.onPress(host.id, event)}
      style={{ height: rowHeight }}
      className={classNames(
        'cursor-default border-b border-line/60 select-none',
        chosen ? 'bg-accent-soft' : current ? 'bg-sunken' : 'hover:bg-sunken/50',
        current && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <td className={columns.choose}>
        {choosable ? (
          <input
            type="checkbox"
            tabIndex={-1}
            className="block size-3.5 accent-accent"
            aria-label={`Select ${host.hostname ?? host.mac}`}
            checked={chosen}
            readOnly
            onClick={(event) => {
              event.stopPropagation()
              props.onToggle(host.id, event)
            }}
          />
        ) : null}
      </td>
      <td className={cell('name')}>
        <span className={host.hostname ? 'font-medium' : 'text-muted'}>{host.hostname ?? 'no name'}</span>
        {host.notes ? (
          <span title={host.notes}>
            <StickyNote size={13} className="ml-1.5 inline text-muted" aria-hidden />
            <span className="sr-only">has a note</span>
          </span>
        ) : null}
      </td>
      <td className={cell('mac', 'font-mono text-xs')}>{host.mac}</td>
      <td className={cell('maker')}>
        <Maker host={host} />
      </td>
      <Addresses addresses={host.addresses} />
      <td className={cell('type')}>
        {host.hostType === 'unknown' ? <span className="text-muted">—</span> : host.hostType}
      </td>
      <td className={cell('sources', 'text-xs text-muted')}>{host.sources.join(', ')}</td>
      <td className={cell('seen', 'text-xs text-muted')}>
        <TimeAgo at={host.lastSeen} />
      </td>
      {props.withStatus ? (
        <td className={columns.status}>
          <HostStatus status={host.status} />
        </td>
      ) : null}
    </tr>
  )
})

/** Who made the network card, or why nobody can tell. */
export function Maker({ host }: { host: Pick<Host, 'randomMac' | 'sharedMac' | 'vendor'> }) {
  if (host.randomMac)
    return (
      <span className="text-warn" title="The machine made this address up; it may use another one tomorrow.">
        random
      </span>
    )
  if (host.sharedMac)
    return (
      <span className="text-warn" title="Several machines use this address, as routers in a pair do.">
        shared
      </span>
    )
  return host.vendor === null ? (
    <span className="text-muted">—</span>
  ) : (
    <span title={host.vendor}>{host.vendor}</span>
  )
}

function Addresses({ addresses }: { addresses: readonly string[] }) {
  const [first, ...more] = addresses
  return (
    <td className={cell('addresses', 'font-mono text-xs')} title={addresses.join('\n')}>
      {first ?? <span className="text-muted">—</span>}
      {more.length > 0 ? <span className="font-sans text-muted"> +{more.length}</span> : null}
    </td>
  )
}

/** The device a host was found to be. */
export function DeviceLink({ host }: { host: Pick<Host, 'device'> }) {
  if (host.device === null) return <span className="text-muted">none yet</span>
  return (
    <Link
      to="/devices/$id"
      params={{ id: String(host.device.id) }}
      className="truncate text-accent hover:underline"
    >
      {host.device.name}
    </Link>
  )
}
