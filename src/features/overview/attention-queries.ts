import type { Database } from '#database/schema.ts'
import { toRun } from '#features/sync/run-queries.ts'
import type { Run } from '#features/sync/run-shapes.ts'

/** Runs whose absences wait for a person, the newest of each source, newest first. */
export async function listWaitingRuns(db: Database): Promise<Run[]> {
  const rows = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('missing_waiting', '>', 0)
    .where('missing_decision', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('sync_runs as later')
            .select('later.id')
            .whereRef('later.source_system', '=', 'sync_runs.source_system')
            .whereRef('later.source_identifier', '=', 'sync_runs.source_identifier')
            .whereRef('later.id', '>', 'sync_runs.id')
            .where('later.status', '=', 'complete'),
        ),
      ),
    )
    .orderBy('id', 'desc')
    .execute()
  const seen = new Set<string>()
  return rows.map(toRun).filter(({ system, source }) => {
    const key = `${system}/${source}`
    return seen.has(key) ? false : seen.add(key)
  })
}

/** When a host that waits for review was last seen; undefined when none waits. */
export async function newestPending(db: Database): Promise<string | undefined> {
  const row = await db
    .selectFrom('hosts')
    .select('last_seen')
    .where('status', '=', 'pending')
    .orderBy('last_seen', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.last_seen
}
