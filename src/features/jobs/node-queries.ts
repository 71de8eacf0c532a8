import { bootId, isAlive, processStarted } from '#features/jobs/process-identity.ts'
import { shift } from '#kernel/clock.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Database } from '#database/schema.ts'

/** A running process of Rollcall, as the others on the same database know it. */
export interface NodeIdentity {
  id: string
  hostname: string
  pid: number
  roles: readonly ('api' | 'worker')[]
}

/** A node that has not been heard of for so long is gone, in milliseconds; it speaks three times as often. */
const silence = 15_000
export const heartbeatPause = 5_000

/** Says that this process is there; called again and again it is the node's heartbeat. */
export async function sayAlive(db: Database, clock: Clock, node: NodeIdentity): Promise<void> {
  const now = clock.now()
  await db
    .insertInto('nodes')
    .values({
      id: node.id,
      hostname: node.hostname,
      pid: node.pid,
      role: node.roles.join(','),
      boot_id: bootId(),
      process_started: processStarted(node.pid),
      started_at: now,
      heartbeat_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ heartbeat_at: now }))
    .execute()
}

/** Takes the node off the list when it ends by itself. */
export const sayGoodbye = (db: Database, id: string): Promise<unknown> =>
  db.deleteFrom('nodes').where('id', '=', id).execute()

/**
 * The nodes that are there. One that was killed is known to be gone at once on its own host, by its process, and
 * elsewhere after a silence of 15 seconds. `but` leaves out the caller.
 */
export async function liveNodes(
  db: Pick<Database, 'selectFrom'>,
  clock: Clock,
  but?: string,
): Promise<NodeIdentity[]> {
  const rows = await db
    .selectFrom('nodes')
    .selectAll()
    .where('heartbeat_at', '>', shift(clock.now(), -silence))
    .execute()
  return rows
    .filter((row) => row.id !== but && isAlive(row))
    .map((row) => ({
      id: row.id,
      hostname: row.hostname,
      pid: row.pid,
      roles: row.role.split(',') as NodeIdentity['roles'],
    }))
}

/** Forgets nodes that are gone for a day. */
export const forgetNodes = (db: Database, clock: Clock): Promise<unknown> =>
  db.deleteFrom('nodes').where('heartbeat_at', '<', shift(clock.now(), -86_400_000)).execute()
