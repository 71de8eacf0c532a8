import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { ReportedDevice, ReportedInterface, ReportedRelationship } from '#model/record.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { ControllerRow, EnclosureRow, HostRow, PortRow, SystemRow } from '#sources/oceanstor/answers.ts'
import { bytesOf, exact } from '#sources/oceanstor/bytes.ts'
import { healthWord, known, runningWord } from '#sources/oceanstor/words.ts'

/** A host that the array knows, and how it reaches it. */
export interface MappedHost {
  row: HostRow
  protocols: string[]
}

/** Everything that is told of the array itself. */
export interface ArrayParts {
  system: SystemRow
  controllers: readonly ControllerRow[]
  enclosures: readonly EnclosureRow[]
  ports: readonly PortRow[]
  hosts: readonly MappedHost[]
  /** Host of the address that answered. */
  address: string
}

const isUp = (status: string | undefined): boolean =>
  status === '1' || status === '27' || status === undefined

/** What of the array is not known where a list did not come. */
const hangsOn: Readonly<Record<string, string>> = {
  '/host': 'relationships',
  '/fc_initiator': 'relationships',
  '/iscsi_initiator': 'relationships',
  '/controller': 'facts.controllers',
  '/enclosure': 'facts.enclosures',
  '/eth_port': 'interfaces',
}

/** The array as a device. Its id is its serial number, which outlives renaming and every change of address. */
export function toArray(
  { system, controllers, enclosures, ports, hosts, address }: ArrayParts,
  missing: ReadonlySet<string> = new Set(),
): ReportedDevice {
  const { SECTORSIZE: sector } = system
  const { PRODUCTVERSION: version, productModeString: model, PRODUCTMODE: number } = system
  const unread = [...missing].flatMap((path) => hangsOn[path] ?? [])
  // Half of what is known of a connection would replace the whole.
  const relationships = unread.includes('relationships')
    ? []
    : hosts.map(toRelationship).filter((each) => each !== undefined)
  const ip = parseIp(address.replaceAll(/[[\]]/g, ''))
  const interfaces = toInterfaces(ports)
  return {
    kind: 'device',
    sourceId: system.ID,
    name: system.NAME,
    deviceType: 'storage',
    status: isUp(system.RUNNINGSTATUS) ? 'active' : 'inactive',
    ...(ip === undefined ? { names: [address] } : { address: ip }),
    serial: system.ID,
    vendor: 'Huawei',
    ...(model === undefined && number === undefined
      ? {}
      : {
          model:
            model === undefined
              ? `OceanStor (type ${number})`
              : `OceanStor ${model}`.replace(/^(OceanStor ){2}/, '$1'),
        }),
    ...(version === undefined ? {} : { os: `OceanStor ${version}${system.patchVersion ?? ''}` }),
    ...(interfaces.length > 0 ? { interfaces } : {}),
    ...(relationships.length > 0 ? { relationships } : {}),
    ...(unread.length > 0 ? { unread: [...new Set(unread)] } : {}),
    facts: known<JsonObject[string]>({
      health: healthWord(system.HEALTHSTATUS),
      location: system.LOCATION,
      wwn: system.wwn,
      capacityBytes: bytesOf(system.TOTALCAPACITY, sector),
      rawCapacityBytes: bytesOf(system.MEMBERDISKSCAPACITY, sector),
      controllers: controllers.length > 0 ? controllers.map(toController) : undefined,
      enclosures: enclosures.length > 0 ? enclosures.map(toEnclosure) : undefined,
    }),
    volatile: known({
      usedBytes: bytesOf(system.USEDCAPACITY, sector),
      freeBytes: bytesOf(system.userFreeCapacity, sector),
    }),
  }
}

const toController = (row: ControllerRow): JsonObject =>
  known<JsonObject[string]>({
    id: row.ID,
    name: row.NAME,
    version: row.SOFTVER,
    cpu: row.CPUINFO,
    memoryMb: exact(row.MEMORYSIZE),
    location: row.LOCATION,
    running: runningWord(row.RUNNINGSTATUS),
    health: healthWord(row.HEALTHSTATUS),
  })

const toEnclosure = (row: EnclosureRow): JsonObject =>
  known<JsonObject[string]>({
    id: row.ID,
    name: row.NAME,
    kind: row.LOGICTYPE === '1' ? 'controllers' : row.LOGICTYPE === '0' ? 'disks' : row.LOGICTYPE,
    serial: row.SERIALNUM,
    location: row.LOCATION,
    running: runningWord(row.RUNNINGSTATUS),
  })

/** A host is whatever else is known by its name or address; the array’s own word for it is no machine yet. */
function toRelationship({ row, protocols }: MappedHost): ReportedRelationship | undefined {
  const ip = row.IP === undefined ? undefined : parseIp(row.IP)
  const keys = [...(ip === undefined ? [] : [`ip:${ip}`]), `name:${row.NAME.toLowerCase()}`]
  if (protocols.length === 0) return undefined
  return { type: 'connects_to', other: 'child', keys, metadata: { protocol: protocols.join(' and ') } }
}

/** Ports by their place, which is unique; two rows of one place are one port. */
function toInterfaces(ports: readonly PortRow[]): ReportedInterface[] {
  const byName = new Map<string, ReportedInterface>()
  for (const row of ports) {
    const name = row.LOCATION ?? row.NAME ?? row.ID
    if (!byName.has(name)) byName.set(name, toInterface(name, row))
  }
  return [...byName.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

function toInterface(name: string, row: PortRow): ReportedInterface {
  const mac = row.MACADDRESS === undefined ? undefined : parseMac(row.MACADDRESS)
  const addresses = [withPrefix(row.IPV4ADDR, row.IPV4MASK), withPrefix(row.IPV6ADDR, row.IPV6MASK)]
  const speed = Number(row.SPEED)
  return {
    name,
    ...(mac === undefined ? {} : { mac }),
    addresses: addresses.filter((each) => each !== undefined),
    ...(Number.isSafeInteger(speed) && speed > 0 ? { speedMbps: speed } : {}),
    ...(row.RUNNINGSTATUS === '10' ? { status: 'up' as const } : {}),
    ...(row.RUNNINGSTATUS === '11' ? { status: 'down' as const } : {}),
    type: 'physical',
  }
}

/** The mask is dotted for IPv4 and a number for IPv6. */
function withPrefix(address: string | undefined, mask: string | undefined): string | undefined {
  const ip = address === undefined ? undefined : parseIp(address)
  if (ip === undefined || ip === '0.0.0.0' || ip === '::') return undefined
  const length = prefixLength(mask)
  return length === undefined ? ip : `${ip}/${length}`
}

function prefixLength(mask: string | undefined): number | undefined {
  if (mask === undefined) return undefined
  if (/^\d{1,3}$/.test(mask)) return Number(mask) > 0 && Number(mask) <= 128 ? Number(mask) : undefined
  const octets = mask.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255))) return undefined
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return /^1+0*$/.test(bits) ? (bits.indexOf('0') === -1 ? 32 : bits.indexOf('0')) : undefined
}
