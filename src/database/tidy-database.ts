import { sql } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'
import { ownTables } from '#database/own-tables.ts'
import { tidySqlite } from '#database/sqlite/tidy-sqlite.ts'

/**
 * Rebuilds indexes, tells the planner what there is, and gives free space back to the disk: in small steps, so that
 * it delays nobody for long. Gives how many bytes the database became smaller.
 */
export async function tidyDatabase(
  opened: OpenDatabase,
  signal: AbortSignal,
): Promise<{ freedBytes: number }> {
  const before = await databaseBytes(opened)
  if (opened.engine === 'sqlite') await tidySqlite(opened.path!, signal)
  else {
    for (const table of ownTables('postgres')) {
      signal.throwIfAborted()
      await sql`reindex table concurrently ${sql.table(table)}`.execute(opened.db)
      await sql`vacuum (analyze) ${sql.table(table)}`.execute(opened.db)
    }
  }
  return { freedBytes: Math.max(0, before - (await databaseBytes(opened))) }
}

/** Size of everything the database holds, free space inside of it included. */
export async function databaseBytes({ db, engine }: Pick<OpenDatabase, 'db' | 'engine'>): Promise<number> {
  const { rows } =
    engine === 'sqlite'
      ? await sql<{
          bytes: number
        }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`.execute(db)
      : await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
  return rows[0]!.bytes
}
