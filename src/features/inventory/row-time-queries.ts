import type { Database } from '#database/schema.ts'

/** When a device was made and last written. */
export async function rowTimes(
  db: Database,
  id: number,
): Promise<{ createdAt: string; updatedAt: string } | undefined> {
  const row = await db
    .selectFrom('devices')
    .select(['created_at', 'updated_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { createdAt: row.created_at, updatedAt: row.updated_at }
}
