import { z } from 'zod'
import type { Selectable } from 'kysely'
import type { Database, SavedViewsTable } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'

/** A query, its columns and order, kept under a name. */
export const SavedView = z.object({
  id: z.number().int(),
  name: z.string(),
  subject: z.enum(['device', 'host', 'server']),
  query: z.string(),
  columns: z.array(z.string()),
  sort: z.string().nullable(),
  shared: z.boolean(),
  owner: z.string(),
  version: z.number().int(),
})
export type SavedView = z.infer<typeof SavedView>

const toView = (row: Selectable<SavedViewsTable>): SavedView => ({
  id: row.id,
  name: row.name,
  subject: row.subject as SavedView['subject'],
  query: row.query,
  columns: JSON.parse(row.columns) as string[],
  sort: row.sort,
  shared: Boolean(row.shared),
  owner: row.owner,
  version: row.version,
})

/** The views that somebody has or is shown by others, by name. */
export async function listViews(
  db: Database,
  owner: string,
  subject: string | undefined,
  page: { after?: [name: string, id: number] | undefined; limit: number },
): Promise<SavedView[]> {
  let query = db
    .selectFrom('saved_views')
    .selectAll()
    .where((eb) => eb.or([eb('owner', '=', owner), eb('shared', '=', true)]))
    .orderBy('name')
    .orderBy('id')
    .limit(page.limit)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (page.after !== undefined) {
    const [name, id] = page.after
    query = query.where((eb) =>
      eb.or([eb('name', '>', name), eb.and([eb('name', '=', name), eb('id', '>', id)])]),
    )
  }
  return (await query.execute()).map(toView)
}

/** One view that somebody may see; throws NOT_FOUND. */
export async function findView(db: Database, owner: string, id: number): Promise<SavedView> {
  const row = await db.selectFrom('saved_views').selectAll().where('id', '=', id).executeTakeFirst()
  if (row && (row.owner === owner || Boolean(row.shared))) return toView(row)
  throw new AppError('NOT_FOUND', `There is no view ${id}`)
}

type Columns = Pick<SavedView, 'name' | 'query' | 'columns' | 'sort' | 'shared'>

export async function insertView(
  db: Database,
  now: string,
  view: Columns & Pick<SavedView, 'subject' | 'owner'>,
): Promise<SavedView> {
  const row = await db
    .insertInto('saved_views')
    .values({ ...view, columns: JSON.stringify(view.columns), created_at: now, version: 1 })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toView(row)
}

/** Changes a view; false when its version is no longer the expected one. */
export async function updateView(
  db: Database,
  { id, version }: SavedView,
  { columns, ...edit }: Partial<Columns>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('saved_views')
    .set({
      ...edit,
      ...(columns === undefined ? {} : { columns: JSON.stringify(columns) }),
      version: version + 1,
    })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const deleteView = (db: Database, id: number) =>
  db.deleteFrom('saved_views').where('id', '=', id).execute()
