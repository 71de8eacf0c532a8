import type { hostTypes } from '#features/hosts/host-shapes.ts'
import { ipSortKey, parseIp, primaryAddress } from '#model/ip-address.ts'
import type { IpAddress } from '#model/ip-address.ts'
import { isRandomMac, isSharedMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'
import type { DeviceType, ReportedRecord } from '#model/record.ts'

/** What one record tells of a MAC address. */
export interface Sight {
  mac: Mac
  system: string
  /** Name of the configured source. */
  source: string
  sourceId: string
  record: ReportedRecord
  /** The device that the record is linked to, and its computed type. */
  device: number | null
  deviceType: DeviceType | null
  /** `away`: its source was read since without it, which proves nothing. `missing`: it is proved gone. */
  state: 'current' | 'away' | 'missing'
}

/** The columns of a host that its sights decide; people decide the others. */
export type HostFacts = NonNullable<ReturnType<typeof hostFacts>>

/**
 * Systems whose MAC addresses are seen on the network, in the order in which their names are believed (requirement
 * 000): a lease's name before the hypervisor's before the scan's. A list that somebody typed sees nothing.
 */
const seeing = ['dhcp', 'mikrotik', 'local', 'agent', 'proxmox', 'vcenter', 'tailscale', 'snmp', 'scan']

export const isSeeing = (system: string): boolean => seeing.includes(system)

/** Network devices name every port of theirs; the address of a port by itself is nobody on the network. */
const isOwnPort = ({ system, record }: Sight): boolean =>
  record.kind === 'device' &&
  record.deviceType === 'network_device' &&
  (system === 'snmp' || system === 'mikrotik')

/** How much of a host's text free words can find; its addresses beyond are found by field. */
const searchLimit = 4_000
const nameLimit = 255

/** What a MAC's host is: a pure function of its sights, in whatever order they came. Undefined when none is left. */
export function hostFacts(mac: Mac, all: readonly Sight[]) {
  const believed = believedSights(all)
  if (believed.every(isOwnPort)) return undefined
  const addresses = addressesOf(believed)
  const hostname = firstOf(believed, nameOf) ?? null
  const vendor = firstOf(believed, ({ record }) => fieldOf(record, 'vendor')) ?? null
  const switchPort = firstOf(nearestFirst(believed), ({ record }) => fieldOf(record, 'switchPort')) ?? null
  const primary = primaryAddress(addresses)
  const words = [mac, hostname, vendor, switchPort, ...addresses].filter((each) => each !== null)
  return {
    mac,
    hostname,
    ip_addresses: JSON.stringify(addresses),
    source: [...new Set(believed.map((sight) => sight.source))].join(','),
    switch_port: switchPort,
    host_type: hostTypeOf(believed),
    device_id: deviceOf(mac, believed),
    vendor,
    random_mac: isRandomMac(mac),
    shared_mac: isSharedMac(mac),
    search_text: words.join(' ').toLowerCase().slice(0, searchLimit),
    ip_sort: primary === undefined ? '~' : ipSortKey(primary),
  }
}

/** What is proved gone counts only while nothing else tells of the MAC. */
function believedSights(all: readonly Sight[]): Sight[] {
  const seen = all.filter((sight) => isSeeing(sight.system))
  const held = seen.filter((sight) => sight.state !== 'missing')
  return (held.length > 0 ? held : seen).toSorted(byBelief)
}

const states = ['current', 'away', 'missing']

const byBelief = (left: Sight, right: Sight): number =>
  seeing.indexOf(left.system) - seeing.indexOf(right.system) ||
  states.indexOf(left.state) - states.indexOf(right.state) ||
  compare(left.source, right.source) ||
  compare(left.sourceId, right.sourceId)

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

function firstOf(believed: readonly Sight[], value: (sight: Sight) => string | undefined) {
  for (const sight of believed) {
    const found = tidy(value(sight) ?? '')
    if (found !== '') return found
  }
  return undefined
}

/** Names come from strangers: no control or invisible characters, and no longer than a name can be. */
const tidy = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, nameLimit)
    .toWellFormed()

const nameOf = ({ record }: Sight): string | undefined =>
  record.kind === 'sighting' ? record.hostname : record.kind === 'device' ? record.name : undefined

const fieldOf = (record: ReportedRecord, name: 'vendor' | 'switchPort'): string | undefined =>
  record.kind === 'sighting' ? record[name] : undefined

/**
 * The port that it hangs on: of switches that were read the one with the fewest addresses on its port, since every switch
 * on the way sees it too; then whoever tells it in words (a DHCP relay). Who tells of now goes before.
 */
function nearestFirst(believed: readonly Sight[]): Sight[] {
  const rank = ({ state, record }: Sight): number => {
    const port = record.kind === 'sighting' ? record.port : undefined
    return states.indexOf(state) * 2 * farthest + Math.min(port?.addresses ?? farthest, farthest)
  }
  // Sorting keeps the order of belief among equals.
  return believed.toSorted((left, right) => rank(left) - rank(right))
}

/** More addresses than any port has. */
const farthest = 1e9

/** Where it is now; where nobody tells, where it was last. In the order of addresses. */
function addressesOf(believed: readonly Sight[]): IpAddress[] {
  for (const state of states) {
    const told = believed.filter((sight) => sight.state === state).flatMap((sight) => claimsOf(sight))
    if (told.length > 0) {
      const keyed = [...new Set(told)].map((address) => [ipSortKey(address), address] as const)
      return keyed.toSorted(([left], [right]) => compare(left, right)).map(([, address]) => address)
    }
  }
  return []
}

/** The addresses that a record says its MAC has. */
export function claimsOf({ record, mac }: Pick<Sight, 'record' | 'mac'>): IpAddress[] {
  if (record.kind === 'volume') return []
  const told =
    record.kind === 'sighting'
      ? record.addresses
      : (record.interfaces ?? []).filter((each) => each.mac === mac).flatMap((each) => each.addresses ?? [])
  return told.flatMap((address) => parseIp(address) ?? [])
}

/** A MAC that stands on several machines at once belongs to none of them, and neither does one that two claim. */
function deviceOf(mac: Mac, believed: readonly Sight[]): number | null {
  const devices = new Set(believed.flatMap((sight) => sight.device ?? []))
  return devices.size === 1 && !isSharedMac(mac) ? [...devices][0]! : null
}

type HostType = (typeof hostTypes)[number]

const typeOf: Partial<Record<DeviceType, HostType>> = {
  server: 'server',
  vm: 'server',
  container: 'server',
  storage: 'server',
  network_device: 'network',
  workstation: 'workstation',
  phone: 'iot',
  iot: 'iot',
}

/** The requirement's word for what a device is. */
export const toHostType = (type: DeviceType | null | undefined): HostType =>
  (type && typeOf[type]) || 'unknown'

/** What the device is, else what a record takes it for. */
function hostTypeOf(believed: readonly Sight[]): HostType {
  const told = believed.map(({ record }) => (record.kind === 'volume' ? undefined : record.deviceType))
  const types = [...believed.map((sight) => sight.deviceType), ...told]
  return types.map((type) => toHostType(type)).find((type) => type !== 'unknown') ?? 'unknown'
}
