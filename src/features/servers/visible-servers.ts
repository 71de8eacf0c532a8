import type { Context } from '#features/context.ts'
import type { KnownServer } from '#features/servers/known-server-queries.ts'
import type { Reading } from '#features/servers/receipt.ts'
import { visibleAmong } from '#features/servers/visible-server-queries.ts'
import type { Actor } from '#model/actor.ts'

/** Whether the actor may send for a server: somebody limited by tags only for those of devices that carry one. */
export async function visibleServers(
  { db, engine }: Pick<Context, 'db' | 'engine'>,
  actor: Pick<Actor, 'tags'>,
  readings: readonly Reading[],
): Promise<(server: KnownServer) => boolean> {
  if (actor.tags === undefined) return () => true
  const ids = [...new Set(readings.map(({ subject }) => subject))]
  const visible = new Set(await visibleAmong(db, engine, actor, ids))
  return ({ id }) => visible.has(id)
}
