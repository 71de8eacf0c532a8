import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Config } from '#config.ts'
import type { Context } from '#features/context.ts'
import { bootId, isOfOtherBoot, lives, processStarted } from '#features/jobs/process-identity.ts'
import { shift } from '#kernel/clock.ts'

/** A running process of Rollcall, as the others on the same database know it. */
export interface NodeIdentity {
  id: string
  hostname: string
  pid: number
  roles: readonly ('api' | 'worker')[]
}

/** What nodes are kept with; without a configuration a silence of 15 seconds counts. */
export type NodeContext = Pick<Context, 'db' | 'engine' | 'clock'> & {
  config?: Pick<Config, 'jobs'> | undefined
}

/** A node that has not been heard of for so long is gone, in milliseconds. */
export const silenceOf = ({ config }: NodeContext): number => (config?.jobs.leaseSeconds ?? 15) * 1000

/** The time so many milliseconds from now: by the database's clock where nodes may have clocks of their own. */
export function timeOf({ engine, clock }: NodeContext, milliseconds = 0): RawBuilder<string> {
  if (engine === 'sqlite') return sql<string>`${shift(clock.now(), milliseconds)}`
  return sql<string>`to_char((clock_timestamp() + ${milliseconds}::float8 * interval '1 millisecond') at time zone 'utc',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** Says that this process is there; called again and again it is the node's heartbeat. */
export async function sayAlive(context: NodeContext, node: NodeIdentity): Promise<void> {
  const now = timeOf(context)
  await context.db
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
export const sayGoodbye = ({ db }: Pick<Context, 'db'>, id: string): Promise<unknown> =>
  db.deleteFrom('nodes').where('id', '=', id).execute()

/**
 * The nodes that are there. One that was killed is known to be gone at once on its own host, by its process, and
 * elsewhere after a silence. `but` leaves out the caller.
 */
export async function liveNodes(context: NodeContext, but?: string): Promise<NodeIdentity[]> {
  const rows = await context.db
    .selectFrom('nodes')
    .selectAll()
    .select(
      sql<number>`case when heartbeat_at > ${timeOf(context, -silenceOf(context))} then 1 else 0 end`.as(
        'fresh',
      ),
    )
    .select(
      sql<number>`case when heartbeat_at > ${timeOf(context, silenceOf(context))} then 1 else 0 end`.as(
        'ahead',
      ),
    )
    .execute()
  return rows
    .filter((row) => row.id !== but && isThere(context, row, row.fresh === 1, row.ahead === 1))
    .map((row) => ({
      id: row.id,
      hostname: row.hostname,
      pid: row.pid,
      roles: row.role.split(',') as NodeIdentity['roles'],
    }))
}

/**
 * On SQLite all processes share a machine, whose processes are the truth whatever its clock says. On PostgreSQL one that
 * hangs counts as gone like one that is.
 */
function isThere(
  { engine }: NodeContext,
  row: Parameters<typeof lives>[0],
  isFresh: boolean,
  isAhead: boolean,
): boolean {
  const isProcess = lives(row)
  if (isProcess === false) return false
  // The clock was put back since: it would not be silent for long enough before the clock gets there.
  if (engine === 'sqlite' && isAhead && isOfOtherBoot(row)) return false
  return isFresh || (engine === 'sqlite' && isProcess === true)
}

/** Forgets nodes that are gone for a day; one that lives on after a jump of the clock, or a sleep, is not. */
export async function forgetNodes(context: NodeContext): Promise<void> {
  const { db } = context
  const old = await db
    .selectFrom('nodes')
    .select(['id', 'pid', 'boot_id', 'process_started'])
    .where('heartbeat_at', '<', timeOf(context, -86_400_000))
    .execute()
  const gone = old.filter((row) => lives(row) !== true).map(({ id }) => id)
  if (gone.length > 0) await db.deleteFrom('nodes').where('id', 'in', gone.slice(0, 1_000)).execute()
}
