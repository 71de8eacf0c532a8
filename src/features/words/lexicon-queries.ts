import type { Context } from '#features/context.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Database } from '#database/schema.ts'
import type { Actor } from '#model/actor.ts'
import { compileDeviceQuery } from '#query/compile-query.ts'

/** The names of the sources that are kept in the database. */
export async function sourceNames(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('sources').select('name').orderBy('name').execute()
  return rows.map(({ name }) => name)
}

/** Whether a query gives any device that the actor may see. Throws QUERY_INVALID. */
export async function hasDevice(
  { reports, engine, clock, actor }: Pick<Context, 'reports' | 'engine' | 'clock'> & { actor: Actor },
  q: string,
): Promise<boolean> {
  const row = await reports
    .selectFrom('devices')
    .select('id')
    .where('merged_into', 'is', null)
    .where('retired_at', 'is', null)
    .where(visibleDevices(actor))
    .where(compileDeviceQuery(q, { engine, now: clock.now(), visibleTags: actor.tags }))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
