import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { queryFields } from '#features/inventory/custom-field-queries.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Actor } from '#model/actor.ts'
import { DeviceId } from '#model/ids.ts'
import { asksForRetired, compileDeviceQuery, type QueryFilter } from '#query/compile-query.ts'

/** What a question about devices needs to know of who asks and where. */
export type Asking = Pick<Context, 'db' | 'reports' | 'engine' | 'clock'> & { actor: Pick<Actor, 'tags'> }

const text = (column: string) => sql<string>`coalesce('0' || lower(${sql.ref(`devices.${column}`)}), '1')`

/** What devices can be ordered by; the id decides between equals. What has no value comes last. */
const orders = {
  name: sql<string>`devices.name_sort`,
  address: sql<string>`devices.ip_sort`,
  lastSeen: sql<string>`devices.last_seen`,
  firstSeen: sql<string>`devices.first_seen`,
  deviceType: sql<string>`devices.device_type`,
  status: sql<string>`devices.status`,
  serial: text('serial'),
  vendor: text('vendor'),
  model: text('model'),
  os: text('os'),
  site: text('site'),
  rack: text('rack'),
  owner: text('owner'),
}

export type DeviceOrder = keyof typeof orders
export const deviceOrders = Object.keys(orders) as DeviceOrder[]

/** Where a page ended: the value it was ordered by, and the id. */
export type DevicePosition = [value: string, id: number]

export interface DevicePage {
  order: DeviceOrder
  descending: boolean
  after?: DevicePosition | undefined
  limit: number
}

/** A query made ready: its condition, and whether retired devices belong to the answer. */
export interface DeviceFilter {
  where: QueryFilter | undefined
  withRetired: boolean
}

/** Reads a query over devices; throws QUERY_INVALID. */
export async function deviceFilter(call: Asking, q: string | undefined): Promise<DeviceFilter> {
  if (q === undefined || q.trim() === '') return { where: undefined, withRetired: false }
  const options = {
    engine: call.engine,
    now: call.clock.now(),
    customFields: await queryFields(call.db),
    visibleTags: call.actor.tags,
  }
  return { where: compileDeviceQuery(q, options), withRetired: asksForRetired(q, options) }
}

/** Devices that the actor may see and the filter holds. */
export function selectDevices(db: Database, actor: Pick<Actor, 'tags'>, filter: DeviceFilter) {
  let query = db.selectFrom('devices').where('devices.merged_into', 'is', null)
  if (!filter.withRetired) query = query.where('devices.retired_at', 'is', null)
  if (actor.tags !== undefined) query = query.where(visibleDevices(actor))
  return filter.where === undefined ? query : query.where(filter.where)
}

/** A query may have to look at every device, which must not hold up anybody else. */
const readerOf = (call: Asking, filter: DeviceFilter): Database =>
  filter.where === undefined ? call.db : call.reports

/** A page of devices with the position of each in the order. */
export async function listDevices(
  call: Asking,
  filter: DeviceFilter,
  { order, descending, after, limit }: DevicePage,
  signal: AbortSignal,
): Promise<{ device: DeviceItem; position: DevicePosition }[]> {
  const db = readerOf(call, filter)
  const value = orders[order]
  const direction = descending ? 'desc' : 'asc'
  let query = selectDevices(db, call.actor, filter)
    .orderBy(value, direction)
    .orderBy('devices.id', direction)
    .limit(limit)
  if (after !== undefined) {
    const beyond = sql.raw(descending ? '<' : '>')
    query = query.where(sql<boolean>`(${value}, devices.id) ${beyond} (${after[0]}, ${after[1]})`)
  }
  const rows = await query.select('devices.id').select(value.as('position')).execute({ signal })
  const items = await loadItems(
    call.db,
    call.engine,
    rows.map((row) => row.id),
  )
  return rows.flatMap((row) => {
    const device = items.get(row.id)
    return device ? [{ device, position: [row.position, row.id] as DevicePosition }] : []
  })
}

/** Beyond so many, what a query finds is not counted: it would cost more than the page. */
const countedAtMost = 10_000

/** How many devices the filter holds; undefined when they are more than is cheap to count. */
export async function countDevices(
  call: Asking,
  filter: DeviceFilter,
  signal: AbortSignal,
): Promise<number | undefined> {
  const db = readerOf(call, filter)
  const all = selectDevices(db, call.actor, filter)
  if (filter.where === undefined && call.actor.tags === undefined) {
    const { count } = await all
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow({ signal })
    return Number(count)
  }
  const { count } = await db
    .selectFrom(
      all
        .select('devices.id')
        .limit(countedAtMost + 1)
        .as('some'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow({ signal })
  return Number(count) > countedAtMost ? undefined : Number(count)
}

/** The ids of up to `limit` devices that the filter holds. */
export async function findDeviceIds(call: Asking, filter: DeviceFilter, limit: number): Promise<number[]> {
  const rows = await selectDevices(readerOf(call, filter), call.actor, filter)
    .select('devices.id')
    .orderBy('devices.id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** Devices as listings show them, by id; those that are not there are left out. */
export async function loadItems(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, DeviceItem>> {
  if (ids.length === 0) return new Map()
  const [rows, tags, sources] = await Promise.all([
    selectRows(db, engine, ids),
    tagsOf(db, engine, ids),
    sourcesOf(db, engine, ids),
  ])
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: DeviceId.parse(row.id),
        name: row.name,
        deviceType: row.device_type as DeviceItem['deviceType'],
        status: row.status as DeviceItem['status'],
        address: row.ip_address,
        serial: row.serial,
        vendor: row.vendor,
        model: row.model,
        os: row.os,
        driver: row.driver,
        site: row.site,
        rack: row.rack,
        owner: row.owner,
        tags: tags.get(row.id) ?? [],
        sources: sources.get(row.id) ?? [],
        cpuCount: row.cpu_count,
        memoryMb: row.memory_mb,
        powerState: row.power_state,
        custom: JSON.parse(row.custom) as JsonObject,
        firstSeen: row.first_seen,
        lastSeen: row.last_seen,
        retiredAt: row.retired_at,
        version: row.version,
      },
    ]),
  )
}

const itemColumns = [
  ...(['id', 'name', 'device_type', 'status', 'ip_address', 'serial', 'vendor', 'model', 'os'] as const),
  ...(['driver', 'site', 'rack', 'owner', 'custom', 'first_seen', 'last_seen', 'retired_at'] as const),
  'version',
] as const

const selectRows = (db: Database, engine: Engine, ids: readonly number[]) =>
  db
    .selectFrom('devices')
    .leftJoin('vms', 'vms.device_id', 'devices.id')
    .select(itemColumns.map((column) => `devices.${column}` as const))
    .select(['cpu_count', 'memory_mb', 'power_state'])
    .where(idsIn(engine, 'devices.id', ids))
    .execute()

async function tagsOf(db: Database, engine: Engine, ids: readonly number[]): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('device_tags')
    .innerJoin('tags', 'tags.id', 'device_tags.tag_id')
    .select(['device_id', 'name'])
    .where(idsIn(engine, 'device_id', ids))
    .orderBy('name')
    .execute()
  return namesById(rows)
}

async function sourcesOf(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select(['device_id', 'source_identifier as name'])
    .where(idsIn(engine, 'device_id', ids))
    .where('undone_at', 'is', null)
    .where('missing_run_id', 'is', null)
    .distinct()
    .orderBy('source_identifier')
    .execute()
  return namesById(rows)
}

function namesById(rows: readonly { device_id: number; name: string }[]): Map<number, string[]> {
  const names = new Map<number, string[]>()
  for (const { device_id: id, name } of rows) {
    const known = names.get(id)
    if (known) known.push(name)
    else names.set(id, [name])
  }
  return names
}
