import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { hostStatuses, hostTypes } from '#features/hosts/host-shapes.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import { queryFields } from '#features/inventory/custom-field-queries.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId, HostId } from '#model/ids.ts'
import { parseMac } from '#model/mac.ts'
import { deviceTypes } from '#model/record.ts'
import type { DeviceType } from '#model/record.ts'
import { compileHostQuery } from '#query/compile-query.ts'
import type { QueryFilter } from '#query/compile-query.ts'

type Asking = Pick<Context, 'db' | 'engine' | 'clock'> & { actor: Pick<Actor, 'tags'> }

export interface HostFilter {
  q?: string | undefined
  status?: Host['status'] | undefined
  ids?: readonly number[] | undefined
}

/** What hosts can be ordered by; the id decides between equals. A host without a name comes last. */
const orders = {
  lastSeen: sql<string>`hosts.last_seen`,
  firstSeen: sql<string>`hosts.first_seen`,
  mac: sql<string>`hosts.mac`,
  hostname: sql<string>`coalesce('0' || lower(hosts.hostname), '1')`,
  address: sql<string>`hosts.ip_sort`,
  status: sql<string>`hosts.status`,
}

export type HostOrder = keyof typeof orders
export const hostOrders = Object.keys(orders) as HostOrder[]

/** Where a page ended: the value it was ordered by, and the id. */
export type HostPosition = [value: string, id: number]

export interface HostPage {
  order: HostOrder
  descending: boolean
  after?: HostPosition | undefined
  limit: number
}

/** Hosts that the actor may see, with the position of each in the order. */
export async function listHosts(
  call: Asking,
  filter: HostFilter,
  { order, descending, after, limit }: HostPage,
): Promise<{ host: Host; position: HostPosition }[]> {
  const value = orders[order]
  const direction = descending ? 'desc' : 'asc'
  let query = selectHosts(call, filter, await whereOf(call, filter))
    .orderBy(value, direction)
    .orderBy('hosts.id', direction)
    .limit(limit)
  if (after !== undefined) {
    const beyond = sql.raw(descending ? '<' : '>')
    query = query.where(sql<boolean>`(${value}, hosts.id) ${beyond} (${after[0]}, ${after[1]})`)
  }
  const rows = await query
    .leftJoin('devices', 'devices.id', 'hosts.device_id')
    .selectAll('hosts')
    .select('devices.name as device_name')
    .select(value.as('position'))
    .execute()
  return rows.map((row) => ({ host: toHost(row), position: [row.position, row.id] }))
}

/** How many of them there are. */
export async function countHosts(call: Asking, filter: HostFilter): Promise<number> {
  const { count } = await selectHosts(call, filter, await whereOf(call, filter))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** What people decide about hosts, of those that the actor may see, up to a limit; no one else changes them meanwhile. */
export async function lockForReview(call: Asking, filter: HostFilter, limit: number) {
  const rows = await selectHosts(call, filter, await whereOf(call, filter))
    .select([
      'hosts.id',
      'mac',
      'hosts.status',
      'host_type',
      'host_type_locked',
      'notes',
      'device_id',
      'version',
    ])
    .orderBy('hosts.id')
    .limit(limit)
    .$if(call.engine === 'postgres', (query) => query.forUpdate('hosts'))
    .execute()
  return rows.map((row) => ({ ...row, host_type_locked: Boolean(row.host_type_locked) }))
}

/** The ids of up to `limit` hosts that the actor may see and the filter holds, in their order. */
export async function findHostIds(call: Asking, filter: HostFilter, limit: number): Promise<number[]> {
  const rows = await selectHosts(call, filter, await whereOf(call, filter))
    .select('hosts.id')
    .orderBy('hosts.id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** The host of this id or MAC; NOT_FOUND for one that is not there or that the actor may not see. */
export async function findHost(call: Asking, key: string | number): Promise<Host> {
  const row = await selectHosts(call, {})
    .where(hostKey(key))
    .leftJoin('devices', 'devices.id', 'hosts.device_id')
    .selectAll('hosts')
    .select('devices.name as device_name')
    .executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', `There is no host ${key}`)
  return toHost(row)
}

function hostKey(key: string | number): Expression<SqlBool> {
  if (/^[0-9]{1,11}$/.test(`${key}`)) return sql<boolean>`hosts.id = ${Number(key)}`
  return sql<boolean>`hosts.mac = ${parseMac(`${key}`) ?? ''}`
}

/** How many hosts there are in each state of review. */
export async function countByStatus(db: Database, actor: Pick<Actor, 'tags'>) {
  let query = db
    .selectFrom('hosts')
    .select(['hosts.status', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('hosts.status')
  if (actor.tags !== undefined) query = query.where(ofVisibleDevice(db, actor))
  const counts = new Map((await query.execute()).map((row) => [row.status, Number(row.count)]))
  return Object.fromEntries(hostStatuses.map((status) => [status, counts.get(status) ?? 0])) as Record<
    Host['status'],
    number
  >
}

const ofVisibleDevice = (db: Database, actor: Pick<Actor, 'tags'>) =>
  sql<boolean>`hosts.device_id in ${db.selectFrom('devices').select('devices.id').where(visibleDevices(actor))}`

function selectHosts({ db, engine, actor }: Asking, { status, ids }: HostFilter, where?: QueryFilter) {
  let query = db.selectFrom('hosts')
  if (where !== undefined) query = query.where(where)
  if (status !== undefined) query = query.where('hosts.status', '=', status)
  if (ids !== undefined) query = query.where(idsIn(engine, 'hosts.id', ids))
  return actor.tags === undefined ? query : query.where(ofVisibleDevice(db, actor))
}

/** The query of a filter, which may ask for custom fields of the device. */
async function whereOf({ db, engine, clock, actor }: Asking, { q }: HostFilter) {
  if (q === undefined) return undefined
  const customFields = await queryFields(db)
  return compileHostQuery(q, { engine, now: clock.now(), visibleTags: actor.tags, customFields })
}

interface HostRow {
  id: number
  mac: string
  hostname: string | null
  ip_addresses: string
  source: string
  switch_port: string | null
  status: string
  host_type: string
  first_seen: string
  last_seen: string
  discovery_run_id: number | null
  netbox_id: number | null
  notes: string | null
  vendor: string | null
  random_mac: unknown
  shared_mac: unknown
  device_id: number | null
  device_name: string | null
  version: number
}

const toHost = (row: HostRow): Host => ({
  id: HostId.parse(row.id),
  mac: row.mac,
  hostname: row.hostname,
  addresses: JSON.parse(row.ip_addresses) as string[],
  sources: row.source.split(',').filter(Boolean),
  switchPort: row.switch_port,
  status: hostStatuses.find((status) => status === row.status) ?? 'pending',
  hostType: hostTypes.find((type) => type === row.host_type) ?? 'unknown',
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
  discoveryRunId: row.discovery_run_id,
  netboxId: row.netbox_id,
  notes: row.notes,
  vendor: row.vendor,
  randomMac: Boolean(row.random_mac),
  sharedMac: Boolean(row.shared_mac),
  device: row.device_id === null ? null : { id: DeviceId.parse(row.device_id), name: row.device_name ?? '' },
  version: row.version,
})

/** The type of a device; null without one. */
export async function deviceTypeOf(db: Database, deviceId: number | null): Promise<DeviceType | null> {
  if (deviceId === null) return null
  const row = await db
    .selectFrom('devices')
    .select('device_type')
    .where('id', '=', deviceId)
    .executeTakeFirst()
  return deviceTypes.find((type) => type === row?.device_type) ?? null
}

/** What people decide about a host. */
export interface HostColumns {
  status?: string
  host_type?: string
  host_type_locked?: boolean
  notes?: string | null
}

/** Writes what a person decided, the same for all of these hosts. */
export async function writeReview(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  columns: HostColumns,
): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('hosts')
    .set((eb) => ({ ...columns, version: eb('version', '+', 1) }))
    .where(idsIn(engine, 'id', ids))
    .execute()
}
