import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import type { LinkedContent } from '#features/identity/golden-belief.ts'
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
    .leftJoin('sync_metadata as state', (join) =>
      join
        .onRef('state.source_system', '=', 'source_records.source_system')
        .onRef('state.source_identifier', '=', 'source_records.source_identifier'),
    )
    .leftJoin('sync_runs as latest', 'latest.id', 'state.last_complete_run_id')
    .leftJoin('sync_runs as changed', 'changed.id', 'source_records.changed_run_id')
    .leftJoin('sync_runs as last', 'last.id', 'source_records.last_run_id')
    .select(['device_id', 'record_id', 'source_records.source_system', 'source_records.source_identifier'])
    .select(['source_id', 'normalized', 'missing_run_id', 'latest.started_at as latest_at'])
    .select(['changed.started_at as changed_at', 'last.started_at as last_at'])
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
      seenAt: row.last_at ?? later(row.latest_at, row.changed_at),
    })
  }
  return contents
}

/** What its source holds, it held when it was last read in full, or when it told of a change. */
const later = (left: string | null, right: string | null): string | undefined =>
  ((left ?? '') > (right ?? '') ? left : right) ?? undefined
