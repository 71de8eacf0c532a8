import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { deviceTypeIcons, deviceTypeName } from '../device-words.ts'
import { formatNumber } from '../format.ts'
import type { Overview } from '../inventory-types.ts'
import { classNames } from '../ui/class-names.ts'
import { piecesOf, sharesOf } from './shares.ts'

const cell =
  'flex min-w-0 flex-col gap-2.5 border-b p-4 last:border-b-0 md:border-r md:border-b-0 md:last:border-r-0'

interface Piece {
  name: string
  count: number
  color: string
  link: ReactNode
}

/** One big number, a bar of what it is made of, and the parts as links. */
function Count({ title, total, pieces }: { title: ReactNode; total: number; pieces: readonly Piece[] }) {
  const widths = piecesOf(pieces.map(({ count }) => count))
  return (
    <section className={cell}>
      <h2 className="text-xs font-medium text-muted">{title}</h2>
      <p className="text-3xl leading-none font-semibold tracking-tight">{formatNumber(total)}</p>
      <div className="flex h-1.5 gap-px overflow-hidden rounded-full bg-sunken" aria-hidden>
        {pieces.map(({ name, color }, index) =>
          widths[index]! > 0 ? (
            <span key={name} className={color} style={{ width: `${widths[index]}%` }} />
          ) : null,
        )}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {pieces.map(({ name, count, color, link }) => (
          <li key={name} className="flex items-center gap-1.5">
            <span className={classNames('size-2 rounded-full', color)} aria-hidden />
            <span className="font-medium">{formatNumber(count)}</span>
            {link}
          </li>
        ))}
      </ul>
    </section>
  )
}

const linkClass = 'inline-flex min-h-6 items-center text-muted hover:text-accent hover:underline'
const statusColors = { active: 'bg-good', inactive: 'bg-bad', unknown: 'bg-line-strong' } as const
const hostColors = {
  pending: 'bg-warn',
  approved: 'bg-good',
  rejected: 'bg-bad',
  pushed: 'bg-accent',
} as const

/** How many devices there are, and how many of them are up. */
export function DeviceCounts({ devices }: { devices: Overview['devices'] }) {
  const pieces = Object.entries(statusColors).map(([status, color]) => ({
    name: status,
    count: devices.byStatus[status] ?? 0,
    color,
    link: (
      <Link to="/devices" search={{ q: `status:${status}` }} className={linkClass}>
        {status}
      </Link>
    ),
  }))
  return <Count title={<TitleLink to="/devices">Devices</TitleLink>} total={devices.total} pieces={pieces} />
}

/** How many hosts were seen, and what was decided about them. */
export function HostCounts({ hosts }: { hosts: Overview['hosts'] }) {
  const states = Object.keys(hostColors) as (keyof typeof hostColors)[]
  const pieces = states
    .filter((status) => status !== 'pushed' || hosts.pushed > 0)
    .map((status) => ({
      name: status,
      count: hosts[status],
      color: hostColors[status],
      link: (
        <Link to="/hosts" search={{ status }} className={linkClass}>
          {status}
        </Link>
      ),
    }))
  const total = states.reduce((sum, status) => sum + hosts[status], 0)
  return (
    <Count title={<TitleLink to="/hosts">Hosts on the network</TitleLink>} total={total} pieces={pieces} />
  )
}

function TitleLink({ to, children }: { to: '/devices' | '/hosts'; children: ReactNode }) {
  return (
    <Link to={to} className="hover:text-accent hover:underline">
      {children}
    </Link>
  )
}

/** Kinds that are shown; the least usual ones are found by a query. */
const kindsShown = 6

/** What kinds of device there are. */
export function TypeCounts({ byType }: { byType: Overview['devices']['byType'] }) {
  const shares = sharesOf(byType)
  return (
    <section className={cell}>
      <h2 className="text-xs font-medium text-muted">Kinds of device</h2>
      {shares.length === 0 ? <p className="text-muted">None yet.</p> : null}
      <ul className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
        {shares.slice(0, kindsShown).map(({ name, count, ofLargest }) => {
          const Icon = deviceTypeIcons[name as keyof typeof deviceTypeIcons] ?? deviceTypeIcons.unknown
          return (
            <li key={name}>
              <Link
                to="/devices"
                search={{ q: `type:${name}` }}
                className="group grid grid-cols-[1rem_1fr_auto] items-center gap-x-2 gap-y-1 py-0.5 text-xs"
              >
                <Icon size={14} className="text-muted" aria-hidden />
                <span className="truncate group-hover:text-accent group-hover:underline">
                  {deviceTypeName(name)}
                </span>
                <span className="font-medium">{formatNumber(count)}</span>
                <span className="col-start-2 col-end-4 h-0.5 rounded-full bg-sunken" aria-hidden>
                  <span
                    className="block h-full rounded-full bg-accent/70"
                    style={{ width: `${100 * ofLargest}%` }}
                  />
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
