import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Schema } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Actor } from '#model/actor.ts'

/** A condition on `storage_volumes`, for any query that has them in scope. */
export type VolumePredicate = (eb: ExpressionBuilder<Schema, 'storage_volumes'>) => Expression<SqlBool>

/** Holds for volumes that a device owns or uses which the actor may see; for all, where the actor sees everything. */
export function visibleVolumes(actor: Pick<Actor, 'tags'>): VolumePredicate {
  if (actor.tags === undefined) return (eb) => eb.lit(true)
  return (eb) =>
    eb.or([
      eb.exists(
        eb
          .selectFrom('devices')
          .select((inner) => inner.lit(1).as('one'))
          .whereRef('devices.id', '=', 'storage_volumes.device_id')
          .where(visibleDevices(actor)),
      ),
      eb.exists(
        eb
          .selectFrom('volume_uses')
          .innerJoin('device_links', 'device_links.record_id', 'volume_uses.record_id')
          .innerJoin('devices', 'devices.id', 'device_links.device_id')
          .select((inner) => inner.lit(1).as('one'))
          .whereRef('volume_uses.volume_id', '=', 'storage_volumes.id')
          .where('device_links.undone_at', 'is', null)
          .where(visibleDevices(actor) as never),
      ),
    ])
}
