import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { JsonObject } from '#kernel/json.ts'
import { DeviceId } from '#model/ids.ts'

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

/** The names of the tags of devices, in order; without those that have none. */
export async function tagsOf(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, string[]>> {
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
