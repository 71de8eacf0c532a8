import type { JsonObject } from '#kernel/json.ts'
import { parseIp, primaryAddress } from '#model/ip-address.ts'
import type { ReportedDevice, ReportedInterface, ReportedRelationship } from '#model/record.ts'
import type { DeviceReading } from '#sources/snmp/device-reading.ts'
import { cleanSerial } from '#sources/snmp/entity-table.ts'
import { isAggregate, type DevicePort } from '#sources/snmp/interface-tables.ts'
import { kindOf, makerOf, systemNameOf } from '#sources/snmp/makers.ts'
import type { Neighbour } from '#sources/snmp/neighbours.ts'
import { toMac, toText } from '#sources/snmp/values.ts'

const chassisMacKind = 4

/** Names that machines have before anybody gave them one. */
const nobodysName = /^(localhost|switch|router|unknown|default|none|hp|procurve|mikrotik)([. ]|$)/i

const serialOf = ({ hardware, system }: DeviceReading): string | undefined =>
  hardware.chassis.find(({ serial }) => serial)?.serial ??
  cleanSerial(system.printer?.serial) ??
  cleanSerial(system.own.serial)

/** The id that a device tells its neighbours, where it is its own: a MAC, or words. */
function chassisOf({ system }: DeviceReading): string | undefined {
  const { chassis, bridgeAddress } = system
  const told = chassis?.subtype === chassisMacKind ? toMac(chassis.value) : undefined
  return told ?? bridgeAddress
}

/**
 * Survives a rename, a new address and a new number of its interfaces: the serial of its chassis, else the address it
 * gives its bridge, else the id of its SNMP agent. Only a device without any of them is known by its name. The address
 * that was asked is never part of it: a device has several, and they move.
 */
export function deviceSourceId(reading: DeviceReading): string {
  const { system, target } = reading
  const serial = serialOf(reading)
  if (serial !== undefined) return `serial:${serial.toLowerCase()}`
  const chassis = chassisOf(reading)
  if (chassis !== undefined) return `chassis:${chassis}`
  if (system.engineId !== undefined) return `engine:${system.engineId}`
  return `name:${(system.name ?? target).toLowerCase()}`
}

/** What a device calls itself; the name by which it is asked where it calls itself nothing of its own. */
export function nameOf({ system, target }: DeviceReading): string {
  const isHostName = parseIp(target) === undefined
  return system.name === undefined || (isHostName && nobodysName.test(system.name)) ? target : system.name
}

/** A device with its interfaces, hardware and neighbours. */
export function toDevice(reading: DeviceReading): ReportedDevice {
  const { system, hardware, ports, neighbours, target } = reading
  const { deviceType } = kindOf(system)
  const interfaces = [...ports.values()].map((port) => toInterface(port, reading.bridge.untagged))
  const addresses = interfaces.flatMap((each) => each.addresses ?? []).flatMap((text) => parseIp(text) ?? [])
  // The address that was asked works; others may be of networks that nobody reaches.
  const asked = parseIp(target)
  const address = asked ?? primaryAddress(addresses)
  const serial = serialOf(reading)
  const [first] = hardware.chassis
  return {
    kind: 'device',
    sourceId: deviceSourceId(reading),
    name: nameOf(reading),
    deviceType,
    status: 'active',
    ...present({
      nativeIds: nativeIdsOf(reading),
      names: namesOf(reading),
      address,
      serial,
      vendor: hardware.maker ?? makerOf(system),
      model: first?.model ?? system.own.model ?? system.printer?.model,
      os: systemNameOf(system, hardware.software),
    }),
    interfaces,
    relationships: neighbours.filter((each) => keysOf(each).length > 0).map(toRelationship),
    facts: factsOf(reading),
    ...(reading.unread.length > 0 ? { unread: reading.unread } : {}),
    ...(system.uptimeSeconds === undefined ? {} : { volatile: { uptimeSeconds: system.uptimeSeconds } }),
  }
}

/** The entries that have a value. */
function present<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
}

function nativeIdsOf({ system }: DeviceReading): string[] | undefined {
  const { chassis } = system
  const words = chassis && chassis.subtype !== chassisMacKind ? toText(chassis.value) : undefined
  return words === undefined || chassis?.subtype === 5 ? undefined : [`chassis:${words.toLowerCase()}`]
}

function namesOf({ system, target }: DeviceReading): string[] | undefined {
  const names = [system.name, system.printer?.name, parseIp(target) === undefined ? target : undefined]
  const known = [...new Set(names.filter((name) => name !== undefined))]
  return known.length === 0 ? undefined : known
}

const physicalTypes = new Set([6, 7, 62, 69, 71, 117])
const virtualTypes = new Set([53, 131, 135, 136, 161])
const loopback = 24

function interfaceType(port: DevicePort): ReportedInterface['type'] {
  if (port.type === loopback) return 'loopback'
  if (isAggregate(port) || virtualTypes.has(port.type ?? 0)) return 'virtual'
  return physicalTypes.has(port.type ?? 0) ? 'physical' : undefined
}

function toInterface(port: DevicePort, untagged: ReadonlyMap<number, number>): ReportedInterface {
  const metadata = present({
    alias: port.alias,
    description: port.description === port.name ? undefined : port.description,
    mtu: port.mtu,
    vlan: untagged.get(port.index),
    partOf: port.partOf,
  })
  return {
    name: port.name,
    ...present({ mac: port.mac, speedMbps: port.speedMbps, status: port.status, type: interfaceType(port) }),
    addresses: port.addresses,
    ...(Object.keys(metadata).length > 0 ? { metadata: metadata as JsonObject } : {}),
  }
}

/** The name as it was told, then without its domain: others may know it by either. */
function nameKeys(name: string): string[] {
  const [, short] = /^([a-z0-9][\w-]*)(?:\.[a-z0-9-]+)+$/i.exec(parseIp(name) === undefined ? name : '') ?? []
  return short === undefined ? [`name:${name}`] : [`name:${name}`, `name:${short}`]
}

/** By what others know a neighbour, the surest first. */
function keysOf(neighbour: Neighbour): string[] {
  const { chassisMac, portMac, serial, addresses, name = neighbour.chassisId } = neighbour
  return [
    ...(chassisMac === undefined ? [] : [`mac:${chassisMac}`]),
    ...(portMac === undefined || portMac === chassisMac ? [] : [`mac:${portMac}`]),
    ...(serial === undefined ? [] : [`serial:${serial}`]),
    ...addresses.map((address) => `ip:${address}`),
    ...(name === undefined ? [] : nameKeys(name)),
  ]
}

const toRelationship = (neighbour: Neighbour): ReportedRelationship => ({
  type: 'connects_to',
  other: 'child',
  keys: keysOf(neighbour),
  metadata: {
    localPort: neighbour.localPort,
    ...(neighbour.remotePort === undefined ? {} : { remotePort: neighbour.remotePort }),
    protocol: neighbour.protocol,
  },
})

function factsOf({ system, hardware, bridge }: DeviceReading): JsonObject {
  const vlans = [...bridge.vlanNames].toSorted(([left], [right]) => left - right)
  return present({
    description: system.description?.slice(0, 300),
    role: kindOf(system).role,
    objectId: system.objectId,
    engineId: system.engineId,
    contact: system.contact,
    location: system.location,
    memoryMb: system.memoryKb === undefined ? undefined : Math.round(system.memoryKb / 1024),
    firmware: hardware.firmware,
    software: hardware.software,
    stack: hardware.chassis.length > 1 ? hardware.chassis.map((each) => present(each)) : undefined,
    parts: hardware.parts.length > 0 ? hardware.parts.map((each) => present(each)) : undefined,
    vlans: vlans.length > 0 ? Object.fromEntries(vlans) : undefined,
  }) as JsonObject
}
