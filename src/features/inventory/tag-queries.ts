import { z } from 'zod'
import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import { AppError } from '#kernel/errors.ts'

/** A word that people put on devices; rights can be limited to one. */
export const Tag = z.object({
  id: z.number().int(),
  name: z.string(),
  color: z.string().nullable(),
  description: z.string().nullable(),
  devices: z.number().int().describe('How many devices carry it.'),
  version: z.number().int(),
})
export type Tag = z.infer<typeof Tag>

const selectTags = (db: Database) =>
  db
    .selectFrom('tags')
    .select(['id', 'name', 'color', 'description', 'version'])
    .select((eb) =>
      eb
        .selectFrom('device_tags')
        .innerJoin('devices', 'devices.id', 'device_tags.device_id')
        .whereRef('device_tags.tag_id', '=', 'tags.id')
        .where('devices.merged_into', 'is', null)
        .where('devices.retired_at', 'is', null)
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .as('devices'),
    )

const toTag = (row: Omit<Tag, 'devices'> & { devices: number | null }): Tag => ({
  ...row,
  devices: Number(row.devices ?? 0),
})

/** Tags by name, those among `only` where it is given, after a name. */
export async function listTags(
  db: Database,
  only: readonly string[] | undefined,
  page: { after?: string | undefined; limit: number },
): Promise<Tag[]> {
  let query = selectTags(db).orderBy('name').limit(page.limit)
  if (page.after !== undefined) query = query.where('name', '>', page.after)
  if (only !== undefined) query = query.where('name', 'in', only.length > 0 ? only : [''])
  return (await query.execute()).map(toTag)
}

/** The tag of this id or name; throws NOT_FOUND. */
export async function findTag(db: Database, key: string): Promise<Tag> {
  const byId = /^[0-9]{1,15}$/.test(key)
  const row = await selectTags(db)
    .where((eb) => eb.or([eb('name', '=', key), ...(byId ? [eb('id', '=', Number(key))] : [])]))
    .executeTakeFirst()
  if (row) return toTag(row)
  throw new AppError('NOT_FOUND', `There is no tag ${key}`, { hint: '`rollcall tag list` shows them all.' })
}

/** The ids of tags by name; those that are not there are made. */
export async function ensureTags(
  transaction: Transaction,
  engine: Engine,
  now: string,
  names: readonly string[],
): Promise<Map<string, number>> {
  if (names.length === 0) return new Map()
  await bulkInsert(
    transaction,
    engine,
    'tags',
    names.map((name) => ({
      name,
      type: 'user',
      color: null,
      description: null,
      created_at: now,
      version: 1,
    })),
    { ignore: true },
  )
  const rows = await transaction
    .selectFrom('tags')
    .select(['id', 'name'])
    .where(textsIn(engine, 'name', names))
    .execute()
  return new Map(rows.map((row) => [row.name, row.id]))
}

/** Puts tags on devices; those that are there already stay. */
export const addTags = (
  transaction: Transaction,
  engine: Engine,
  now: string,
  pairs: readonly { device: number; tag: number }[],
) =>
  bulkInsert(
    transaction,
    engine,
    'device_tags',
    pairs.map(({ device, tag }) => ({ device_id: device, tag_id: tag, created_at: now })),
    { ignore: true },
  )

/** Takes tags off devices. */
export async function removeTags(
  transaction: Transaction,
  engine: Engine,
  devices: readonly number[],
  tags: readonly number[],
): Promise<void> {
  if (tags.length === 0 || devices.length === 0) return
  await transaction
    .deleteFrom('device_tags')
    .where(idsIn(engine, 'device_id', devices))
    .where('tag_id', 'in', tags)
    .execute()
}

/** The devices that carry a tag. */
export async function devicesWith(db: Database, tagId: number): Promise<number[]> {
  const rows = await db.selectFrom('device_tags').select('device_id').where('tag_id', '=', tagId).execute()
  return rows.map((row) => row.device_id)
}

/** Changes a tag's own columns; false when its version is no longer the expected one. */
export async function updateTag(
  db: Database,
  id: number,
  version: number,
  columns: { name?: string; color?: string | null; description?: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('tags')
    .set({ ...columns, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const insertTag = (
  db: Database,
  now: string,
  tag: { name: string; color: string | null; description: string | null },
) =>
  db
    .insertInto('tags')
    .values({ ...tag, type: 'user', created_at: now, version: 1 })
    .execute()

export const deleteTag = (db: Database, id: number) => db.deleteFrom('tags').where('id', '=', id).execute()
