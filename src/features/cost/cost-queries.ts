import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { MachineTraits } from '#features/cost/power-profile.ts'
import type { StateSpan } from '#features/cost/integrate-power.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'
import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import type { Actor } from '#model/actor.ts'

/** A server with what decides about its power and its tariff. */
export interface CostServer {
  id: string
  name: string
  createdAt: string
  status: string
  site: string | null
  rack: string | null
  owner: string | null
  tags: string[]
  traits: MachineTraits
}

/** The servers that the actor may see, by id; after one, or the one asked for. */
export async function costServers(
  db: Database,
  engine: Engine,
  actor: Pick<Actor, 'tags'>,
  { id, after, limit }: { id?: string | undefined; after?: string | undefined; limit: number },
): Promise<CostServer[]> {
  let query = db
    .selectFrom('servers')
    .leftJoin('devices', 'devices.id', 'servers.device_id')
    .select([
      'servers.id',
      'servers.hostname',
      'servers.display_name',
      'servers.created_at',
      'servers.status',
      'servers.tdp_watts',
      'servers.machine_type',
      'servers.architecture',
      'servers.device_id',
      'devices.device_type',
      'devices.vendor',
      'devices.model',
      'devices.site',
      'devices.rack',
      'devices.owner',
    ])
    .where(ofVisibleDevice(actor))
    .orderBy('servers.id')
    .limit(limit)
  if (id !== undefined) query = query.where('servers.id', '=', id)
  if (after !== undefined) query = query.where('servers.id', '>', after)
  const rows = await query.execute()
  const tags = await tagsOf(
    db,
    engine,
    rows.map(({ id: one }) => one),
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.display_name ?? row.hostname,
    createdAt: row.created_at,
    status: row.status,
    site: row.site,
    rack: row.rack,
    owner: row.owner,
    tags: tags.get(row.id) ?? [],
    traits: {
      tdpWatts: row.tdp_watts,
      machineType: row.machine_type,
      deviceType: row.device_type,
      vendor: row.vendor,
      model: row.model,
      architecture: row.architecture,
    },
  }))
}

async function tagsOf(db: Database, engine: Engine, ids: readonly string[]): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('servers')
    .innerJoin('device_tags', 'device_tags.device_id', 'servers.device_id')
    .innerJoin('tags', 'tags.id', 'device_tags.tag_id')
    .select(['servers.id', 'tags.name'])
    .where(textsIn(engine, 'servers.id', ids))
    .orderBy('tags.name')
    .execute()
  const found = new Map<string, string[]>()
  for (const { id, name } of rows) found.set(id, [...(found.get(id) ?? []), name])
  return found
}

const stateOf = (status: string): StateSpan['state'] =>
  status === 'online' ? 'on' : status === 'offline' ? 'off' : 'unknown'

/** Whether a server was on, over a stretch of time; unknown where nobody listened. Milliseconds. */
export async function statesOf(
  db: Database,
  server: Pick<CostServer, 'id' | 'createdAt' | 'status'>,
  from: number,
  to: number,
): Promise<StateSpan[]> {
  const [since, until] = [toTimestamp(from), toTimestamp(to)]
  const changes = db.selectFrom('status_changes').select(['at', 'status']).where('server_id', '=', server.id)
  const before = await changes
    .where('at', '<=', since)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .execute()
  const within = await changes
    .where('at', '>', since)
    .where('at', '<', until)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const gaps = await db
    .selectFrom('watch_gaps')
    .select(['from_at', 'until_at'])
    .where('until_at', '>', since)
    .where('from_at', '<', until)
    .orderBy('from_at')
    .execute()
  // Nothing is known of what was before its first change: of one that never changed, what it is now since it is there.
  const first = before[0]?.status ?? (within.length === 0 ? server.status : 'offline')
  const begins =
    before[0] === undefined ? Math.min(to, Math.max(from, toMilliseconds(server.createdAt))) : from
  const points = [
    ...(begins > from ? [{ at: from, state: 'off' as const }] : []),
    ...(begins < to ? [{ at: begins, state: stateOf(first) }] : []),
    ...within.map(({ at, status }) => ({ at: toMilliseconds(at), state: stateOf(status) })),
  ]
  const spans = points.map(({ at, state }, index) => ({ from: at, to: points[index + 1]?.at ?? to, state }))
  return withGaps(
    spans.filter((span) => span.to > span.from),
    gaps.map((gap) => [toMilliseconds(gap.from_at), toMilliseconds(gap.until_at)]),
  )
}

function withGaps(spans: StateSpan[], gaps: readonly (readonly [number, number])[]): StateSpan[] {
  return gaps.reduce<StateSpan[]>(
    (all, [from, to]) =>
      all.flatMap((span) => {
        if (span.to <= from || span.from >= to) return [span]
        const [start, end] = [Math.max(span.from, from), Math.min(span.to, to)]
        const parts: StateSpan[] = [
          { ...span, to: start },
          { from: start, to: end, state: 'unknown' },
          { ...span, from: end },
        ]
        return parts.filter((part) => part.to > part.from)
      }),
    spans,
  )
}
