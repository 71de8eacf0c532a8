import type { Database } from '#database/schema.ts'
import { toRun } from '#features/sync/run-queries.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { keyText, type SourceKey } from '#features/sync/source-queries.ts'

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
