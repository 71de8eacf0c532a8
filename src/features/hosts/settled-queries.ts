import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** Open findings about addresses: their subject is the address. */
export const listOpenAddresses = (db: Database) =>
  db
    .selectFrom('findings')
    .select(['id', 'subject'])
    .where('kind', '=', 'address-conflict')
    .where('resolved_at', 'is', null)
    .execute()

/** Open findings about a new device or MAC whose device is by now known as another one, or retired. */
export async function findAnswered(db: Database): Promise<number[]> {
  const rows = await db
    .selectFrom('findings')
    .innerJoin('devices', 'devices.id', 'findings.device_id')
    .select('findings.id')
    .where('kind', 'in', ['new-device', 'new-mac'])
    .where('resolved_at', 'is', null)
    .where((eb) => eb.or([eb('merged_into', 'is not', null), eb('devices.retired_at', 'is not', null)]))
    .execute()
  return rows.map((row) => row.id)
}

/** Open findings about devices that might be one, but by now no longer share a key. */
export async function findSettledIdentities(db: Database, engine: Engine): Promise<number[]> {
  const rows = await db
    .selectFrom('findings')
    .select(['id', 'detail'])
    .where('kind', '=', 'identity-conflict')
    .where('resolved_at', 'is', null)
    .execute()
  if (rows.length === 0) return []
  const open = rows.map(({ id, detail }) => ({
    id,
    devices: (JSON.parse(detail) as { devices: { id: number }[] }).devices.map((device) => device.id),
  }))
  const keys = await keysOf(db, engine, [...new Set(open.flatMap((each) => each.devices))])
  return open.filter(({ devices }) => !shareKey(devices, keys)).map(({ id }) => id)
}

/** What each of the devices that stand for themselves is known by, as far as a source still tells it. */
async function keysOf(
  db: Database,
  engine: Engine,
  devices: readonly number[],
): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('devices', 'devices.id', 'device_links.device_id')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .innerJoin('record_native_ids', 'record_native_ids.record_id', 'device_links.record_id')
    .select(['device_links.device_id', 'native_id'])
    .where(idsIn(engine, 'device_links.device_id', devices))
    .where('undone_at', 'is', null)
    .where('missing_run_id', 'is', null)
    .where('merged_into', 'is', null)
    .where('devices.retired_at', 'is', null)
    .where('native_id', 'not like', 'nic:%')
    .execute()
  return new Map(
    [...Map.groupBy(rows, (row) => row.device_id)].map(([id, own]) => [id, own.map((row) => row.native_id)]),
  )
}

function shareKey(devices: readonly number[], keys: ReadonlyMap<number, readonly string[]>): boolean {
  const seen = new Set<string>()
  for (const device of devices) {
    const own = new Set(keys.get(device) ?? [])
    for (const key of own) if (seen.has(key)) return true
    for (const key of own) seen.add(key)
  }
  return false
}
