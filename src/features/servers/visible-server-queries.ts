import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, Schema } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/** A condition on `servers`, for any query that has them in scope: the servers of devices that the actor may see. */
export const ofVisibleDevice =
  (actor: Pick<Actor, 'tags'>) =>
  (eb: ExpressionBuilder<Schema, 'servers'>): Expression<SqlBool> =>
    actor.tags === undefined
      ? eb.lit(true)
      : eb(
          'servers.device_id',
          'in',
          eb.selectFrom('devices').select('devices.id').where(visibleDevices(actor)),
        )

/** Those of the servers that there are and that the actor may see. */
export async function visibleAmong(
  db: Database,
  engine: Engine,
  actor: Pick<Actor, 'tags'>,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('servers')
    .select('servers.id')
    .where(textsIn(engine, 'servers.id', ids))
    .where(ofVisibleDevice(actor))
    .execute()
  return rows.map((row) => row.id)
}

/** Throws NOT_FOUND for a server that is not there or that the actor may not see. */
export async function assertServerVisible(
  db: Database,
  engine: Engine,
  actor: Pick<Actor, 'tags'>,
  id: string,
): Promise<void> {
  const [found] = await visibleAmong(db, engine, actor, [id])
  if (found === undefined) throw new AppError('NOT_FOUND', `There is no server ${id}`)
}
