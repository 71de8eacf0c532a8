import { shift, type Timestamp } from '#kernel/clock.ts'
import type { DeviceType } from '#model/record.ts'
import { cleanHostname } from '#sources/lease-text.ts'
import type { RouterAnswers } from '#sources/mikrotik/menus.ts'
import type { Row } from '#sources/mikrotik/router-client.ts'
import {
  addressOf,
  bondOf,
  macOf,
  neighboursOf,
  nextTo,
  ownMacs,
  present,
  routerName,
  routerSourceId,
  type RouterNeighbour,
} from '#sources/mikrotik/router-mapping.ts'
import { clientIdOf, durationSeconds, isTrue } from '#sources/mikrotik/router-text.ts'
import type { Learned, SwitchTables } from '#sources/nearest-port.ts'
import { neighbourKind, type NeighbourKind } from '#sources/neighbour-kind.ts'
import type { SeenMachines } from '#sources/network-sightings.ts'

const registrations = [
  'interface/wifi/registration-table',
  'interface/wifiwave2/registration-table',
  'interface/wireless/registration-table',
  'caps-man/registration-table',
] as const

/** What the router tells of who hangs on which of its ports. */
export function toSwitchTables(answers: RouterAnswers): SwitchTables {
  const { rows } = answers
  const radios = registrations.flatMap((menu) => rows[menu])
  const learned: Learned[] = [
    ...rows['interface/bridge/host']
      .filter((row) => !isTrue(row['local']) && !isTrue(row['invalid']) && !isTrue(row['disabled']))
      .flatMap(toLearned),
    // A client of a radio that is in no bridge is in no table but this.
    ...radios.filter((row) => !isTrue(row['ap'])).flatMap(toLearned),
  ]
  return {
    sourceId: routerSourceId(answers),
    name: routerName(answers),
    forwards: rows['interface/bridge/port'].length > 0 || learned.length > 0,
    ownMacs: ownMacs(rows.interface),
    neighbours: nextTo(answers).map((each) => ({
      port: each.localPort,
      kind: kindOf(each),
      macs: each.mac === undefined ? [] : [each.mac],
    })),
    aggregateOf: bondOf(rows['interface/bonding']),
    learned,
    wireless: new Set([
      ...rows.interface
        .filter((row) => /^(wlan|wifi|cap)/.test(row['type'] ?? ''))
        .flatMap((row) => row['name'] ?? []),
      ...radios.flatMap((row) => row['interface'] ?? []),
    ]),
    tunnels: new Set(
      rows.interface
        .filter((row) =>
          /^(vxlan|eoip|gre|ipip|6to4|wg|l2tp|sstp|pptp|ovpn|ppp|vpls|zerotier)/.test(row['type'] ?? ''),
        )
        .flatMap((row) => row['name'] ?? []),
    ),
    isCut: answers.gaps.some((gap) => gap.startsWith('interface/bridge/host')),
  }
}

function toLearned(row: Row): Learned[] {
  const mac = macOf(row['mac-address'])
  const port = row['on-interface'] ?? row['interface']
  // A row on the bridge itself is of a machine that is inside of the router.
  if (mac === undefined || !port || port === row['bridge']) return []
  const vlan = Number(row['vid'])
  return [{ mac, port, ...(vlan > 0 && vlan <= 4094 ? { vlan } : {}) }]
}

function kindOf({ capabilities, text }: RouterNeighbour): NeighbourKind {
  const has = (word: RegExp): boolean => capabilities.some((each) => word.test(each))
  const kind = neighbourKind({
    bridge: has(/bridge/i),
    router: has(/router/i),
    accessPoint: has(/wlan|access/i),
    phone: has(/phone/i),
    station: has(/station/i),
    text,
  })
  // Its own kind tells nothing of what it can, and passes frames on more often than not.
  return kind === 'unknown' && /mikrotik/i.test(text) ? 'switch' : kind
}

const typeOf: Partial<Record<NeighbourKind, DeviceType>> = {
  switch: 'network_device',
  router: 'network_device',
  'access-point': 'network_device',
  phone: 'phone',
}

/** Adds whom the router sees: leases first, whose names are given, then neighbours, address tables and ports. */
export function addSeen(seen: SeenMachines, answers: RouterAnswers, now: Timestamp): void {
  const { rows } = answers
  for (const row of rows['ip/dhcp-server/lease']) addLease(seen, row, now)
  for (const each of neighboursOf(answers))
    if (each.mac !== undefined)
      seen.add(each.mac, { addresses: each.addresses, hostname: each.name, deviceType: typeOf[kindOf(each)] })
  for (const row of [...rows['ip/arp'], ...rows['ipv6/neighbor']]) {
    const mac = macOf(row['mac-address'])
    const address = addressOf(row['address'])
    const isThere =
      row['complete'] !== 'false' &&
      !isTrue(row['invalid']) &&
      !isTrue(row['disabled']) &&
      !['failed', 'incomplete', 'noarp'].includes(row['status'] ?? '')
    if (mac !== undefined && address !== undefined && isThere) seen.add(mac, { addresses: [address] })
  }
  for (const { mac } of toSwitchTables(answers).learned) seen.add(mac)
}

/** Leases say where a machine is (`active-`), and of one that was given a fixed address where it would be. */
function addLease(seen: SeenMachines, row: Row, now: Timestamp): void {
  const isBound = row['status'] === 'bound' || row['active-address'] !== undefined
  const mac = macOf(row['active-mac-address'] ?? row['mac-address'])
  const address = addressOf(row['active-address'] ?? row['address'])
  const ago = durationSeconds(row['last-seen'])
  // A fixed address whose machine never came, or an offer, is nobody on the network.
  if (mac === undefined || address === undefined || (!isBound && ago === undefined)) return
  if (isTrue(row['disabled']) && !isBound) return
  const left = durationSeconds(row['expires-after'])
  const clientId = clientIdOf(row['active-client-id'] ?? row['client-id'])
  const facts = present({
    server: row['active-server'] ?? row['server'],
    clientId,
    fixed: isTrue(row['dynamic']) ? undefined : true,
    blocked: isTrue(row['blocked']) ? true : undefined,
    comment: row['comment'],
    vendorClass: row['class-id'],
    circuitId: row['agent-circuit-id'],
    remoteId: row['agent-remote-id'],
  })
  seen.add(mac, {
    addresses: [address],
    hostname: row['host-name'] === undefined ? undefined : cleanHostname(toBytes(row['host-name'])),
    ...(isBound || ago === undefined ? {} : { seenAt: shift(now, -ago * 1000) }),
    ...(Object.keys(facts).length > 0 ? { facts } : {}),
    ...(left === undefined ? {} : { volatile: { expiresAt: shift(now, left * 1000) } }),
  })
}

const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
