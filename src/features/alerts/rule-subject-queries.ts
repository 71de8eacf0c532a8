import type { Database } from '#database/schema.ts'
import type { DeviceFilter } from '#features/inventory/device-list-queries.ts'
import { ofVisibleDevice } from '#features/servers/visible-server-queries.ts'
import type { Actor } from '#model/actor.ts'

/** The servers that a rule would be about, of those that the actor may see, in the order of their ids. */
export async function serversOfRule(
  db: Database,
  actor: Pick<Actor, 'tags'>,
  devices: DeviceFilter | undefined,
): Promise<string[]> {
  let query = db
    .selectFrom('servers')
    .select('servers.id')
    .where(ofVisibleDevice(actor))
    .orderBy('servers.id')
  if (devices?.where !== undefined) {
    const { where } = devices
    query = query.where('servers.device_id', 'in', (eb) =>
      eb.selectFrom('devices').select('devices.id').where(where),
    )
  }
  return (await query.execute()).map(({ id }) => id)
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
