import { reserveIds } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { canonicalJson, contentHash } from '#kernel/json.ts'
import type { ReportedDevice } from '#model/record.ts'

/** What people enter is a record of this source. */
export const manual = 'manual'

/** What people entered about a device, the most believed first; several where devices were merged. */
export async function findManualRecords(
  transaction: Transaction,
  deviceId: number,
): Promise<{ id: number; record: ReportedDevice }[]> {
  const rows = await transaction
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select(['source_records.id', 'normalized'])
    .where('device_id', '=', deviceId)
    .where('undone_at', 'is', null)
    .where('source_system', '=', manual)
    .orderBy('source_records.source_id')
    .execute()
  return rows.map((row) => ({ id: row.id, record: JSON.parse(row.normalized) as ReportedDevice }))
}

const contentColumns = (record: ReportedDevice) => ({
  content_hash: contentHash(record),
  normalized: canonicalJson(record),
})

/** Writes a new record of what people entered, linked to its device by whoever did. */
export async function insertManualRecord(
  transaction: Transaction,
  engine: Engine,
  { deviceId, record, by, now }: { deviceId: number; record: ReportedDevice; by: string; now: string },
): Promise<number> {
  const [id] = await reserveIds(transaction, engine, 'source_records', 1)
  await transaction
    .insertInto('source_records')
    .values({
      id: id!,
      source_system: manual,
      source_identifier: manual,
      source_id: record.sourceId,
      kind: 'device',
      mac: null,
      ...contentColumns(record),
      volatile: null,
      volatile_at: null,
      // No run reads what people enter.
      first_run_id: 0,
      changed_run_id: 0,
    })
    .execute()
  await transaction
    .insertInto('device_links')
    .values({
      record_id: id!,
      device_id: deviceId,
      evidence: '[]',
      score: 1,
      decided_by: by,
      decided_at: now,
    })
    .execute()
  return id!
}

export const updateManualRecord = (transaction: Transaction, id: number, record: ReportedDevice) =>
  transaction.updateTable('source_records').set(contentColumns(record)).where('id', '=', id).execute()

/** Takes back what people entered; its links go with it. */
export const deleteRecords = (transaction: Transaction, ids: readonly number[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : transaction.deleteFrom('source_records').where('id', 'in', ids).execute()

/** The records that a device has now. */
export async function recordsOf(db: Database, deviceId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('device_links')
    .select('record_id')
    .where('device_id', '=', deviceId)
    .where('undone_at', 'is', null)
    .execute()
  return rows.map((row) => row.record_id)
}

/** How many records a device has besides what people entered. */
export async function countOtherRecords(transaction: Transaction, deviceId: number): Promise<number> {
  const { count } = await transaction
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('device_id', '=', deviceId)
    .where('undone_at', 'is', null)
    .where('source_system', '<>', manual)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Deletes a device, what was merged into it, and every record that only they have. */
export async function deleteDevice(transaction: Transaction, id: number): Promise<void> {
  const merged = await transaction.selectFrom('devices').select('id').where('merged_into', '=', id).execute()
  for (const each of merged) await deleteDevice(transaction, each.id)
  await deleteRecords(transaction, await recordsOf(transaction, id))
  await transaction.deleteFrom('devices').where('id', '=', id).execute()
}
