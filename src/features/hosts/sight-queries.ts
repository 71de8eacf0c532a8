import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { Sight } from '#features/hosts/host-facts.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import { isIdentifyingMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'
import type { DeviceType, ReportedRecord } from '#model/record.ts'

/** A MAC that software gives to every machine is in as many records; these are enough to describe its host. */
const recordsPerMac = 50

/** The key under which `record_native_ids` has a MAC. */
const keyOf = (mac: Mac): string => `${isIdentifyingMac(mac) ? 'mac' : 'nic'}:${mac}`

/** Every record that tells of these MAC addresses, whatever its source, by MAC. */
export async function loadSights(
  db: Database,
  engine: Engine,
  macs: readonly Mac[],
): Promise<Map<Mac, Sight[]>> {
  if (macs.length === 0) return new Map()
  const places = await recordsOf(db, engine, macs)
  const records = await loadRecords(db, engine, [...new Set(places.map((each) => each.record_id))])
  const sights = places.flatMap(({ native_id, record_id }): Sight[] => {
    const record = records.get(record_id)
    return record === undefined ? [] : [{ mac: native_id.slice('mac:'.length), ...record }]
  })
  return Map.groupBy(sights, (sight) => sight.mac)
}

async function recordsOf(db: Database, engine: Engine, macs: readonly Mac[]) {
  const numbered = db
    .selectFrom('record_native_ids')
    .select(['native_id', 'record_id'])
    .select(sql<number>`row_number() over (partition by native_id order by record_id)`.as('place_of_record'))
    .where(textsIn(engine, 'native_id', macs.map(keyOf)))
  return db
    .selectFrom(numbered.as('numbered'))
    .select(['native_id', 'record_id'])
    .where('place_of_record', '<=', recordsPerMac)
    .execute()
}

async function loadRecords(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, Omit<Sight, 'mac'>>> {
  const rows = await db
    .selectFrom('source_records')
    .leftJoin('device_links', (join) =>
      join.onRef('device_links.record_id', '=', 'source_records.id').on('undone_at', 'is', null),
    )
    .leftJoin('devices', 'devices.id', 'device_links.device_id')
    .select(['source_records.id', 'source_records.source_system', 'source_records.source_identifier'])
    .select(['source_records.source_id', 'normalized', 'last_run_id', 'missing_run_id'])
    .select(['device_links.device_id', 'device_type'])
    .where(idsIn(engine, 'source_records.id', ids))
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      {
        system: row.source_system,
        source: row.source_identifier,
        sourceId: row.source_id,
        record: JSON.parse(row.normalized) as ReportedRecord,
        device: row.device_id,
        deviceType: row.device_type as DeviceType | null,
        state: row.missing_run_id !== null ? 'missing' : row.last_run_id !== null ? 'away' : 'current',
      },
    ]),
  )
}

/** The MAC addresses that records tell of. */
export async function macsOfRecords(
  db: Database,
  engine: Engine,
  recordIds: readonly number[],
): Promise<Mac[]> {
  if (recordIds.length === 0) return []
  const rows = await db
    .selectFrom('record_native_ids')
    .select('native_id')
    .distinct()
    .where(idsIn(engine, 'record_id', recordIds))
    .where((eb) => eb.or([eb('native_id', 'like', 'mac:%'), eb('native_id', 'like', 'nic:%')]))
    .execute()
  return rows.map((row) => row.native_id.slice('mac:'.length))
}
