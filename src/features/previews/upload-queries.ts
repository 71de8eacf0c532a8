import type { Database, UploadsTable } from '#database/schema.ts'
import type { Selectable } from 'kysely'

export type StoredUpload = Selectable<UploadsTable>

export async function insertUpload(db: Database, upload: StoredUpload): Promise<void> {
  await db.insertInto('uploads').values(upload).execute()
}

export function findUpload(db: Database, id: string): Promise<StoredUpload | undefined> {
  return db.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Uploads of a machine whose time is over. */
export async function expiredUploads(
  db: Pick<Database, 'selectFrom'>,
  host: string,
  now: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('uploads')
    .select('id')
    .where('host', '=', host)
    .where('expires_at', '<=', now)
    .execute()
  return rows.map(({ id }) => id)
}

/** The ids of all uploads of a machine. */
export async function uploadsOf(db: Pick<Database, 'selectFrom'>, host: string): Promise<Set<string>> {
  const rows = await db.selectFrom('uploads').select('id').where('host', '=', host).execute()
  return new Set(rows.map(({ id }) => id))
}

export async function deleteUpload(db: Database, id: string): Promise<void> {
  await db.deleteFrom('uploads').where('id', '=', id).execute()
}
