import type { StatusAt } from '#features/alerts/past-firings.ts'
import { isAmong, selectSubjects, type SelectionSubject } from '#features/alerts/select-subjects.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { Asking } from '#features/servers/server-queries.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'
import { toMilliseconds } from '#kernel/clock.ts'

/** The servers that a rule would be about, of those that the actor may see, in the order of their ids. */
export async function serversOfRule(
  call: Asking,
  { subject, query }: { subject: SelectionSubject; query: string },
): Promise<string[]> {
  const selection = await selectSubjects(call, subject, query)
  const rows = await call.db
    .selectFrom('servers')
    .select(['servers.id', 'servers.device_id'])
    .where(ofVisibleDevice(call.actor))
    .orderBy('servers.id')
    .execute()
  return rows.flatMap(({ id, device_id: deviceId }) =>
    isAmong(selection, { serverId: id, deviceId }) ? [id] : [],
  )
}

/** The checks that a rule would be about, of those that the actor may see and that are run. */
export async function checksOfRule(
  call: Asking,
  { subject, query }: { subject: SelectionSubject; query: string },
): Promise<{ id: number; name: string }[]> {
  const selection = await selectSubjects(call, subject, query)
  const { tags } = call.actor
  let checks = call.db
    .selectFrom('checks')
    .select(['id', 'name', 'device_id'])
    .where('q', 'is', null)
    .orderBy('id')
  if (tags !== undefined)
    checks = checks.where('device_id', 'in', (eb) =>
      eb.selectFrom('devices').select('devices.id').where(visibleDevices(call.actor)),
    )
  return (await checks.execute()).flatMap(({ id, name, device_id: deviceId }) =>
    isAmong(selection, { serverId: null, deviceId }) ? [{ id, name }] : [],
  )
}

/** What became of servers since a time, oldest first. */
export async function statusesSince(
  { db, engine }: Pick<Asking, 'db' | 'engine'>,
  servers: readonly string[],
  since: string,
): Promise<Map<string, StatusAt[]>> {
  const rows = await db
    .selectFrom('status_changes')
    .select(['server_id', 'at', 'status', 'condition'])
    .where(textsIn(engine, 'server_id', servers))
    .where('at', '>=', since)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const found = Map.groupBy(rows, (row) => row.server_id)
  return new Map(
    [...found].map(([server, changes]) => [
      server,
      changes.map(({ at, status, condition }) => ({
        at: toMilliseconds(at),
        status: status as StatusAt['status'],
        condition: condition as StatusAt['condition'],
      })),
    ]),
  )
}

/** What became of checks since a time, oldest first. */
export async function checkStatesSince(
  { db, engine }: Pick<Asking, 'db' | 'engine'>,
  checks: readonly number[],
  since: string,
): Promise<Map<number, { at: number; state: string }[]>> {
  const rows = await db
    .selectFrom('check_changes')
    .select(['check_id', 'at', 'state'])
    .where(idsIn(engine, 'check_id', checks))
    .where('at', '>=', since)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const found = Map.groupBy(rows, (row) => row.check_id)
  return new Map(
    [...found].map(([check, changes]) => [
      check,
      changes.map(({ at, state }) => ({ at: toMilliseconds(at), state })),
    ]),
  )
}
