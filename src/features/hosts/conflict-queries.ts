import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { claimsOf, isSeeing } from '#features/hosts/host-facts.ts'
import type { Sight } from '#features/hosts/host-facts.ts'
import type { NewFinding } from '#features/hosts/findings.ts'
import { loadSights } from '#features/hosts/sight-queries.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import { isOneMachines } from '#model/ip-address.ts'
import type { IpAddress } from '#model/ip-address.ts'

/** An address that more machines have than this is one that software gives to each, not a mistake of two. */
const claimantsAtMost = 16

/**
 * Addresses that two machines say are theirs now. Not: a machine's several MACs, virtual router addresses, addresses
 * that every machine has, and what a source that was read since no longer tells.
 */
export async function findAddressConflicts(db: Database, engine: Engine): Promise<NewFinding[]> {
  const suspects = (await sharedAddresses(db, engine)).filter(({ address }) => isOneMachines(address))
  if (suspects.length === 0) return []
  const hosts = await loadClaimants(db, engine, [...new Set(suspects.flatMap((each) => each.hosts))])
  const sights = await loadSights(
    db,
    engine,
    [...hosts.values()].map((host) => host.mac),
  )
  return suspects.flatMap(({ address, hosts: ids }) => {
    const claimants = ids
      .flatMap((id) => hosts.get(id) ?? [])
      .filter((host) => (sights.get(host.mac) ?? []).some((sight) => isClaim(sight, address)))
    return new Set(claimants.map((host) => host.machine)).size < 2 ? [] : [conflictOf(address, claimants)]
  })
}

/** Addresses of hosts of more than one machine, none of them virtual. A host without a device is one by itself. */
async function sharedAddresses(db: Database, engine: Engine) {
  const [list, address, ids] =
    engine === 'sqlite'
      ? [sql`json_each(hosts.ip_addresses) as listed`, sql`listed.value`, sql`group_concat(hosts.id)`]
      : [
          sql`jsonb_array_elements_text(hosts.ip_addresses) as listed(value)`,
          sql`listed.value`,
          sql`string_agg(hosts.id::text, ',')`,
        ]
  const { rows } = await sql<{ address: IpAddress; hosts: string }>`
    select ${address} as address, ${ids} as hosts
    from hosts cross join ${list}
    group by ${address}
    having count(*) > 1
      and count(distinct coalesce(device_id, -hosts.id)) between 2 and ${sql.lit(claimantsAtMost)}
      and max(case when shared_mac then 1 else 0 end) = 0`.execute(db)
  return rows.map((row) => ({ address: row.address, hosts: row.hosts.split(',').map(Number) }))
}

interface Claimant {
  id: number
  mac: string
  machine: string
  device: { id: number; name: string } | null
}

async function loadClaimants(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, Claimant>> {
  const rows = await db
    .selectFrom('hosts')
    .leftJoin('devices', 'devices.id', 'hosts.device_id')
    .select(['hosts.id', 'mac', 'device_id', 'name'])
    .where(idsIn(engine, 'hosts.id', ids))
    .where((eb) => eb.or([eb('device_id', 'is', null), eb('retired_at', 'is', null)]))
    .execute()
  return new Map(
    rows.map(({ id, mac, device_id, name }) => [
      id,
      {
        id,
        mac,
        machine: device_id === null ? mac : `device:${device_id}`,
        device: device_id === null ? null : { id: device_id, name: name ?? '' },
      },
    ]),
  )
}

/** A machine that is off, or that its source has not met since, claims nothing. */
const isClaim = (sight: Sight, address: IpAddress): boolean =>
  sight.state === 'current' &&
  isSeeing(sight.system) &&
  !(sight.record.kind === 'device' && sight.record.status === 'inactive') &&
  claimsOf(sight).includes(address)

function conflictOf(address: IpAddress, claimants: readonly Claimant[]): NewFinding {
  const devices = new Map(claimants.flatMap(({ device }) => (device ? [[device.id, device]] : [])))
  const detail = {
    address,
    devices: [...devices.values()].toSorted((left, right) => left.id - right.id),
    hosts: claimants.map(({ id, mac }) => ({ id, mac })),
    macs: claimants.map(({ mac }) => mac).toSorted(),
  }
  return { kind: 'address-conflict', subject: address, device: null, host: null, detail }
}
