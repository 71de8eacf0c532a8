import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Database, Schema } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/** A condition on `devices`, for any query that has them in scope. */
export type DevicePredicate = (eb: ExpressionBuilder<Schema, 'devices'>) => Expression<SqlBool>

/** Holds for the devices that the actor may see: all, or those carrying one of the actor's tags. */
export function visibleDevices({ tags }: Pick<Actor, 'tags'>): DevicePredicate {
  if (tags === undefined) return (eb) => eb.lit(true)
  if (tags.length === 0) return (eb) => eb.lit(false)
  return (eb) =>
    eb.exists(
      eb
        .selectFrom('device_tags as visible')
        .innerJoin('tags as visible_tags', 'visible_tags.id', 'visible.tag_id')
        .select((inner) => inner.lit(1).as('one'))
        .whereRef('visible.device_id', '=', 'devices.id')
        .where('visible_tags.name', 'in', tags),
    )
}

/** Throws NOT_FOUND for a device that the actor may not see: whether it exists is not told. */
export async function assertDeviceVisible(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  id: number,
): Promise<void> {
  if (actor.tags === undefined) return
  const row = await db
    .selectFrom('devices')
    .select('id')
    .where('id', '=', id)
    .where(visibleDevices(actor))
    .executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', `There is no device ${id}`)
}
