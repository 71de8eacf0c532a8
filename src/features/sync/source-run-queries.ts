import type { Selectable } from 'kysely'
import type { Database, SyncRunsTable } from '#database/schema.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { keyText, type SourceKey } from '#features/sync/source-queries.ts'
import { JobId, RunId } from '#model/ids.ts'

/** The newest run of each source that ever ran. */
export async function findLastRuns(db: Database, keys: readonly SourceKey[]): Promise<Map<string, Run>> {
  const runs = await Promise.all(keys.map((key) => findLastRun(db, key)))
  return new Map(keys.flatMap((key, index) => (runs[index] ? [[keyText(key), runs[index]] as const] : [])))
}

/** The newest run of a source; undefined when it never ran. */
export async function findLastRun(db: Database, { system, name }: SourceKey): Promise<Run | undefined> {
  const row = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toRun(row)
}

const toRun = (row: Selectable<SyncRunsTable>): Run => ({
  id: RunId.parse(row.id),
  source: row.source_identifier,
  system: row.source_system,
  status: row.status as Run['status'],
  startedAt: row.started_at,
  completedAt: row.completed_at,
  startedBy: row.started_by,
  jobId: row.job_id === null ? null : JobId.parse(row.job_id),
  recordsSeen: row.records_seen,
  recordsTotal: row.records_total,
  added: row.devices_added,
  updated: row.devices_updated,
  removed: row.devices_removed,
  unchanged: row.records_unchanged,
  reason: row.reason,
  errorCode: row.error_code,
  warnings: JSON.parse(row.warnings) as string[],
  missingWaiting: row.missing_waiting,
  missingDecision: row.missing_decision as Run['missingDecision'],
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
})
