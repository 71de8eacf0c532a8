import type { Database } from '#database/schema.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'
import type { Stretch } from '#features/status/uptime.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { Actor } from '#model/actor.ts'

/** Changes of one server, newest first, before a position. */
export async function changesOf(
  db: Database,
  server: string,
  { before, limit }: { before?: [at: string, id: number] | undefined; limit: number },
) {
  let query = db
    .selectFrom('status_changes')
    .select(['id', 'at', 'status', 'condition', 'cause', 'incident_id as incidentId'])
    .where('server_id', '=', server)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== undefined)
    query = query.where((eb) =>
      eb.or([eb('at', '<', before[0]), eb.and([eb('at', '=', before[0]), eb('id', '<', before[1])])]),
    )
  return query.execute()
}

/** What a server was when a time began, and every change after it, in order. */
export async function changesSince(
  db: Database,
  server: string,
  since: string,
): Promise<{ at: number; status: string }[]> {
  const of = db.selectFrom('status_changes').select(['at', 'status']).where('server_id', '=', server)
  const before = await of
    .where('at', '<=', since)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .execute()
  const after = await of.where('at', '>', since).orderBy('at').orderBy('id').execute()
  return [...before, ...after].map(({ at, status }) => ({ at: toMilliseconds(at), status }))
}

/** When nobody listened, since a time. */
export async function gapsSince(db: Database, since: string): Promise<Stretch[]> {
  const rows = await db
    .selectFrom('watch_gaps')
    .select(['from_at', 'until_at'])
    .where('until_at', '>', since)
    .orderBy('until_at')
    .execute()
  return rows.map(({ from_at, until_at }) => ({
    from: toMilliseconds(from_at),
    to: toMilliseconds(until_at),
  }))
}

/** How many servers that the actor may see are in which status and condition. */
export async function countStatuses(
  db: Database,
  actor: Pick<Actor, 'tags'>,
): Promise<{ status: string; condition: string | null; count: number }[]> {
  const rows = await db
    .selectFrom('servers')
    .select(['status', 'condition', (eb) => eb.fn.countAll<number>().as('count')])
    .where(ofVisibleDevice(actor))
    .groupBy(['status', 'condition'])
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** Who watches was last at work then; undefined where nobody ever did. */
export async function lastWatched(db: Database): Promise<string | undefined> {
  const row = await db.selectFrom('leases').select('alive_at').where('name', '=', 'watch').executeTakeFirst()
  return row?.alive_at
}

/** Times at which many went missing together, newest first. */
export async function listIncidents(
  db: Database,
  { before, limit }: { before?: [at: string, id: number] | undefined; limit: number },
) {
  let query = db
    .selectFrom('status_incidents')
    .select(['id', 'kind', 'message', 'servers', 'began_at as beganAt', 'ended_at as endedAt'])
    .orderBy('began_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (before !== undefined)
    query = query.where((eb) =>
      eb.or([
        eb('began_at', '<', before[0]),
        eb.and([eb('began_at', '=', before[0]), eb('id', '<', before[1])]),
      ]),
    )
  return query.execute()
}
