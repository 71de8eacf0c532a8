import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { Changes } from '#features/status-page/group-uptime.ts'
import { toMilliseconds } from '#kernel/clock.ts'

type Part = Pick<Context, 'db' | 'engine'>

/** What servers are at present. */
export const memberServers = ({ db, engine }: Part, ids: readonly string[]) =>
  db
    .selectFrom('servers')
    .select(['id', 'status', 'condition', 'device_id'])
    .where(textsIn(engine, 'servers.id', ids))
    .execute()

/** Checks by their names, those of many devices with what is below them. */
export async function memberChecks(db: Database, names: readonly string[]) {
  if (names.length === 0) return []
  const named = await db
    .selectFrom('checks')
    .select(['id', 'q', 'state', 'paused_at'])
    .where('parent_id', 'is', null)
    .where('name', 'in', names)
    .execute()
  const parents = named.filter(({ q }) => q !== null).map(({ id }) => id)
  if (parents.length === 0) return named
  const below = await db
    .selectFrom('checks')
    .select(['id', 'q', 'state', 'paused_at'])
    .where('parent_id', 'in', parents)
    .execute()
  return [...named.filter(({ q }) => q === null), ...below]
}

/** What servers were when a time began, and what they became after it. */
export async function serverChanges(
  { db, engine }: Part,
  ids: readonly string[],
  since: string,
): Promise<Changes[]> {
  const rows = await db
    .selectFrom('status_changes')
    .select(['server_id as member', 'at', 'status'])
    .where(textsIn(engine, 'server_id', ids))
    .where((eb) =>
      eb(
        'at',
        '>=',
        eb.fn.coalesce(
          eb
            .selectFrom('status_changes as before')
            .select((inner) => inner.fn.max('before.at').as('at'))
            .whereRef('before.server_id', '=', 'status_changes.server_id')
            .where('before.at', '<=', since),
          eb.val(since),
        ),
      ),
    )
    .orderBy('at')
    .orderBy('id')
    .execute()
  return byMember(rows)
}

const serverWords: Readonly<Record<string, string>> = { up: 'online', pending: 'online', down: 'offline' }

/** The same of checks, in the words of servers. */
export async function checkChanges(
  { db, engine }: Part,
  ids: readonly number[],
  since: string,
): Promise<Changes[]> {
  const rows = await db
    .selectFrom('check_changes')
    .select(['check_id as member', 'at', 'state as status'])
    .where(idsIn(engine, 'check_id', ids))
    .where((eb) =>
      eb(
        'at',
        '>=',
        eb.fn.coalesce(
          eb
            .selectFrom('check_changes as before')
            .select((inner) => inner.fn.max('before.at').as('at'))
            .whereRef('before.check_id', '=', 'check_changes.check_id')
            .where('before.at', '<=', since),
          eb.val(since),
        ),
      ),
    )
    .orderBy('at')
    .orderBy('id')
    .execute()
  return byMember(rows.map((row) => ({ ...row, status: serverWords[row.status] ?? 'unknown' })))
}

const byMember = (rows: readonly { member: string | number; at: string; status: string }[]): Changes[] =>
  [...Map.groupBy(rows, ({ member }) => member).values()].map((those) =>
    those.map(({ at, status }) => ({ at: toMilliseconds(at), status })),
  )

/** What people wrote for the world to open alerts of these, oldest first. */
export async function publicNotes(
  { db, engine }: Part,
  subjects: readonly string[],
): Promise<{ alertId: number; startedAt: string; at: string; message: string }[]> {
  return db
    .selectFrom('alerts')
    .innerJoin('alert_events', 'alert_events.alert_id', 'alerts.id')
    .select([
      'alerts.id as alertId',
      'alerts.started_at as startedAt',
      'alert_events.at',
      'alert_events.message',
    ])
    .where('alerts.state', '<>', 'resolved')
    .where('alert_events.kind', '=', 'public note')
    .where(textsIn(engine, 'alerts.subject', subjects))
    .orderBy('alert_events.at')
    .orderBy('alert_events.id')
    .execute()
}
