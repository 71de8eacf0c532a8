import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { LinkedContent } from '#features/identity/golden-device.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { ReportedRecord } from '#model/record.ts'

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
