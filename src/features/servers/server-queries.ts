import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { queryFields } from '#features/inventory/custom-field-queries.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { compileServerQuery } from '#query/compile-query.ts'
import type { QueryFilter } from '#query/compile-query.ts'

export type Asking = Pick<Context, 'db' | 'reports' | 'engine' | 'clock' | 'metrics'> & {
  actor: Pick<Actor, 'tags'>
}

/** What the database can order servers by; the id decides between equals. */
const orders = {
  name: sql<string>`servers.name_sort`,
  status: sql<string>`servers.status`,
  seen: sql<string>`coalesce(servers.last_seen, '')`,
}
export type StoredOrder = keyof typeof orders

export interface ServerPage {
  order: StoredOrder
  descending: boolean
  after?: [value: string, id: string] | undefined
  limit: number
}

/** Reads a query over servers; throws QUERY_INVALID. */
export async function serverFilter(call: Asking, q: string | undefined): Promise<QueryFilter | undefined> {
  if (q === undefined || q.trim() === '') return undefined
  return compileServerQuery(q, {
    engine: call.engine,
    now: call.clock.now(),
    customFields: await queryFields(call.db),
    visibleTags: call.actor.tags,
  })
}

/** Servers that the actor may see and the filter holds. */
function selectServers(db: Database, { actor }: Pick<Asking, 'actor'>, filter?: QueryFilter) {
  const query = db.selectFrom('servers').where(ofVisibleDevice(actor))
  return filter === undefined ? query : query.where(filter)
}

const withDevice = (query: ReturnType<typeof selectServers>) =>
  query
    .leftJoin('devices', 'devices.id', 'servers.device_id')
    .selectAll('servers')
    .select(['devices.name as device_name', 'devices.site as device_site', 'devices.rack as device_rack'])

export type ServerRow = Awaited<ReturnType<ReturnType<typeof withDevice>['execute']>>[number]

export async function findServers(
  call: Asking,
  filter: QueryFilter | undefined,
  { order, descending, after, limit }: ServerPage,
  signal: AbortSignal,
): Promise<{ row: ServerRow; position: string }[]> {
  const value = orders[order]
  const direction = descending ? 'desc' : 'asc'
  let query = withDevice(selectServers(call.db, call, filter))
    .select(value.as('position'))
    .orderBy(value, direction)
    .orderBy('servers.id', direction)
    .limit(limit)
  if (after !== undefined) {
    const beyond = sql.raw(descending ? '<' : '>')
    query = query.where(sql<boolean>`(${value}, servers.id) ${beyond} (${after[0]}, ${after[1]})`)
  }
  return (await query.execute({ signal })).map(({ position, ...row }) => ({ row, position }))
}

export async function countServers(call: Asking, filter: QueryFilter | undefined): Promise<number> {
  const { count } = await selectServers(call.db, call, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The ids of all of them, at most so many. */
export async function findServerIds(
  call: Pick<Asking, 'db' | 'actor'>,
  filter: QueryFilter | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await selectServers(call.db, call, filter)
    .select('servers.id')
    .orderBy('servers.id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** The devices of these servers, of those that have one. */
export async function devicesOfServers(
  { db, engine }: Pick<Asking, 'db' | 'engine'>,
  ids: readonly string[],
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('servers')
    .select('device_id')
    .where(textsIn(engine, 'servers.id', ids))
    .where('device_id', 'is not', null)
    .execute()
  return new Set(rows.flatMap((row) => row.device_id ?? []))
}

/** Rows of these ids, in no order. */
export const loadServers = (
  call: Pick<Asking, 'db' | 'engine' | 'actor'>,
  ids: readonly string[],
): Promise<ServerRow[]> =>
  withDevice(selectServers(call.db, call).where(textsIn(call.engine, 'servers.id', ids))).execute()

/** The server of this id; NOT_FOUND for one that is not there or that the actor may not see. */
export async function findServer(call: Pick<Asking, 'db' | 'actor'>, id: string): Promise<ServerRow> {
  const row = await withDevice(selectServers(call.db, call).where('servers.id', '=', id)).executeTakeFirst()
  if (!row)
    throw new AppError('NOT_FOUND', `There is no server ${id}`, {
      hint: '`rollcall server list WORDS` looks for servers.',
    })
  return row
}

/** How the record of its agent came to its device. */
export async function findDeviceLink(db: Database, id: string) {
  const row = await db
    .selectFrom('source_records')
    .innerJoin('device_links', 'device_links.record_id', 'source_records.id')
    .select(['device_links.evidence', 'device_links.score', 'device_links.decided_by'])
    .where('source_records.source_system', '=', 'agent')
    .where('source_records.source_identifier', '=', 'agents')
    .where('source_records.source_id', '=', id)
    .where('device_links.undone_at', 'is', null)
    .executeTakeFirst()
  return row && { score: row.score, decidedBy: row.decided_by, evidence: JSON.parse(row.evidence) as never }
}
