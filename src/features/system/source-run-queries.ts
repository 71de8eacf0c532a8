import type { Database } from '#database/schema.ts'

/** A run that is over. */
export interface EndedRun {
  status: string
  startedAt: string
  reason: string | null
}

/** The newest runs of a source that are over. */
export async function lastRuns(
  db: Database,
  { system, name }: { system: string; name: string },
  limit: number,
): Promise<EndedRun[]> {
  const rows = await db
    .selectFrom('sync_runs')
    .select(['status', 'started_at', 'reason'])
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .where('status', '<>', 'running')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ status: row.status, startedAt: row.started_at, reason: row.reason }))
}
