import { z } from 'zod'
import type { Insertable, Selectable } from 'kysely'
import type { Database } from '#database/schema.ts'
import type { MaintenanceWindowsTable } from '#database/schema-watch.ts'
import { AppError } from '#kernel/errors.ts'

/** When some servers are left in peace: once, or by a pattern. */
export const MaintenanceWindow = z.object({
  id: z.number().int(),
  name: z.string(),
  q: z.string().nullable().describe('A query over devices; null where the servers are named.'),
  serverIds: z.array(z.string()),
  from: z.string().nullable(),
  to: z.string().nullable(),
  cron: z.string().nullable(),
  minutes: z.number().int().nullable(),
  timeZone: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
})
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>

const toWindow = (row: Selectable<MaintenanceWindowsTable>): MaintenanceWindow => ({
  id: row.id,
  name: row.name,
  q: row.q,
  serverIds: JSON.parse(row.server_ids) as string[],
  from: row.starts_at,
  to: row.ends_at,
  cron: row.cron,
  minutes: row.duration_minutes,
  timeZone: row.time_zone,
  createdBy: row.created_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
})

/** Windows by name, at most `limit`, after a position. */
export async function listWindows(
  db: Database,
  { after, limit }: { after?: [name: string, id: number] | undefined; limit: number },
): Promise<MaintenanceWindow[]> {
  let query = db.selectFrom('maintenance_windows').selectAll().orderBy('name').orderBy('id').limit(limit)
  if (after !== undefined)
    query = query.where((eb) =>
      eb.or([eb('name', '>', after[0]), eb.and([eb('name', '=', after[0]), eb('id', '>', after[1])])]),
    )
  return (await query.execute()).map(toWindow)
}

/** Windows that are not over for good. */
export async function comingWindows(db: Database, now: string): Promise<MaintenanceWindow[]> {
  const rows = await db
    .selectFrom('maintenance_windows')
    .selectAll()
    .where((eb) => eb.or([eb('cron', 'is not', null), eb('ends_at', '>', now)]))
    .orderBy('id')
    .execute()
  return rows.map(toWindow)
}

/** One window; throws NOT_FOUND. */
export async function findWindow(db: Database, id: number): Promise<MaintenanceWindow> {
  const row = await db.selectFrom('maintenance_windows').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return toWindow(row)
  throw noWindow(id)
}

export const noWindow = (id: number): AppError =>
  new AppError('NOT_FOUND', `There is no maintenance window ${id}`)

/** What people say of a window. */
export type WindowFields = Pick<
  MaintenanceWindow,
  'name' | 'q' | 'serverIds' | 'from' | 'to' | 'cron' | 'minutes' | 'timeZone'
>

const columnsOf = (
  window: WindowFields,
): Omit<Insertable<MaintenanceWindowsTable>, 'created_by' | 'created_at' | 'updated_at'> => ({
  name: window.name,
  q: window.q,
  server_ids: JSON.stringify(window.serverIds),
  starts_at: window.from,
  ends_at: window.to,
  cron: window.cron,
  duration_minutes: window.minutes,
  time_zone: window.timeZone,
})

export async function insertWindow(
  db: Database,
  now: string,
  by: string,
  window: WindowFields,
): Promise<MaintenanceWindow> {
  const row = await db
    .insertInto('maintenance_windows')
    .values({ ...columnsOf(window), created_by: by, created_at: now, updated_at: now })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toWindow(row)
}

/** Changes a window; false when its version is no longer the expected one. */
export async function updateWindow(
  db: Database,
  now: string,
  { id, version }: MaintenanceWindow,
  window: WindowFields,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('maintenance_windows')
    .set({ ...columnsOf(window), updated_at: now, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** False where there was none. */
export async function deleteWindow(db: Database, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('maintenance_windows')
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
