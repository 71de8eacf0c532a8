import type { Context } from '#features/context.ts'
import { knownServers } from '#features/servers/known-servers.ts'
import { insertHeardServers, removedAmong } from '#features/servers/known-server-queries.ts'
import type { Reading, Sender } from '#features/servers/receipt.ts'
import { isServerId } from '#features/servers/server-id.ts'

type Part = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'events'>

/** Reads servers that this process does not know, and makes those that there are not where that is allowed. */
export async function settleUnknown(
  context: Part,
  { actor, server }: Sender,
  readings: readonly Reading[],
): Promise<void> {
  const known = knownServers(context)
  const ids = new Set(readings.map(({ subject }) => subject))
  const asked = [...ids].filter((id) => !known.isFresh(id) && isServerId(id))
  if (asked.length === 0) return
  await known.refresh(asked)
  const missing = asked.filter((id) => known.get(id) === undefined)
  const mayRegister =
    context.config.monitoring.register === 'automatic' && server === undefined && actor.tags === undefined
  if (missing.length === 0 || !mayRegister) return
  const hostnames = new Map(readings.map((reading) => [reading.subject, reading.hostname]))
  const added = await context.db.transaction().execute(async (transaction) => {
    const removed = new Set(await removedAmong(transaction, context.engine, missing))
    const heard = missing.filter((id) => !removed.has(id))
    const servers = heard.map((id) => ({ id, hostname: hostnames.get(id) ?? id }))
    await insertHeardServers(transaction, context.engine, servers, context.clock.now())
    return heard
  })
  for (const id of added)
    context.events.publish({
      topic: 'server.changed',
      at: context.clock.now(),
      data: { id, status: 'unknown', condition: 'never_seen' },
    })
  await known.refresh(added)
}
