import { z } from 'zod'
import { serverStatuses } from '#features/monitoring/watch.ts'
import { operation } from '#features/operation.ts'
import { groupMembers, serverGroupings } from '#features/servers/group-queries.ts'
import type { GroupMember } from '#features/servers/group-queries.ts'
import { ServerQuery } from '#features/servers/list-servers.ts'
import { serverFilter } from '#features/servers/server-queries.ts'

const Load = z
  .object({ avg: z.number(), max: z.number() })
  .nullable()
  .describe('Mean and highest of the newest values; null where nobody told one.')

const FleetGroup = z.object({
  name: z.string().nullable().describe('Null for servers that belong to none.'),
  total: z.number().int(),
  ...(Object.fromEntries(serverStatuses.map((status) => [status, z.number().int()])) as Record<
    (typeof serverStatuses)[number],
    z.ZodInt
  >),
  cpu: Load,
  memory: Load,
  disk: Load,
})
export type FleetGroup = z.infer<typeof FleetGroup>

const measured = { cpu: 'cpu_percent', memory: 'memory_percent', disk: 'disk_percent' } as const

type Newest = ReadonlyMap<string, { values: Readonly<Record<string, number>> }>

export const groupServersOperation = operation({
  name: 'fleet.groups',
  summary: 'Count servers by site, rack, tag or status, with how loaded each group is.',
  http: 'GET /fleet/groups',
  effect: 'read',
  permission: 'monitoring.read',
  input: z.object({ by: z.enum(serverGroupings).default('site'), q: ServerQuery.exactOptional() }),
  output: z.object({ groups: z.array(FleetGroup) }),
  cli: { arguments: ['by', 'q'] },
  async run(call, { by, q }, signal) {
    const members = await groupMembers(call, await serverFilter(call, q), by, signal)
    const newest = await call.metrics.latest([...new Set(members.map(({ id }) => id))])
    const byName = Map.groupBy(members, ({ group }) => group)
    return { groups: [...byName].map(([name, some]) => toGroup(name, some, newest)).toSorted(byNameAtLast) }
  },
})

/** By name as people count; what belongs to none comes last. */
const byNameAtLast = (one: FleetGroup, other: FleetGroup): number =>
  Number(one.name === null) - Number(other.name === null) ||
  (one.name ?? '').localeCompare(other.name ?? '', 'en', { numeric: true })

function toGroup(name: string | null, members: readonly GroupMember[], newest: Newest): FleetGroup {
  const count = (status: string) => members.filter((member) => member.status === status).length
  const load = (metric: string): FleetGroup['cpu'] => {
    const values = members.flatMap(({ id }) => newest.get(id)?.values[metric] ?? [])
    if (values.length === 0) return null
    const sum = values.reduce((total, value) => total + value, 0)
    return { avg: sum / values.length, max: values.reduce((most, value) => Math.max(most, value)) }
  }
  return {
    name,
    total: members.length,
    online: count('online'),
    offline: count('offline'),
    unknown: count('unknown'),
    cpu: load(measured.cpu),
    memory: load(measured.memory),
    disk: load(measured.disk),
  }
}
