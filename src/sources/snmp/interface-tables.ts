import { isOneMachines, type IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import type { Tables } from '#sources/snmp/tables.ts'
import {
  indexParts,
  ipOfBytes,
  ipOfIndex,
  toIp,
  toMac,
  toNumber,
  toOid,
  toText,
  type SnmpValue,
} from '#sources/snmp/values.ts'

/** One interface of a device. */
export interface DevicePort {
  /** The agent's number, which a restart may change: never an identity. */
  index: number
  /** Unique within the device. */
  name: string
  description?: string | undefined
  alias?: string | undefined
  /** The number of IANAifType. */
  type?: number | undefined
  mtu?: number | undefined
  speedMbps?: number | undefined
  mac?: Mac | undefined
  status?: 'up' | 'down' | 'disabled' | undefined
  /** With prefix length where it is known. */
  addresses: string[]
  /** The name of the aggregate that it is a member of. */
  partOf?: string | undefined
}

const ifTable = '1.3.6.1.2.1.2.2.1'
const ifXTable = '1.3.6.1.2.1.31.1.1.1'
const ifStackStatus = '1.3.6.1.2.1.31.1.2.1.3'
const aggregateOfPort = '1.2.840.10006.300.43.1.2.1.1.13'
const ipAddrTable = '1.3.6.1.2.1.4.20.1'
const ipAddressTable = '1.3.6.1.2.1.4.34.1'

/** A speed of 32 bits that was too large for them. */
const speedLimit = 4_294_967_295

const wired = 6
const aggregate = 161
const madeUp = 53
const aggregateName = /^(po|port-?channel|trk|bond|lag|ae|bagg|eth-trunk)[ -]?\d/i

type Row = Partial<
  Record<
    'description' | 'type' | 'mtu' | 'speed' | 'mac' | 'admin' | 'oper' | 'name' | 'highSpeed' | 'alias',
    SnmpValue
  >
>

/** The interfaces by their number, with addresses and aggregates. */
export async function readPorts(tables: Tables): Promise<Map<number, DevicePort>> {
  const base = await tables.table(ifTable, {
    description: 2,
    type: 3,
    mtu: 4,
    speed: 5,
    mac: 6,
    admin: 7,
    oper: 8,
  })
  const more = await tables.table(ifXTable, { name: 1, highSpeed: 15, alias: 18 })
  const addresses = await readAddresses(tables)
  const rows = new Map<number, Row>()
  for (const [index, row] of [...base, ...more])
    if (/^\d+$/.test(index)) rows.set(Number(index), { ...rows.get(Number(index)), ...row })
  const named = uniqueNames(rows)
  const ports = new Map(
    [...rows].map(([index, row]) => [
      index,
      toPort(index, named.get(index)!, row, addresses.get(index) ?? []),
    ]),
  )
  await addAggregates(tables, ports)
  return ports
}

function toPort(index: number, name: string, row: Row, addresses: string[]): DevicePort {
  return {
    index,
    name,
    description: toText(row.description),
    alias: toText(row.alias),
    type: toNumber(row.type),
    mtu: toNumber(row.mtu),
    speedMbps: speedOf(row),
    mac: toMac(row.mac),
    status: statusOf(toNumber(row.admin), toNumber(row.oper)),
    addresses,
  }
}

/** Names, else descriptions; where several ports have the same one, with their number. */
function uniqueNames(rows: ReadonlyMap<number, Row>): Map<number, string> {
  const wanted = [...rows].map(([index, row]) => {
    const name = toText(row.name) ?? toText(row.description)
    return [index, name ?? `port ${index}`] as const
  })
  const counts = Map.groupBy(wanted, ([, name]) => name)
  return new Map(
    wanted.map(([index, name]) => [index, counts.get(name)!.length > 1 ? `${name} (${index})` : name]),
  )
}

function speedOf(row: Row): number | undefined {
  const high = toNumber(row.highSpeed)
  const speed = toNumber(row.speed)
  if (high !== undefined && high > 0) return high
  if (speed === undefined || speed <= 0 || speed >= speedLimit) return undefined
  return Math.round(speed / 1_000_000) || undefined
}

function statusOf(admin: number | undefined, oper: number | undefined): DevicePort['status'] {
  if (admin === 2) return 'disabled'
  return oper === 1 ? 'up' : oper === undefined ? undefined : 'down'
}

/** Addresses by interface, canonical and in order; those that every machine has are left out. */
async function readAddresses(tables: Tables): Promise<Map<number, string[]>> {
  const found = new Map<IpAddress, { port: number; prefix?: number | undefined }>()
  const old = await tables.table(ipAddrTable, { port: 2, mask: 3 })
  for (const [index, row] of old) {
    const address = ipOfBytes(indexParts(index))
    const port = toNumber(row.port)
    if (address !== undefined && port !== undefined) found.set(address, { port, prefix: toPrefix(row.mask) })
  }
  const now = await tables.table(ipAddressTable, { port: 3, type: 4, prefix: 5 })
  for (const [index, row] of now) {
    const address = ipOfIndex(indexParts(index))
    const port = toNumber(row.port)
    // Broadcast addresses stand in the table too.
    if (address === undefined || port === undefined || toNumber(row.type) === 3) continue
    const prefix = Number(toOid(row.prefix)?.split('.').at(-1))
    const known = found.get(address)?.prefix
    found.set(address, { port, prefix: known ?? (prefix > 0 && prefix <= 128 ? prefix : undefined) })
  }
  const usable = [...found].filter(([address]) => isOneMachines(address))
  const byPort = Map.groupBy(usable, ([, { port }]) => port)
  return new Map(
    [...byPort].map(([port, all]) => [
      port,
      all
        .map(([address, { prefix }]) => (prefix === undefined ? address : `${address}/${prefix}`))
        .toSorted(),
    ]),
  )
}

/** The length of a mask without holes. */
function toPrefix(mask: SnmpValue | undefined): number | undefined {
  const bytes = toIp(mask)?.split('.').map(Number)
  const bits = bytes?.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return bits !== undefined && /^1+0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

/** Which ports are members of which aggregate, by the aggregation table and by the layers of interfaces. */
async function addAggregates(tables: Tables, ports: ReadonlyMap<number, DevicePort>): Promise<void> {
  for (const [index, value] of await tables.column(aggregateOfPort)) {
    const [member, above] = [ports.get(Number(index)), ports.get(toNumber(value) ?? 0)]
    if (member !== undefined && above !== undefined && member !== above) member.partOf = above.name
  }
  for (const index of (await tables.column(ifStackStatus)).keys()) {
    const [higher, lower] = indexParts(index).map((part) => ports.get(part))
    if (higher === undefined || lower?.type !== wired || lower.partOf !== undefined) continue
    if (isAggregate(higher)) lower.partOf = higher.name
  }
}

export const isAggregate = ({ type, name }: DevicePort): boolean =>
  type === aggregate || (type === madeUp && aggregateName.test(name))
