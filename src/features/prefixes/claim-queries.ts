import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Actor } from '#model/actor.ts'
import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'

interface Asking {
  /** A reader for long questions. */
  reports: Database
  engine: Engine
  actor: Pick<Actor, 'tags'>
}

/**
 * Devices that stand for themselves. One that is gone has no addresses any more, nor has one that was only ever seen on
 * the network, and not since a time; what a source lists or a person entered has them as long as it is there.
 */
const shown = ({ reports }: Asking, since: Timestamp) =>
  reports
    .selectFrom('devices')
    .where('merged_into', 'is', null)
    .where('retired_at', 'is', null)
    .where('devices.status', '<>', 'inactive')
    .where((eb) =>
      eb.or([
        eb('devices.last_seen', '>=', since),
        eb.exists(
          eb
            .selectFrom('device_links')
            .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
            .select('device_links.record_id')
            .whereRef('device_links.device_id', '=', 'devices.id')
            .where('device_links.undone_at', 'is', null)
            .where('source_records.kind', '=', 'device'),
        ),
      ]),
    )

/** Name, MAC address, addresses, and what is told of the interface where it says anything of routing tables. */
type Port = [name: string, mac: string | null, addresses: string[], metadata: JsonObject | null]

/**
 * Devices with their interfaces that have addresses, and all their addresses. A row a device: a row an interface takes
 * three times as long to come.
 */
export async function deviceRows(asking: Asking, since: Timestamp, signal: AbortSignal) {
  const isSqlite = asking.engine === 'sqlite'
  const ports = isSqlite
    ? sql<string>`json_group_array(json_array(interface_name, mac_address, json(ip_addresses), case when
        metadata like '%"vrf"%' or metadata like '%"sharedAddresses"%' then json(metadata) end) order by id)`
    : sql<string>`json_agg(json_build_array(interface_name, mac_address, ip_addresses, case when
        jsonb_exists_any(metadata, array['vrf', 'sharedAddresses']) then metadata end) order by id)::text`
  const addresses = isSqlite ? sql<string>`group_concat(address, ' ')` : sql<string>`string_agg(address, ' ')`
  const rows = await shown(asking, since)
    .select((eb) => [
      'devices.id as device',
      'devices.name',
      'devices.last_seen as seen',
      eb
        .selectFrom('network_interfaces')
        .select(ports.as('ports'))
        .whereRef('network_interfaces.device_id', '=', 'devices.id')
        .where('network_interfaces.ip_addresses', '<>', '[]')
        .as('ports'),
      eb
        .selectFrom('device_addresses')
        .select(addresses.as('addresses'))
        .whereRef('device_addresses.device_id', '=', 'devices.id')
        .as('addresses'),
    ])
    .execute({ signal })
  return rows.map(({ ports: portsText, addresses: addressesText, ...row }) => ({
    ...row,
    ports: JSON.parse(portsText ?? '[]') as Port[],
    addresses: addressesText?.split(' ') ?? [],
  }))
}

/** What was seen on the network since a time, whichever device it belongs to. */
export async function hostRows({ reports }: Asking, since: Timestamp, signal: AbortSignal) {
  const rows = await reports
    .selectFrom('hosts')
    .select([
      'id',
      'mac',
      'hostname',
      'last_seen as seen',
      'device_id as device',
      'ip_addresses as addresses',
    ])
    .where('ip_addresses', '<>', '[]')
    .where('last_seen', '>=', since)
    .execute({ signal })
  return rows.map(({ addresses, ...row }) => ({ ...row, addresses: JSON.parse(addresses) as string[] }))
}

/** The prefixes that sources tell. */
export const prefixRows = ({ reports }: Asking, signal: AbortSignal) =>
  reports
    .selectFrom('source_prefixes')
    .select(['prefix', 'vrf', 'name', 'site', 'vlan', 'status', 'source_identifier as source'])
    .orderBy('id')
    .execute({ signal })

/** The devices whose names the actor may read; undefined for all. */
export async function visibleIds(
  { reports, actor }: Asking,
  signal: AbortSignal,
): Promise<ReadonlySet<number> | undefined> {
  if (actor.tags === undefined) return undefined
  const rows = await reports
    .selectFrom('devices')
    .select('id')
    .where(visibleDevices(actor))
    .execute({ signal })
  return new Set(rows.map((row) => row.id))
}

/** Names of the tables' newest rows: as long as they are the same, so is what was worked out from them. A quick question. */
export async function stateOf({ db }: { db: Database }, signal: AbortSignal): Promise<string> {
  const newest = async (table: 'sync_history' | 'sync_runs'): Promise<number> => {
    const row = await db
      .selectFrom(table)
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirstOrThrow({ signal })
    return row.id ?? 0
  }
  const running = await db
    .selectFrom('sync_runs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow({ signal })
  return [await newest('sync_history'), await newest('sync_runs'), running.count].join(' ')
}
