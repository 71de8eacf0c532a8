import type { Database } from '#database/schema.ts'

/** The names of the sources that are kept in the database. */
export async function sourceNames(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('sources').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}
