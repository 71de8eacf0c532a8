import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Asking, DeviceFilter } from '#features/inventory/device-list-queries.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** Devices that a graph may show: those of the filter that the actor may see. */
const shown = (db: Database, { actor }: Asking, { where, withRetired }: DeviceFilter) => {
  const all = db.selectFrom('devices').where('merged_into', 'is', null).where(visibleDevices(actor))
  const current = withRetired ? all : all.where('retired_at', 'is', null)
  return where === undefined ? current : current.where(where)
}

/** Both ends of every relationship of these kinds. */
const endsOf = (types: readonly string[]) => sql<{ device: number }>`(
  select parent_device_id as device from device_relationships where relationship_type in (${sql.join(types)})
  union all
  select child_device_id from device_relationships where relationship_type in (${sql.join(types)})
)`

/** The devices with the most relationships first, and how many there are that have any. */
export async function connectedDevices(
  call: Asking,
  filter: DeviceFilter,
  types: readonly string[],
  limit: number,
): Promise<{ ids: number[]; total: number }> {
  const counted = shown(call.db, call, filter).innerJoin(
    (eb) =>
      eb
        .selectFrom(endsOf(types).as('ends'))
        .select(['ends.device', (inner) => inner.fn.countAll<number>().as('degree')])
        .groupBy('ends.device')
        .as('counted'),
    (join) => join.onRef('counted.device', '=', 'devices.id'),
  )
  const rows = await counted
    .select('devices.id')
    .orderBy('degree', 'desc')
    .orderBy('devices.id')
    .limit(limit)
    .execute()
  if (rows.length < limit) return { ids: rows.map((row) => row.id), total: rows.length }
  const all = await counted.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  return { ids: rows.map((row) => row.id), total: Number(all.total) }
}

/** Relationships of these kinds that begin or end at one of the devices. */
export function edgesAt({ db, engine }: Asking, ids: readonly number[], types: readonly string[]) {
  return edges(db, types)
    .where((eb) => eb.or([idsIn(engine, 'parent_device_id', ids), idsIn(engine, 'child_device_id', ids)]))
    .execute()
}

/** Relationships of these kinds between the devices. */
export function edgesAmong({ db, engine }: Asking, ids: readonly number[], types: readonly string[]) {
  return edges(db, types)
    .where(idsIn(engine, 'parent_device_id', ids))
    .where(idsIn(engine, 'child_device_id', ids))
    .execute()
}

const edges = (db: Database, types: readonly string[]) =>
  db
    .selectFrom('device_relationships')
    .select(['id', 'parent_device_id as parent', 'child_device_id as child', 'relationship_type as type'])
    .select(['metadata', 'source_identifier as source'])
    .where('relationship_type', 'in', types)
    .orderBy('id')

/** What a graph shows of devices, of those that the actor may see. */
export function nodesOf(call: Asking, filter: DeviceFilter, ids: readonly number[]) {
  return shown(call.db, call, filter)
    .select(['devices.id', 'name', 'device_type as type', 'status', 'site', 'ip_address as address'])
    .where(idsIn(call.engine, 'devices.id', ids))
    .orderBy('devices.id')
    .execute()
}
