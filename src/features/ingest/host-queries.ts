import type { Database } from '#database/schema.ts'

/** What the server with this id calls itself; undefined where there is none. */
export async function hostnameOf(db: Database, id: string): Promise<string | undefined> {
  const row = await db.selectFrom('servers').select('hostname').where('id', '=', id).executeTakeFirst()
  return row?.hostname
}
