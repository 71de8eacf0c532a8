import { parseHostName } from '#model/host-name.ts'
import { isOneMachines, parseIp } from '#model/ip-address.ts'
import { isIdentifyingMac, isRandomMac, isSharedMac, isVirtualMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'
import type { DeviceType, ReportedDevice, ReportedRecord, ReportedSighting } from '#model/record.ts'
import { canonicalSerial, vendorClass } from '#model/serial.ts'
import { canonicalUuid, uuidOfSerial } from '#model/uuid.ts'

/** What a record can be known by, as identity compares it. */
export interface RecordTraits {
  kind: 'device' | 'sighting'
  deviceType: DeviceType
  /**
   * Normalised identifiers by which the record is found: `uuid:`, `serial:`, `mac:` (universal and one card's own),
   * `nic:` (any other MAC), `name:` (short), `ip:`, and `bare:` for the addresses of what was seen without a card, which
   * depends on who else has them; a record that tells nothing else has no `ip:`.
   */
  keys: readonly string[]
  /** Whether it has no name but one that nobody gave it. */
  isUnnamed: boolean
  /** Names with a domain. */
  fullNames: readonly string[]
  /** Maker, by one name for all spellings. */
  vendor: string | undefined
  /** Where it stands, as the source says, in lower case. */
  site: string | undefined
  /** Whether it may be a device of its own; a sighting of a random or shared MAC may not. */
  mayStandAlone: boolean
}

/** Takes out of a record what identity needs; undefined for a volume, which is no machine. */
export function traitsOf(record: ReportedRecord): RecordTraits | undefined {
  if (record.kind === 'volume') return undefined
  const names = namesOf(record).flatMap((name) => parseHostName(name) ?? [])
  const strong = record.kind === 'device' ? hardwareKeys(record) : sightingKeys(record)
  const keys = new Set([...strong, ...names.map(({ short }) => `name:${short}`)])
  // The address of a virtual router is no machine's own.
  const isShared = record.kind === 'sighting' && record.mac !== undefined && isSharedMac(record.mac)
  const addresses = isShared ? [] : addressesOf(record)
  for (const prefix of addressKindsOf(record, keys))
    for (const address of addresses) keys.add(`${prefix}:${address}`)
  return {
    kind: record.kind,
    deviceType: record.deviceType ?? 'unknown',
    keys: [...keys],
    isUnnamed: names.length === 0 && namesOf(record).some((name) => name.trim() !== ''),
    fullNames: [...new Set(names.flatMap(({ full }) => full ?? []))],
    vendor: record.kind === 'device' && record.vendor !== undefined ? vendorClass(record.vendor) : undefined,
    site: typeof record.facts?.['site'] === 'string' ? record.facts['site'].trim().toLowerCase() : undefined,
    mayStandAlone: record.kind === 'device' || standsForMachine(record.mac),
  }
}

function addressKindsOf(record: ReportedDevice | ReportedSighting, keys: ReadonlySet<string>): string[] {
  if (isBare(record, keys)) return ['bare']
  return record.kind === 'sighting' && record.mac === undefined ? ['ip', 'bare'] : ['ip']
}

/** Nothing but addresses, or a MAC beside them that some scanner made up. */
const isBare = ({ kind }: ReportedRecord, keys: ReadonlySet<string>): boolean =>
  [...keys].every((key) => kind === 'device' && key.startsWith('nic:') && !isVirtualMac(valueOfKey(key)))

/** A random or shared MAC does not stand for a machine. */
export const standsForMachine = (mac: Mac | undefined): boolean =>
  mac === undefined || !(isRandomMac(mac) || isSharedMac(mac))

const namesOf = (record: ReportedDevice | ReportedSighting): string[] =>
  record.kind === 'device' ? [record.name, ...(record.names ?? [])] : record.hostname ? [record.hostname] : []

const macKey = (mac: Mac): string => `${isIdentifyingMac(mac) ? 'mac' : 'nic'}:${mac}`

const sightingKeys = ({ mac }: ReportedSighting): string[] => (mac === undefined ? [] : [macKey(mac)])

function hardwareKeys(record: ReportedDevice): string[] {
  const keys = (record.nativeIds ?? []).flatMap((id) => nativeKey(id) ?? [])
  if (record.serial !== undefined) keys.push(...serialKeys(record.serial))
  for (const { mac } of record.interfaces ?? []) if (mac !== undefined) keys.push(macKey(mac))
  return keys
}

/** A hypervisor's serial number of a machine is its UUID in other words. */
function serialKeys(text: string): string[] {
  const uuid = uuidOfSerial(text)
  if (uuid !== undefined) return [`uuid:${uuid}`]
  const serial = canonicalSerial(text)
  return serial === undefined ? [] : [`serial:${serial}`]
}

/**
 * A native id as it is kept, whatever its spelling: undefined for one that firmware was never given. Ids without a kind,
 * and those of kinds that a source makes up, are kept as they are.
 */
export function nativeKey(id: string): string | undefined {
  const [, kind, text] = /^([^:]+):(.*)$/s.exec(id.toLowerCase()) ?? [undefined, undefined, id.toLowerCase()]
  if (kind === 'uuid' || kind === 'instance-uuid') {
    const uuid = canonicalUuid(text!)
    return uuid === undefined ? undefined : `${kind}:${uuid}`
  }
  if (kind === 'serial') return serialKeys(text!)[0]
  return /^[0f\s.:-]*$/.test(text!) ? undefined : id.toLowerCase()
}

/** More than this says where a router is, not what it is. */
const addressesKept = 16

function addressesOf(record: ReportedDevice | ReportedSighting): string[] {
  const told =
    record.kind === 'sighting'
      ? record.addresses
      : [
          ...(record.address === undefined ? [] : [record.address]),
          ...(record.vm?.ipAddresses ?? []),
          ...(record.interfaces ?? []).flatMap((each) => each.addresses ?? []),
        ]
  const addresses = new Set(told.flatMap((text) => parseIp(text) ?? []))
  return [...addresses].filter(isOneMachines).slice(0, addressesKept)
}

/** The kind of a key: `mac`, `name`. */
export const kindOfKey = (key: string): string => key.slice(0, key.indexOf(':'))

export const valueOfKey = (key: string): string => key.slice(key.indexOf(':') + 1)

/** Whether a key may bring records together at all; constants of software only describe a host. */
export const isTellingKey = (key: string): boolean => !key.startsWith('nic:') || !isSharedMac(valueOfKey(key))
