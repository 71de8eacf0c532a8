import { isTellingKey, kindOfKey } from '#features/identity/record-traits.ts'
import type { RecordTraits } from '#features/identity/record-traits.ts'
import { handSystems, hypervisorSystems, leaseSystems } from '#features/identity/identity-rules.ts'
import { isCarriedMac, isVirtualMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'
import type { DeviceType } from '#model/record.ts'

/** A record as far as identity goes: what it can be known by, and where it is linked now. */
export interface IdentityRecord extends RecordTraits {
  id: number
  /** `system/name` of its source. */
  source: string
  sourceId: string
  /** False once the newest complete reading of its source was without it. */
  isHeld: boolean
  /** Keys that it had and lost. */
  former: readonly string[]
  /** The device it is linked to now. */
  device: number | undefined
}

/** Records of one machine. */
export type Machine = readonly IdentityRecord[]

/** A record taken apart for comparing. */
export interface Profile {
  record: IdentityRecord
  /** Place in an order that does not depend on when records came. */
  index: number
  isDevice: boolean
  /** A virtual machine, told by the hypervisor that runs it. */
  isGuest: boolean
  uuids: readonly string[]
  instances: readonly string[]
  serials: readonly string[]
  /** Other native ids. */
  ids: readonly string[]
  /** Telling MACs, random ones too. */
  macs: readonly string[]
  /** Those that stay with their machine. */
  lastingMacs: readonly string[]
  /** Those that may be ports of one board; virtual cards are numbered in a row on different machines. */
  boardMacs: readonly string[]
  /** A machine's own account of its cards, not one of them that somebody noted or saw. */
  knowsItsCards: boolean
  /** The same of its addresses: each card has one. */
  knowsItsAddresses: boolean
  names: readonly string[]
  /** Whether the machine itself was asked for these. */
  saysItsName: boolean
  /** Written down by people, not asked of the machine or the network. */
  isByHand: boolean
  addresses: readonly string[]
  /** The networks of these, as small as networks usually are. */
  networks: readonly string[]
  /** What it was known by; a name or number that another record of its source has now is not among them. */
  former: readonly string[]
  isBare: boolean
  group: string | undefined
}

const hosts: readonly DeviceType[] = ['server', 'vm', 'container', 'workstation']

/** Kinds that sources mix up are one group. */
const groupOf = (type: DeviceType): string | undefined =>
  type === 'unknown' ? undefined : hosts.includes(type) ? 'host' : type

export function profileOf(record: IdentityRecord, index: number): Profile {
  const kinds = Map.groupBy(record.keys.filter(isTellingKey), kindOfKey)
  const take = (...names: string[]) => names.flatMap((name) => kinds.get(name) ?? [])
  const macs = take('mac', 'nic')
  const isDevice = record.kind === 'device'
  const system = record.source.slice(0, record.source.indexOf('/'))
  const lastingMacs = macs.filter((key) => isLasting(key.slice(0, 3), key.slice(4)))
  const addresses = [...new Set(take('ip', 'bare').map((key) => key.slice(key.indexOf(':') + 1)))]
  const knowsItsCards =
    isDevice && (lastingMacs.length > 1 || (lastingMacs.length > 0 && isVirtual(record.deviceType)))
  return {
    record,
    index,
    isDevice,
    isGuest: isDevice && record.deviceType === 'vm' && hypervisorSystems.has(system),
    uuids: take('uuid'),
    instances: take('instance-uuid'),
    serials: take('serial'),
    ids: [...kinds].flatMap(([kind, keys]) => (comparedElsewhere.has(kind) ? [] : keys)),
    macs,
    lastingMacs,
    boardMacs: isVirtual(record.deviceType) ? [] : lastingMacs.filter((key) => !isVirtualMac(key.slice(4))),
    knowsItsCards,
    knowsItsAddresses: knowsItsCards && addresses.length >= lastingMacs.length,
    names: take('name'),
    isByHand: handSystems.has(system),
    saysItsName: kinds.has('name') && (isDevice || (leaseSystems.has(system) && macs.length > 0)),
    addresses,
    networks: [...new Set(addresses.flatMap(networkOf))],
    former: record.former.filter(isTellingKey),
    isBare: kinds.has('bare') && !kinds.has('ip'),
    group: groupOf(record.deviceType),
  }
}

/** IPv4 by its first three bytes; of IPv6 nobody needs it. */
const networkOf = (address: string): string[] =>
  address.includes(':') ? [] : [address.slice(0, address.lastIndexOf('.'))]

const isVirtual = (type: DeviceType): boolean => type === 'vm' || type === 'container'

const isLasting = (kind: string, mac: Mac): boolean =>
  isVirtualMac(mac) || (kind === 'mac' && !isCarriedMac(mac))

const comparedElsewhere = new Set(['uuid', 'instance-uuid', 'serial', 'mac', 'nic', 'name', 'ip', 'bare'])

const isCard = (key: string): boolean => kindOfKey(key) === 'mac'

/**
 * Whether two hypervisors tell of two machines, however alike: both hold theirs, or one lost a machine of another name.
 * One that moved is gone where it was, and has its name and its cards; a copy gets others.
 */
export function areTwoGuests(left: Profile, right: Profile): boolean {
  if (!left.isGuest || !right.isGuest || left.record.source === right.record.source) return false
  if (left.record.isHeld && right.record.isHeld) return true
  const known = (profile: Profile) => [...profile.names, ...profile.former]
  const [one, other] = [left.record.fullNames, right.record.fullNames]
  const isOneName = left.names.some((name) => right.names.includes(name))
  if (isOneName && one.length > 0 && other.length > 0 && !one.some((name) => other.includes(name)))
    return true
  const [cards, others] = [left, right].map((each) => [...each.lastingMacs, ...each.former.filter(isCard)])
  if (cards!.length > 0 && others!.length > 0 && !cards!.some((key) => others!.includes(key))) return true
  return (
    left.names.length > 0 &&
    right.names.length > 0 &&
    !known(left).some((name) => known(right).includes(name) && name.startsWith('name:'))
  )
}
