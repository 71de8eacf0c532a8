import { sql } from 'kysely'
import type { Json, JsonObject } from '#kernel/json.ts'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { fieldColumns, vmColumns } from '#features/inventory/device-state.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'

/** A device as it stands in the tables. */
export interface StoredDevice {
  id: number
  version: number
  firstSeen: string
  lastSeen: string
  source: { system: string; identifier: string; sourceId: string }
  mergedInto: number | null
  state: DeviceState
}

/** `id in (...)` with one parameter, however many ids there are. */
export const idsIn = (engine: Engine, column: string, ids: readonly number[]) =>
  engine === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(ids)}))`
    : sql<boolean>`${sql.ref(column)} = any(${ids}::bigint[])`

/** `column in (...)` for texts, with one parameter. */
export const textsIn = (engine: Engine, column: string, texts: readonly string[]) =>
  engine === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(texts)}))`
    : sql<boolean>`${sql.ref(column)} = any(${texts}::text[])`

/** The states of devices by id; ids that are not there are left out. */
export async function loadDevices(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, StoredDevice>> {
  const devices = new Map<number, StoredDevice>()
  if (ids.length === 0) return devices
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where(idsIn(engine, 'id', ids))
    .execute()
  for (const row of rows) {
    const state: DeviceState = {}
    for (const [path, column] of Object.entries(fieldColumns)) put(state, path, row[column])
    for (const [source, facts] of Object.entries(JSON.parse(row.metadata) as Record<string, JsonObject>)) {
      for (const [fact, value] of Object.entries(facts)) put(state, `metadata/${source}/${fact}`, value)
    }
    for (const [name, value] of Object.entries(JSON.parse(row.custom) as JsonObject))
      put(state, `custom/${name}`, value)
    devices.set(row.id, {
      id: row.id,
      version: row.version,
      firstSeen: row.first_seen,
      lastSeen: row.last_seen,
      source: { system: row.source_system, identifier: row.source_identifier, sourceId: row.source_id },
      mergedInto: row.merged_into,
      state,
    })
  }
  await Promise.all([addInterfaces(db, engine, ids, devices), addAddresses(db, engine, ids, devices)])
  await Promise.all([addVms(db, engine, ids, devices), addTags(db, engine, ids, devices)])
  await Promise.all([addRelationships(db, engine, ids, devices), addRecords(db, engine, ids, devices)])
  return devices
}

function put(state: DeviceState, path: string, value: Json): void {
  if (value !== null) state[path] = value
}

async function addInterfaces(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  devices: Map<number, StoredDevice>,
): Promise<void> {
  const rows = await db
    .selectFrom('network_interfaces')
    .selectAll()
    .where(idsIn(engine, 'device_id', ids))
    .execute()
  for (const row of rows) {
    devices.get(row.device_id)!.state[`interfaces/${row.interface_name}`] = {
      mac: row.mac_address,
      addresses: JSON.parse(row.ip_addresses) as string[],
      speedMbps: row.speed_mbps,
      status: row.status,
      type: row.interface_type,
      metadata: JSON.parse(row.metadata) as JsonObject,
    }
  }
}

async function addAddresses(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  devices: Map<number, StoredDevice>,
): Promise<void> {
  const rows = await db
    .selectFrom('device_addresses')
    .select(['device_id', 'address'])
    .where(idsIn(engine, 'device_id', ids))
    .orderBy('sort_key')
    .execute()
  for (const row of rows)
    ((devices.get(row.device_id)!.state['addresses'] ??= []) as string[]).push(row.address)
}

async function addVms(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  devices: Map<number, StoredDevice>,
): Promise<void> {
  const rows = await db
    .selectFrom('vms')
    .selectAll()
    .where(idsIn(engine, 'device_id', ids))
    .execute()
  for (const row of rows) {
    const { state } = devices.get(row.device_id)!
    for (const [path, column] of Object.entries(vmColumns))
      put(state, `vm/${path}`, vmValue(path, row[column]))
  }
}

const vmLists = ['ipAddresses', 'disks', 'snapshots']

function vmValue(path: string, value: string | number | boolean | null): Json {
  if (path === 'toolsRunning') return value === null ? null : Boolean(value)
  if (!vmLists.includes(path)) return value
  const list = JSON.parse(value as string) as Json[]
  return list.length === 0 ? null : list
}

async function addTags(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  devices: Map<number, StoredDevice>,
): Promise<void> {
  const rows = await db
    .selectFrom('device_tags')
    .innerJoin('tags', 'tags.id', 'device_tags.tag_id')
    .select(['device_tags.device_id', 'tags.name'])
    .where(idsIn(engine, 'device_tags.device_id', ids))
    .execute()
  for (const row of rows) devices.get(row.device_id)!.state[`tags/${row.name}`] = true
}

async function addRelationships(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  devices: Map<number, StoredDevice>,
): Promise<void> {
  const rows = await db
    .selectFrom('device_relationships')
    .select(['parent_device_id', 'child_device_id', 'relationship_type', 'source_identifier'])
    .where((eb) => eb.or([idsIn(engine, 'parent_device_id', ids), idsIn(engine, 'child_device_id', ids)]))
    .execute()
  for (const row of rows) {
    put(
      devices.get(row.child_device_id)?.state ?? {},
      `relationships/${row.relationship_type}/parent/${row.parent_device_id}`,
      row.source_identifier,
    )
    put(
      devices.get(row.parent_device_id)?.state ?? {},
      `relationships/${row.relationship_type}/child/${row.child_device_id}`,
      row.source_identifier,
    )
  }
}

async function addRecords(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  devices: Map<number, StoredDevice>,
): Promise<void> {
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select(['device_id', 'source_system', 'source_identifier', 'source_id', 'missing_run_id'])
    .where(idsIn(engine, 'device_id', ids))
    .where('undone_at', 'is', null)
    .execute()
  for (const row of rows) {
    const value = row.missing_run_id === null ? row.source_system : `${row.source_system} (missing)`
    devices.get(row.device_id)!.state[`records/${row.source_identifier}/${row.source_id}`] = value
  }
}
