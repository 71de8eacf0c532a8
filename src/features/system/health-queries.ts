import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'

/** Reads one row of ours: it needs the connection, the file and the schema. */
export async function readSomething(db: Database): Promise<void> {
  await sql`select name from schema_migrations limit 1`.execute(db)
}

/** The file that a SQLite connection has open, as it was called then. */
export async function openFile(db: Database): Promise<string | undefined> {
  const { rows } = await sql<{ file: string }>`
    select file from pragma_database_list where name = 'main'`.execute(db)
  return rows[0]?.file || undefined
}
