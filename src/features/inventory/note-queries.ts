import { z } from 'zod'
import type { Selectable } from 'kysely'
import type { Database, DeviceNotesTable } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'

/** What somebody wrote about a device. */
export const Note = z.object({
  id: z.number().int(),
  body: z.string(),
  author: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
})
export type Note = z.infer<typeof Note>

const toNote = (row: Selectable<DeviceNotesTable>): Note => ({
  id: row.id,
  body: row.body,
  author: row.author,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
})

/** The notes of a device, newest first, before an id. */
export async function listNotes(
  db: Database,
  deviceId: number,
  page: { before?: number | undefined; limit: number },
): Promise<Note[]> {
  let query = db
    .selectFrom('device_notes')
    .selectAll()
    .where('device_id', '=', deviceId)
    .orderBy('id', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  return (await query.execute()).map(toNote)
}

/** One note with the device it is about; throws NOT_FOUND. */
export async function findNote(db: Database, id: number): Promise<{ note: Note; deviceId: number }> {
  const row = await db.selectFrom('device_notes').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', `There is no note ${id}`)
  return { note: toNote(row), deviceId: row.device_id }
}

export async function insertNote(
  db: Database,
  now: string,
  note: { deviceId: number; body: string; author: string },
): Promise<Note> {
  const row = await db
    .insertInto('device_notes')
    .values({
      device_id: note.deviceId,
      body: note.body,
      author: note.author,
      created_at: now,
      updated_at: now,
      version: 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toNote(row)
}

/** Changes a note; false when its version is no longer the expected one. */
export async function updateNote(
  db: Database,
  now: string,
  { id, version }: Note,
  body: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('device_notes')
    .set({ body, updated_at: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const deleteNote = (db: Database, id: number) =>
  db.deleteFrom('device_notes').where('id', '=', id).execute()
