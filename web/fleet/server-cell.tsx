import type { MouseEvent } from 'react'
import { ArrowDown, ArrowUp, Laptop, Server } from 'lucide-react'
import { Sparkline } from '../charts/sparkline.tsx'
import { formatRate, formatUptime, short } from '../format.ts'
import type { ServerItem } from '../servers/server-types.ts'
import { systemOf } from '../servers/server-words.ts'
import { StateMark } from '../servers/state-mark.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { PercentBar } from './percent-bar.tsx'

const nothing = <span className="text-muted">—</span>

/** What a server told of late, oldest first. */
export interface RecentOfServer {
  cpu?: readonly (number | null)[] | undefined
  received?: readonly (number | null)[] | undefined
  sent?: readonly (number | null)[] | undefined
}

interface ServerCellProps {
  server: ServerItem
  column: string
  recent: RecentOfServer
  onOpen(id: string): void
}

/** One fact of a server in the list. */
export function ServerCell({ server, column, recent, onOpen }: ServerCellProps) {
  const values = server.latest?.values ?? {}
  switch (column) {
    case 'name':
      return <NameCell server={server} onOpen={onOpen} />
    case 'status':
      return <StateMark server={server} />
    case 'cpu':
      return <PercentBar value={values['cpu_percent']} />
    case 'memory':
      return <PercentBar value={values['memory_percent']} />
    case 'disk':
      return <PercentBar value={values['disk_percent']} />
    case 'spark':
      return <CpuSpark values={recent.cpu} name={server.name} />
    case 'network':
      return <Network {...recent} />
    case 'load':
      return values['load_1m'] === undefined ? nothing : short(values['load_1m'])
    case 'uptime':
      return values['uptime_seconds'] === undefined ? nothing : formatUptime(values['uptime_seconds'])
    case 'address':
      return server.ipAddress === null ? (
        nothing
      ) : (
        <span className="font-mono text-xs">{server.ipAddress}</span>
      )
    case 'os':
      return systemOf(server) || nothing
    case 'device':
      return server.device?.name ?? nothing
    case 'site':
      return server.device?.site ?? nothing
    case 'rack':
      return server.device?.rack ?? nothing
    case 'tags':
      return server.device?.tags.join(', ') || nothing
    case 'agent':
      return server.agentVersion === null ? nothing : <span className="text-xs">{server.agentVersion}</span>
    case 'seen':
      return <TimeAgo at={server.lastSeen} className="text-xs text-muted" />
    default:
      return null
  }
}

/** A plain link, because hundreds of the router's own make scrolling slow. */
export function NameCell({
  server,
  onOpen,
  isReached = false,
}: Pick<ServerCellProps, 'server' | 'onOpen'> & {
  /** By the tab key, where no cursor leads to it. */
  isReached?: boolean
}) {
  const Icon = server.machineType === 'workstation' ? Laptop : Server
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onOpen(server.id)
  }
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Icon size={14} className="shrink-0 text-muted" aria-hidden />
      <a
        href={`/servers/${server.id}`}
        onClick={open}
        tabIndex={isReached ? undefined : -1}
        className="min-w-0 truncate font-medium hover:text-accent hover:underline"
      >
        {server.name}
      </a>
    </span>
  )
}

export function CpuSpark({
  values,
  name,
  width = 88,
}: {
  values: readonly (number | null)[] | undefined
  name: string
  width?: number
}) {
  const told = values?.filter((value) => value !== null) ?? []
  if (!values || told.length === 0) return <span style={{ width }} className="block" />
  const highest = short(Math.max(...told))
  return (
    <Sparkline
      values={values}
      most={100}
      width={width}
      label={`CPU of ${name}: at most ${highest} % in the last hour`}
    />
  )
}

const newest = (values: readonly (number | null)[] | undefined): number | undefined =>
  values?.findLast((value) => value !== null) ?? undefined

function Network({ received, sent }: RecentOfServer) {
  const [down, up] = [newest(received), newest(sent)]
  if (down === undefined && up === undefined) return nothing
  return (
    <span className="inline-flex gap-2 text-xs whitespace-nowrap">
      <span title="Received">
        <ArrowDown size={11} className="inline text-muted" aria-label="received" /> {formatRate(down ?? 0)}
      </span>
      <span title="Sent">
        <ArrowUp size={11} className="inline text-muted" aria-label="sent" /> {formatRate(up ?? 0)}
      </span>
    </span>
  )
}
