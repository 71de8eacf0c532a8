import type { Insertable, Selectable, Updateable } from 'kysely'
import type { ScrapesTable } from '#database/schema-scrapes.ts'
import type { Database } from '#database/schema.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

export type ScrapeRow = Omit<Selectable<ScrapesTable>, 'labels'> & { labels: Record<string, string> }

const toRow = (row: Selectable<ScrapesTable>): ScrapeRow => ({
  ...row,
  labels: JSON.parse(row.labels) as Record<string, string>,
})

/** Somebody limited by tags sees the pages of the servers that they see. */
const visibleTo = (db: Database, actor: Pick<Actor, 'tags'>) =>
  db
    .selectFrom('scrapes')
    .selectAll()
    .$if(actor.tags !== undefined, (query) =>
      query.where((eb) =>
        eb(
          eb.fn.coalesce('scrapes.server_id', 'scrapes.found_server_id'),
          'in',
          eb.selectFrom('servers').select('servers.id').where(ofVisibleDevice(actor)),
        ),
      ),
    )

export async function listScrapes(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<ScrapeRow[]> {
  let query = visibleTo(db, actor).orderBy('name').limit(limit)
  if (after !== undefined) query = query.where('name', '>', after)
  return (await query.execute()).map(toRow)
}

/** One page by its id or name; throws NOT_FOUND. */
export async function findScrape(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  which: string,
): Promise<ScrapeRow> {
  const id = /^\d{1,15}$/.test(which) ? Number(which) : undefined
  const row = await visibleTo(db, actor)
    .where((eb) =>
      id === undefined ? eb('name', '=', which) : eb.or([eb('id', '=', id), eb('name', '=', which)]),
    )
    .orderBy('id')
    .executeTakeFirst()
  if (row === undefined) throw new AppError('NOT_FOUND', `There is no scrape ${which}`)
  return toRow(row)
}

/** Every page that is read, for whoever reads them. */
export const scrapesToRead = async (db: Database): Promise<ScrapeRow[]> =>
  (await db.selectFrom('scrapes').selectAll().where('paused_at', 'is', null).execute()).map(toRow)

export async function insertScrape(db: Database, row: Insertable<ScrapesTable>): Promise<ScrapeRow> {
  return toRow(await db.insertInto('scrapes').values(row).returningAll().executeTakeFirstOrThrow())
}

/** Changes a page that is read; false when its version is no longer the expected one. */
export async function updateScrape(
  db: Database,
  { id, version }: Pick<ScrapeRow, 'id' | 'version'>,
  change: Updateable<ScrapesTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('scrapes')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What became of reading it, which is no change that a person made. */
export const noteOutcome = (
  db: Pick<Database, 'updateTable'>,
  id: number,
  outcome: Pick<
    Updateable<ScrapesTable>,
    'outcome' | 'outcome_since' | 'message' | 'samples' | 'found_server_id'
  >,
) => db.updateTable('scrapes').set(outcome).where('id', '=', id).execute()

export const deleteScrape = (db: Database, id: number) =>
  db.deleteFrom('scrapes').where('id', '=', id).execute()
