import { sql } from 'kysely'
import type { Context } from '#features/context.ts'

/**
 * What is wrong with the structure of the database; empty when nothing is. On SQLite every page is read, beside this
 * process; PostgreSQL checks pages as it reads them, so there only what it itself gave up on is found.
 */
export async function quickCheck(
  { reports, engine }: Pick<Context, 'reports' | 'engine'>,
  signal: AbortSignal,
): Promise<string[]> {
  if (engine === 'sqlite') {
    const query = sql<{ quick_check: string }>`pragma quick_check(5)`.compile(reports)
    const { rows } = await reports.executeQuery<{ quick_check: string }>(query, { signal })
    return rows.map((row) => row.quick_check).filter((text) => text !== 'ok')
  }
  const { rows } = await sql<{ name: string }>`
    select indexrelid::regclass::text as name from pg_index
    where not indisvalid and indrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
    limit 5`.execute(reports)
  return rows.map((row) => `the index ${row.name} is not valid`)
}
