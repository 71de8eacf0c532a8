import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import { ipSortKey, parseIp } from '#model/ip-address.ts'

/** What taking a reading needs to know of a server. */
export interface KnownServer {
  id: string
  /** Seconds between two heartbeats, as far as it is known. */
  interval: number | undefined
  deviceId: number | null
  createdAt: string
}

export async function loadKnownServers(
  db: Database,
  engine: Engine,
  ids: readonly string[],
): Promise<KnownServer[]> {
  const rows = await db
    .selectFrom('servers')
    .select(['id', 'interval_seconds', 'told', 'device_id', 'created_at'])
    .where(textsIn(engine, 'id', ids))
    .execute()
  return rows.map((row) => ({
    id: row.id,
    interval: row.interval_seconds ?? intervalIn(row.told),
    deviceId: row.device_id,
    createdAt: row.created_at,
  }))
}

const intervalIn = (told: string | null): number | undefined =>
  told === null ? undefined : (JSON.parse(told) as { interval?: number }).interval

/** Those of the ids that a person removed. */
export async function removedAmong(db: Database, engine: Engine, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('removed_servers')
    .select('id')
    .where(textsIn(engine, 'id', ids))
    .execute()
  return rows.map((row) => row.id)
}

/** Servers that made themselves known; what is there already stays as it is. */
export const insertHeardServers = (
  transaction: Transaction,
  engine: Engine,
  servers: readonly { id: string; hostname: string }[],
  now: string,
): Promise<number> =>
  bulkInsert(
    transaction,
    engine,
    'servers',
    servers.map(({ id, hostname }) => ({
      id,
      hostname,
      status: 'unknown',
      condition: 'never_seen',
      created_at: now,
      updated_at: now,
      status_since: now,
      machine_type: 'server',
      version: 1,
      name_sort: hostname.toLowerCase(),
      search_text: `${id} ${hostname}`.toLowerCase(),
    })),
    { ignore: true },
  )

/** The one server that a name means: its id, its hostname, or the name or an address of its device. */
export async function findServerNamed(db: Database, name: string): Promise<string | undefined> {
  const lower = name.toLowerCase()
  const own = await db
    .selectFrom('servers')
    .select('id')
    .where((eb) =>
      eb.or([
        eb('id', '=', lower),
        eb(eb.fn<string>('lower', ['hostname']), '=', lower),
        eb('ip_address', '=', name),
      ]),
    )
    .limit(2)
    .execute()
  const exact = own.find(({ id }) => id === lower)
  if (exact) return exact.id
  if (own.length > 0) return own.length === 1 ? own[0]!.id : undefined
  const address = parseIp(name)
  const ofDevice = await db
    .selectFrom('servers')
    .innerJoin('devices', 'devices.id', 'servers.device_id')
    .select('servers.id')
    .where((eb) =>
      address === undefined
        ? eb('devices.name_sort', '=', lower)
        : eb(
            'devices.id',
            'in',
            eb.selectFrom('device_addresses').select('device_id').where('sort_key', '=', ipSortKey(address)),
          ),
    )
    .limit(2)
    .execute()
  return ofDevice.length === 1 ? ofDevice[0]!.id : undefined
}
