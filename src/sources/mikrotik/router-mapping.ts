import type { JsonObject } from '#kernel/json.ts'
import { isOneMachines, parseIp, primaryAddress, type IpAddress } from '#model/ip-address.ts'
import { isUnicastMac, parseMac, type Mac } from '#model/mac.ts'
import type { ReportedDevice, ReportedInterface, ReportedRelationship } from '#model/record.ts'
import type { RouterAnswers } from '#sources/mikrotik/menus.ts'
import type { Row } from '#sources/mikrotik/router-client.ts'
import { durationSeconds, isTrue, speedOf } from '#sources/mikrotik/router-text.ts'

export const macOf = (text: string | undefined): Mac | undefined => {
  const mac = parseMac(text ?? '')
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}

export const addressOf = (text: string | undefined): IpAddress | undefined => {
  const address = text === undefined ? undefined : parseIp(text)
  return address !== undefined && isOneMachines(address) ? address : undefined
}

/** The entries that say something. */
export const present = (values: Record<string, string | number | boolean | undefined>): JsonObject =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as JsonObject

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined

const megabytes = (text: string | undefined): number | undefined => {
  const bytes = number(text)
  return bytes === undefined ? undefined : Math.round(bytes / 1_048_576)
}

/**
 * Survives a rename, a new address and a new release: the serial of the board, else the id of the licence (a virtual
 * router has no board), else the lowest address of its own ports. `.id` numbers of rows change with a restart.
 */
export function routerSourceId({ rows }: RouterAnswers): string {
  const serial = rows['system/routerboard'][0]?.['serial-number']
  if (serial) return `serial:${serial.toLowerCase()}`
  const license = rows['system/license'][0]?.['system-id'] ?? rows['system/license'][0]?.['software-id']
  if (license) return `license:${license.toLowerCase()}`
  const [mac] = ownMacs(rows.interface.filter((row) => row['type'] === 'ether'))
  return mac === undefined
    ? `name:${(rows['system/identity'][0]?.['name'] ?? '').toLowerCase()}`
    : `mac:${mac}`
}

export const ownMacs = (interfaces: readonly Row[]): Mac[] =>
  [...new Set(interfaces.flatMap((row) => macOf(row['mac-address']) ?? []))].toSorted()

export const routerName = ({ rows }: RouterAnswers): string =>
  rows['system/identity'][0]?.['name'] || 'MikroTik'

/** The router as a device, with its neighbours. */
export function toRouter(answers: RouterAnswers, host: string): ReportedDevice {
  const { rows } = answers
  const resource = rows['system/resource'][0] ?? {}
  const board = rows['system/routerboard'][0] ?? {}
  const interfaces = toInterfaces(answers)
  const addresses = interfaces.flatMap((each) => each.addresses ?? []).flatMap((text) => parseIp(text) ?? [])
  const address = parseIp(host) ?? primaryAddress(addresses)
  const version = resource['version']?.split(' ')[0]
  const name = routerName(answers)
  const model = board['model'] || resource['board-name']
  return {
    kind: 'device',
    sourceId: routerSourceId(answers),
    name,
    deviceType: 'network_device',
    status: 'active',
    names: [name],
    vendor: 'MikroTik',
    ...(address === undefined ? {} : { address }),
    ...(board['serial-number'] ? { serial: board['serial-number'] } : {}),
    ...(model ? { model } : {}),
    ...(version ? { os: `RouterOS ${version}` } : {}),
    interfaces,
    relationships: nextTo(answers).flatMap(toRelationship),
    facts: factsOf(answers),
    volatile: volatileOf(resource),
  }
}

export function factsOf({ rows }: RouterAnswers): JsonObject {
  const resource = rows['system/resource'][0] ?? {}
  const board = rows['system/routerboard'][0] ?? {}
  return present({
    board: resource['board-name'],
    architecture: resource['architecture-name'],
    cpu: resource['cpu'],
    cpuCount: number(resource['cpu-count']),
    memoryMb: megabytes(resource['total-memory']),
    diskMb: megabytes(resource['total-hdd-space']),
    version: resource['version'],
    firmware: board['current-firmware'],
    firmwareOffered:
      board['upgrade-firmware'] === board['current-firmware'] ? undefined : board['upgrade-firmware'],
    licenseLevel: rows['system/license'][0]?.['nlevel'] ?? rows['system/license'][0]?.['level'],
  })
}

export const volatileOf = (resource: Row): JsonObject =>
  present({
    uptimeSeconds: durationSeconds(resource['uptime']),
    cpuLoad: number(resource['cpu-load']),
    freeMemoryMb: megabytes(resource['free-memory']),
    freeDiskMb: megabytes(resource['free-hdd-space']),
  })

const physical = /^(ether|sfp|wlan|wifi|lte|cap)/

function toInterfaces({ rows }: RouterAnswers): ReportedInterface[] {
  const speeds = new Map(
    rows['interface/ethernet'].map((row) => [row['name'], speedOf(row['rate'] ?? row['speed'])] as const),
  )
  const vlans = new Map(rows['interface/bridge/port'].map((row) => [row['interface'], number(row['pvid'])]))
  const bonds = bondOf(rows['interface/bonding'])
  const addresses = Map.groupBy(
    [...rows['ip/address'], ...rows['ipv6/address']].filter(
      (row) => !isTrue(row['disabled']) && !isTrue(row['invalid']),
    ),
    (row) => row['interface'] ?? '',
  )
  return rows.interface
    .filter(
      (row, index, all) => row['name'] && all.findIndex((each) => each['name'] === row['name']) === index,
    )
    .map((row): ReportedInterface => {
      const name = row['name']!
      const mac = macOf(row['mac-address'])
      const speedMbps = speeds.get(name)
      const metadata = present({
        kind: row['type'],
        comment: row['comment'],
        mtu: number(row['actual-mtu'] ?? row['mtu']),
        vlan: vlans.get(name),
        partOf: bonds.get(name),
        defaultName: row['default-name'] === name ? undefined : row['default-name'],
      })
      return {
        name,
        ...(mac === undefined ? {} : { mac }),
        ...(speedMbps === undefined ? {} : { speedMbps }),
        addresses: (addresses.get(name) ?? [])
          .flatMap((each) => withPrefix(each['address']) ?? [])
          .toSorted(),
        status: isTrue(row['disabled']) ? 'disabled' : isTrue(row['running']) ? 'up' : 'down',
        type:
          row['type'] === 'loopback' ? 'loopback' : physical.test(row['type'] ?? '') ? 'physical' : 'virtual',
        metadata,
      }
    })
}

const withPrefix = (text: string | undefined): string | undefined => {
  const address = addressOf(text)
  const prefix = /\/(\d+)$/.exec(text ?? '')?.[1]
  return address === undefined || prefix === undefined ? address : `${address}/${prefix}`
}

/** The bond that each port is a member of. */
export const bondOf = (bonds: readonly Row[]): Map<string, string> =>
  new Map(
    bonds.flatMap((row) =>
      (row['slaves'] ?? '')
        .split(',')
        .filter((port) => port !== '')
        .map((port) => [port.trim(), row['name'] ?? ''] as const),
    ),
  )

/** A neighbour by LLDP, CDP or MikroTik's own discovery. */
export interface RouterNeighbour {
  localPort: string
  mac?: Mac | undefined
  addresses: IpAddress[]
  name?: string | undefined
  remotePort?: string | undefined
  protocol: string
  capabilities: string[]
  text: string
}

export function neighboursOf({ rows }: RouterAnswers): RouterNeighbour[] {
  return rows['ip/neighbor'].flatMap((row): RouterNeighbour[] => {
    // `ether1,bridge`: the port, then what it is in. The other's: `bridge/ether5`.
    const localPort = row['interface']?.split(',')[0]?.trim()
    if (!localPort) return []
    const addresses = [row['address4'], row['address'], row['address6']].flatMap(
      (text) => addressOf(text) ?? [],
    )
    return [
      {
        localPort,
        mac: macOf(row['mac-address']),
        addresses: [...new Set(addresses)],
        name: row['identity'] || undefined,
        remotePort: row['interface-name']?.split('/').at(-1) || undefined,
        protocol: ['lldp', 'cdp'].find((word) => row['discovered-by']?.includes(word)) ?? 'mndp',
        capabilities: (row['system-caps-enabled'] || row['system-caps'] || '').split(',').filter(Boolean),
        text: [row['platform'], row['board'], row['system-description'], row['version']]
          .filter(Boolean)
          .join(' '),
      },
    ]
  })
}

const isSame = (left: RouterNeighbour, right: RouterNeighbour): boolean =>
  (left.mac !== undefined && left.mac === right.mac) || (left.name !== undefined && left.name === right.name)

/**
 * Those right behind a port. LLDP goes no further than that; CDP and MikroTik's own discovery pass through bridges, so
 * where somebody speaks LLDP whoever does not is behind that one.
 */
export function nextTo(answers: RouterAnswers): RouterNeighbour[] {
  const byPort = Map.groupBy(neighboursOf(answers), ({ localPort }) => localPort)
  return [...byPort.values()].flatMap((all) => {
    const near = all.filter(({ protocol }) => protocol === 'lldp')
    return near.length === 0 ? all : all.filter((each) => near.some((other) => isSame(each, other)))
  })
}

function toRelationship(each: RouterNeighbour): ReportedRelationship[] {
  const keys = [
    ...(each.mac === undefined ? [] : [`mac:${each.mac}`]),
    ...each.addresses.map((address) => `ip:${address}`),
    ...(each.name === undefined ? [] : [`name:${each.name}`]),
  ]
  if (keys.length === 0) return []
  const metadata = present({
    localPort: each.localPort,
    remotePort: each.remotePort,
    protocol: each.protocol,
  })
  return [{ type: 'connects_to', other: 'child', keys, metadata }]
}
