import { sql } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'
import { ownTables } from '#database/own-tables.ts'

/** Pages given back between two breaths; each is one short write. */
const stepPages = 500

/**
 * Rebuilds indexes, tells the planner what there is, and gives free space back to the disk: table by table and in
 * small steps, so that it delays nobody for long. Gives how many bytes the database became smaller.
 */
export async function tidyDatabase(
  opened: OpenDatabase,
  signal: AbortSignal,
): Promise<{ freedBytes: number }> {
  const before = await databaseBytes(opened)
  const tables = [...ownTables(opened.engine)]
  for (const table of tables) {
    signal.throwIfAborted()
    if (opened.engine === 'sqlite') await sql`reindex ${sql.table(table)}`.execute(opened.db)
    else await sql`reindex table concurrently ${sql.table(table)}`.execute(opened.db)
  }
  if (opened.engine === 'sqlite') await tidySqlite(opened, signal)
  else {
    for (const table of tables) {
      signal.throwIfAborted()
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

async function tidySqlite({ db }: OpenDatabase, signal: AbortSignal): Promise<void> {
  // Looks at some hundred rows of each index only.
  await db.transaction().execute(async (transaction) => {
    await sql`pragma analysis_limit = 1000`.execute(transaction)
    await sql`analyze`.execute(transaction)
    await sql`insert into device_search (device_search) values ('optimize')`.execute(transaction)
  })
  for (;;) {
    signal.throwIfAborted()
    const free = await sql<{
      pages: number
    }>`select freelist_count as pages from pragma_freelist_count`.execute(db)
    if (free.rows[0]!.pages === 0) return
    const left = await db.transaction().execute(async (transaction) => {
      await sql`pragma incremental_vacuum(${sql.lit(stepPages)})`.execute(transaction)
      const { rows } = await sql<{
        pages: number
      }>`select freelist_count as pages from pragma_freelist_count`.execute(transaction)
      return rows[0]!.pages
    })
    // A file of before this setting gives nothing back.
    if (left === free.rows[0]!.pages) return
  }
}
