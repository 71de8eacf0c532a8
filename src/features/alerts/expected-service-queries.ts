import type { Database } from '#database/schema.ts'

/** Services that have to run, by server. */
export async function loadExpected(db: Database, server?: string): Promise<Map<string, string[]>> {
  let query = db.selectFrom('expected_services').select(['server_id', 'service']).orderBy('service')
  if (server !== undefined) query = query.where('server_id', '=', server)
  const rows = await query.execute()
  const expected = new Map<string, string[]>()
  for (const { server_id, service } of rows)
    expected.set(server_id, [...(expected.get(server_id) ?? []), service])
  return expected
}

export const insertExpected = (
  db: Database,
  row: { server_id: string; service: string; created_by: string; created_at: string },
) =>
  db
    .insertInto('expected_services')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()

export async function deleteExpected(db: Database, server: string, service: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('expected_services')
    .where('server_id', '=', server)
    .where('service', '=', service)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
