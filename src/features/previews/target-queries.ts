import { visibleDevices } from '#features/access/visible-devices.ts'
import type { RowCall } from '#features/previews/row-source.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** Of these devices those that stand for themselves and that the actor may see, in the order of their ids. */
export async function keptDevices(
  { db, engine, actor }: Pick<RowCall, 'db' | 'engine' | 'actor'>,
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('devices')
    .select('devices.id')
    .where(idsIn(engine, 'devices.id', ids))
    .where('merged_into', 'is', null)
    .where(visibleDevices(actor))
    .orderBy('devices.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** What these devices are called, in the order of their ids; those without a name by their id. The actor has to see them. */
export async function namesOf(
  { db, engine, actor }: Pick<RowCall, 'db' | 'engine' | 'actor'>,
  ids: readonly number[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('devices')
    .select(['devices.id', 'devices.name'])
    .where(idsIn(engine, 'devices.id', ids))
    .where(visibleDevices(actor))
    .orderBy('devices.id')
    .execute()
  return rows.map(({ id, name }) => name || `${id}`)
}
