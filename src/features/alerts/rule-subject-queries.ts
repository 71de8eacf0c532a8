import type { Database } from '#database/schema.ts'
import { isAmong, selectSubjects, type SelectionSubject } from '#features/alerts/select-subjects.ts'
import type { Asking } from '#features/servers/server-queries.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'

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

/** When these servers went offline since a time. */
export const offlineTimes = (
  db: Database,
  servers: readonly string[],
  since: string,
): Promise<{ server: string; at: string }[]> =>
  db
    .selectFrom('status_changes')
    .select(['server_id as server', 'at'])
    .where('server_id', 'in', servers)
    .where('status', '=', 'offline')
    .where('at', '>=', since)
    .orderBy('at')
    .execute()
