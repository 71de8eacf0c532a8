import { useState, type ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { formatBytes, formatMegabytes, formatUptime } from '../format.ts'
import { UsageBar } from '../volumes/usage-bar.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { classNames } from '../ui/class-names.ts'
import { Panel } from '../ui/page.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { byLabel } from './series-name.ts'
import { ServerCost } from './server-cost.tsx'
import { serverPath } from './server-query.ts'
import type { ServerDetail } from './server-types.ts'

/** What a server is made of and what runs on it, as it last told. */
export function ServerSystem({ server }: { server: ServerDetail }) {
  const { services, containers } = server
  const values = server.latest?.values ?? {}
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_21rem]">
      <div className="flex min-w-0 flex-col gap-3">
        <FileSystems id={server.id} values={values} />
        {services.length > 0 ? (
          <Panel title={`Services (${services.length})`}>
            <Table
              label="Services"
              columns={serviceColumns}
              rows={services.toSorted(worstFirst)}
              rowKey={({ name }) => name}
            />
          </Panel>
        ) : null}
        {containers.length > 0 ? (
          <Panel title={`Containers (${containers.length})`}>
            <Table
              label="Containers"
              columns={containerColumns}
              rows={containers}
              rowKey={({ name }) => name}
            />
          </Panel>
        ) : null}
        <Interfaces values={values} />
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <Facts server={server} values={values} />
        <ServerCost server={server} />
      </div>
    </div>
  )
}

type Values = Readonly<Record<string, number>>

interface Forecast {
  fileSystems: { mount: string; fullAt: string | null }[]
}

function FileSystems({ id, values }: { id: string; values: Values }) {
  const forecast = useQuery({
    queryKey: ['server-forecast', id],
    queryFn: ({ signal }) => api.get<Forecast>(`${serverPath(id)}/forecast`, {}, signal),
    staleTime: 600_000,
  }).data
  const fullAt = new Map(forecast?.fileSystems.map((each) => [each.mount, each.fullAt]))
  const mounts = [...byLabel(values, 'mount', ['filesystem_size_bytes', 'filesystem_used_bytes'] as const)]
  if (mounts.length === 0) return null
  return (
    <Panel title="File systems">
      <ul aria-label="File systems" className="divide-y">
        {mounts.map(([mount, { filesystem_size_bytes: size, filesystem_used_bytes: used }]) => (
          <li key={mount} className="grid grid-cols-[minmax(6rem,1fr)_2fr] items-center gap-3 px-4 py-1.5">
            <code className="truncate font-mono text-xs" title={mount}>
              {mount}
            </code>
            <div>
              <UsageBar capacityBytes={size ?? null} usedBytes={used ?? null} />
              <FullOn at={fullAt.get(mount)} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const soon = 14 * 86_400_000

/** When it is full at the pace of the last week; nothing where that is not known. */
function FullOn({ at }: { at: string | null | undefined }) {
  const [now] = useState(() => Date.now())
  if (!at) return null
  const isSoon = Date.parse(at) - now < soon
  return (
    <p className={classNames('text-xs', isSoon ? 'text-warn' : 'text-muted')}>
      full on {at.slice(0, 10)} at the pace of the last week
    </p>
  )
}

interface Card {
  name: string
  isUp: boolean | undefined
  received: number | undefined
  sent: number | undefined
  errors: number
}

const cardColumns: readonly Column<Card>[] = [
  { header: 'Interface', cell: ({ name }) => <span className="font-mono text-xs">{name}</span> },
  {
    header: 'State',
    cell: ({ isUp }) =>
      isUp === undefined ? '—' : <Badge tone={isUp ? 'good' : 'neutral'}>{isUp ? 'up' : 'down'}</Badge>,
  },
  {
    header: 'Received',
    cell: ({ received }) => (received === undefined ? '—' : formatBytes(received)),
    className: 'text-right',
  },
  {
    header: 'Sent',
    cell: ({ sent }) => (sent === undefined ? '—' : formatBytes(sent)),
    className: 'text-right',
  },
  { header: 'Errors', cell: ({ errors }) => errors, className: 'text-right' },
]

const cardNames = [
  'interface_up',
  'interface_rx_bytes',
  'interface_tx_bytes',
  'interface_rx_errors',
  'interface_tx_errors',
] as const

function Interfaces({ values }: { values: Values }) {
  const cards = [...byLabel(values, 'interface', cardNames)].map(([name, found]): Card => ({
    name,
    isUp: found.interface_up === undefined ? undefined : found.interface_up === 1,
    received: found.interface_rx_bytes,
    sent: found.interface_tx_bytes,
    errors: (found.interface_rx_errors ?? 0) + (found.interface_tx_errors ?? 0),
  }))
  if (cards.length === 0) return null
  return (
    <Panel title="Interfaces, since the machine started">
      <Table label="Interfaces" columns={cardColumns} rows={cards} rowKey={({ name }) => name} />
    </Panel>
  )
}

type Service = ServerDetail['services'][number]

const serviceTones: Readonly<Record<string, Tone>> = { running: 'good', failed: 'bad', stopped: 'warn' }
const serviceOrder = ['failed', 'unknown', 'stopped', 'running']

const worstFirst = (one: Service, other: Service): number =>
  serviceOrder.indexOf(one.status) - serviceOrder.indexOf(other.status) || one.name.localeCompare(other.name)

const serviceColumns: readonly Column<Service>[] = [
  { header: 'Service', cell: ({ name }) => <span className="font-mono text-xs break-all">{name}</span> },
  { header: 'State', cell: ({ status }) => <Badge tone={serviceTones[status] ?? 'neutral'}>{status}</Badge> },
  { header: 'Why', cell: ({ reason }) => <span className="text-muted">{reason ?? ''}</span> },
]

const containerColumns: readonly Column<ServerDetail['containers'][number]>[] = [
  { header: 'Container', cell: ({ name }) => <span className="font-mono text-xs break-all">{name}</span> },
  {
    header: 'Image',
    cell: ({ image }) => <span className="text-xs break-all text-muted">{image ?? '—'}</span>,
  },
  {
    header: 'State',
    cell: ({ state }) => <Badge tone={state === 'running' ? 'good' : 'neutral'}>{state}</Badge>,
  },
]

function Facts({ server, values }: { server: ServerDetail; values: Values }) {
  const { updates } = server.told
  const memory = values['memory_total_mb']
  const uptime = values['uptime_seconds']
  return (
    <Panel title="What it is">
      <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-y-1 px-4 py-2.5">
        <Fact name="Host name">{server.hostname}</Fact>
        <Fact name="Id">{server.id}</Fact>
        <Fact name="Address">{server.ipAddress}</Fact>
        <Fact name="System">{[server.osDistribution, server.osVersion].filter(Boolean).join(' ')}</Fact>
        <Fact name="Kernel">{server.kernelVersion}</Fact>
        <Fact name="Architecture">{server.architecture}</Fact>
        <Fact name="Memory">{memory === undefined ? null : formatMegabytes(memory)}</Fact>
        <Fact name="Runs for">{uptime === undefined ? null : formatUptime(uptime)}</Fact>
        <Fact name="Kind">{server.machineType === 'workstation' ? 'workstation, may sleep' : 'server'}</Fact>
        <Fact name="Draws at most">{server.tdpWatts === null ? null : `${server.tdpWatts} W`}</Fact>
        <Fact name="Updates">
          {updates === null ? null : (
            <span className="inline-flex flex-wrap gap-1">
              {updates.available === 0 ? 'none waiting' : `${updates.available} waiting`}
              {updates.security ? <Badge tone="warn">{updates.security} of security</Badge> : null}
              {updates.rebootRequired ? <Badge tone="warn">restart needed</Badge> : null}
            </span>
          )}
        </Fact>
      </dl>
    </Panel>
  )
}

/** Nothing for what is not known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
