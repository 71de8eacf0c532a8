import type { Database } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Actor } from '#model/actor.ts'
import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'

interface Asking {
  /** A reader for long questions. */
  reports: Database
  actor: Pick<Actor, 'tags'>
}

/** Devices that stand for themselves; one that is gone has no addresses any more. */
const shown = ({ reports }: Asking) =>
  reports
    .selectFrom('devices')
    .where('merged_into', 'is', null)
    .where('retired_at', 'is', null)
    .where('devices.status', '<>', 'inactive')

/** Interfaces with addresses, and whose they are. */
export async function interfaceRows(asking: Asking, signal: AbortSignal) {
  const rows = await shown(asking)
    .innerJoin('network_interfaces', 'network_interfaces.device_id', 'devices.id')
    .select(['devices.id as device', 'devices.name', 'devices.last_seen as seen', 'interface_name as port'])
    .select(['mac_address as mac', 'network_interfaces.ip_addresses as addresses'])
    .select('network_interfaces.metadata as metadata')
    .where('network_interfaces.ip_addresses', '<>', '[]')
    .execute({ signal })
  return rows.map(({ addresses, metadata, ...row }) => ({
    ...row,
    addresses: JSON.parse(addresses) as string[],
    metadata: JSON.parse(metadata) as JsonObject,
  }))
}

/** Addresses of devices, also those that are on no interface. */
export const addressRows = (asking: Asking, signal: AbortSignal) =>
  shown(asking)
    .innerJoin('device_addresses', 'device_addresses.device_id', 'devices.id')
    .select(['devices.id as device', 'devices.name', 'devices.last_seen as seen', 'address'])
    .execute({ signal })

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

/** Names of the tables' newest rows: as long as they are the same, so is what was worked out from them. */
export async function stateOf({ reports }: Asking, signal: AbortSignal): Promise<string> {
  const newest = async (table: 'sync_history' | 'sync_runs'): Promise<number> => {
    const row = await reports
      .selectFrom(table)
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirstOrThrow({ signal })
    return row.id ?? 0
  }
  const running = await reports
    .selectFrom('sync_runs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow({ signal })
  return [await newest('sync_history'), await newest('sync_runs'), running.count].join(' ')
}
