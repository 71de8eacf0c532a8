import { hostname } from 'node:os'
import { heartbeatBody } from '#agent/heartbeat-body.ts'
import { openMachine, ownTools } from '#agent/machine.ts'
import type { Reading as Look } from '#agent/reading.ts'
import type { Context } from '#features/context.ts'
import { findAgentOf } from '#features/servers/agent-queries.ts'
import { insertHeardServers, loadKnownServers, removedAmong } from '#features/servers/known-server-queries.ts'
import { readHeartbeat } from '#features/servers/read-heartbeat.ts'
import { receiveEntries } from '#features/servers/receive-entries.ts'
import { toServerId } from '#features/servers/server-id.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'

/** How often this machine is measured at first, while somebody looks at the first page, and how often then. */
const first = { milliseconds: 10_000, times: 30 }
const actor = systemActor('self')

export interface MeasureSelfParts {
  version: string
  look?: ((signal: AbortSignal) => Promise<Look>) | undefined
}

/**
 * Makes the machine that this runs on a server like others, and measures it until the signal aborts, in this process
 * and with what the agent measures with. Where an agent tells of it, or a person took it out, it is left alone.
 */
export async function measureSelf(
  context: Context,
  { version, look = openMachine(ownTools()) }: MeasureSelfParts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, config, log } = context
  const name = config.node.name ?? hostname()
  const id = toServerId(name)
  if (!config.monitoring.self || id === undefined) return
  for (let times = 0; !signal.aborted; times += 1) {
    const interval = config.monitoring.intervalSeconds
    try {
      if (await isOurs(context, id, name)) {
        const at = toMilliseconds(clock.now())
        const reading = await look(signal)
        await receive(context, heartbeatBody({ serverId: id, at, interval, version }, reading), at)
      }
    } catch (err) {
      if (!signal.aborted) log.warn({ err, server: id }, 'this machine could not be measured')
    }
    await clock.sleep(
      times < first.times ? Math.min(first.milliseconds, interval * 1_000) : interval * 1_000,
      signal,
    )
  }
}

async function receive(context: Context, body: object, now: number): Promise<void> {
  // What is undefined would be taken for a field that cannot be.
  const { reading, rejected } = readHeartbeat(JSON.parse(JSON.stringify(body)), now)
  const receipt = reading === undefined ? { rejected } : await receiveEntries(context, { actor }, [reading])
  const [refusal] = [...rejected, ...receipt.rejected]
  if (refusal)
    context.log.debug(
      { path: refusal.path, expected: refusal.expected },
      'a reading of this machine was not taken',
    )
}

/** Whether this process tells of the machine; makes its server where there is none. */
async function isOurs(context: Context, id: string, name: string): Promise<boolean> {
  const { db, engine, clock, events } = context
  const agent = await findAgentOf(db, id)
  if (agent !== undefined && agent.revokedAt === null) return false
  if ((await loadKnownServers(db, engine, [id])).length > 0) return true
  if ((await removedAmong(db, engine, [id])).length > 0) return false
  await db.transaction().execute(async (transaction) => {
    await insertHeardServers(transaction, engine, [{ id, hostname: name }], clock.now())
  })
  const data = { id, status: 'unknown', condition: 'never_seen' }
  events.publish({ topic: 'server.changed', at: clock.now(), data })
  return true
}
