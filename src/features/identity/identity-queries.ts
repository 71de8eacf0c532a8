import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { LinkedContent } from '#features/identity/golden-device.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { ReportedRecord } from '#model/record.ts'

/** What is known of devices by key, kept current in memory while a batch is worked through. */
export class KnownDevices {
  readonly #byKey = new Map<string, Set<number>>()
  readonly #devices = new Map<number, { isPlaceholder: boolean; namedBy: Set<string> }>()

  addKey(key: string, deviceId: number): void {
    const known = this.#byKey.get(key)
    if (known) known.add(deviceId)
    else this.#byKey.set(key, new Set([deviceId]))
  }

  /** A record of this kind belongs to the device. */
  addRecord(deviceId: number, kind: string, source: string, isHeld: boolean): void {
    let known = this.#devices.get(deviceId)
    if (!known) this.#devices.set(deviceId, (known = { isPlaceholder: true, namedBy: new Set() }))
    if (kind !== 'device') return
    known.isPlaceholder = false
    if (isHeld) known.namedBy.add(source)
  }

  merge(from: number, into: number): void {
    for (const devices of this.#byKey.values()) if (devices.delete(from)) devices.add(into)
  }

  candidates(keys: readonly string[]) {
    const ids = new Set(keys.flatMap((key) => [...(this.#byKey.get(key) ?? [])]))
    return [...ids].map((deviceId) => ({ deviceId, ...this.#devices.get(deviceId)! }))
  }
}

/** Devices that have one of these keys, with who names them. */
export async function loadKnownDevices(
  db: Database,
  engine: Engine,
  keys: readonly string[],
): Promise<KnownDevices> {
  const known = new KnownDevices()
  if (keys.length === 0) return known
  const rows = await db
    .selectFrom('record_native_ids')
    .innerJoin('device_links', 'device_links.record_id', 'record_native_ids.record_id')
    .select(['native_id', 'device_id'])
    .where(textsIn(engine, 'native_id', keys))
    .where('undone_at', 'is', null)
    .execute()
  for (const row of rows) known.addKey(row.native_id, row.device_id)
  for (const each of await linkedRecords(db, engine, [...new Set(rows.map((row) => row.device_id))])) {
    known.addRecord(
      each.device_id,
      each.kind,
      `${each.source_system}/${each.source_identifier}`,
      each.missing_run_id === null,
    )
  }
  return known
}

const linkedRecords = (db: Database, engine: Engine, deviceIds: readonly number[]) =>
  deviceIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('device_links')
        .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
        .select(['device_id', 'kind', 'source_system', 'source_identifier', 'missing_run_id'])
        .where(idsIn(engine, 'device_id', deviceIds))
        .where('undone_at', 'is', null)
        .execute()

/** Every record linked to these devices now, with its content, by device. */
export async function loadLinkedContent(
  db: Database,
  engine: Engine,
  deviceIds: readonly number[],
): Promise<Map<number, LinkedContent[]>> {
  const contents = new Map<number, LinkedContent[]>(deviceIds.map((id) => [id, []]))
  if (deviceIds.length === 0) return contents
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select([
      'device_id',
      'record_id',
      'source_system',
      'source_identifier',
      'source_id',
      'normalized',
      'missing_run_id',
    ])
    .where(idsIn(engine, 'device_id', deviceIds))
    .where('undone_at', 'is', null)
    .execute()
  for (const row of rows) {
    contents.get(row.device_id)!.push({
      recordId: row.record_id,
      system: row.source_system,
      source: row.source_identifier,
      sourceId: row.source_id,
      record: JSON.parse(row.normalized) as ReportedRecord,
      isHeld: row.missing_run_id === null,
    })
  }
  return contents
}
