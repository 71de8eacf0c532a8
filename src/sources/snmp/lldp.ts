import { isOneMachines, type IpAddress } from '#model/ip-address.ts'
import type { DevicePort } from '#sources/snmp/interface-tables.ts'
import type { Neighbour } from '#sources/snmp/neighbours.ts'
import type { Tables } from '#sources/snmp/tables.ts'
import {
  hasBit,
  indexParts,
  ipOfBytes,
  ipOfIndex,
  toMac,
  toNumber,
  toText,
  type SnmpValue,
} from '#sources/snmp/values.ts'

const localPorts = '1.0.8802.1.1.2.1.3.7.1'
const remote = '1.0.8802.1.1.2.1.4.1.1'
const remoteAddress = '1.0.8802.1.1.2.1.4.2.1.3'

/** Kinds of chassis and port ids. */
const chassisKinds = { mac: 4, address: 5 }
const portKinds = { alias: 1, mac: 3, address: 4, name: 5, local: 7 }
/** Bits of the capabilities. */
const can = { bridge: 2, accessPoint: 3, router: 4, phone: 5, station: 7 }

export interface LldpReading {
  neighbours: Neighbour[]
  /** Rows that name nobody. */
  nameless: number
}

/** The neighbours that LLDP tells of. */
export async function readLldp(
  tables: Tables,
  ports: ReadonlyMap<number, DevicePort>,
  basePorts: ReadonlyMap<number, number>,
): Promise<LldpReading> {
  const rows = await tables.table(remote, {
    chassisKind: 4,
    chassisId: 5,
    portKind: 6,
    portId: 7,
    portDescription: 8,
    name: 9,
    description: 10,
    capabilities: 12,
  })
  if (rows.size === 0) return { neighbours: [], nameless: 0 }
  const local = await tables.table(localPorts, { kind: 2, id: 3, description: 4 })
  const addresses = await readAddresses(tables)
  const find = portFinder(ports, basePorts)
  const seen = new Map<string, Neighbour>()
  let nameless = 0
  for (const [index, row] of rows) {
    // Before port and number stands a time that says nothing (lldpd: 3100).
    const [number = 0, entry = 0] = indexParts(index).slice(-2)
    const isOnly = [...rows.keys()].filter((each) => indexParts(each).at(-2) === number).length === 1
    const port = find(number, local.get(String(number)))
    const neighbour = toNeighbour(
      row,
      port?.name ?? toText(local.get(String(number))?.id) ?? `port ${number}`,
      port !== undefined,
      // FortiSwitch numbers its neighbours differently here; where there is one per port that does no harm.
      addresses.get(`${number}.${entry}`) ?? (isOnly ? (addresses.get(`${number}`) ?? []) : []),
    )
    if (neighbour === undefined) nameless += 1
    else seen.set(`${number}.${entry}`, neighbour)
  }
  return { neighbours: [...seen.values()], nameless }
}

type Row = Partial<
  Record<
    | 'chassisKind'
    | 'chassisId'
    | 'portKind'
    | 'portId'
    | 'portDescription'
    | 'name'
    | 'description'
    | 'capabilities',
    SnmpValue
  >
>

function toNeighbour(
  row: Row,
  localPort: string,
  isLocalKnown: boolean,
  told: readonly IpAddress[],
): Neighbour | undefined {
  const chassisKind = toNumber(row.chassisKind)
  const chassisMac = chassisKind === chassisKinds.mac ? toMac(row.chassisId) : undefined
  // Phones without an address of their own yet all call themselves 0.0.0.0; others tell addresses of their link alone.
  const chassisAddress =
    chassisKind === chassisKinds.address && Buffer.isBuffer(row.chassisId)
      ? ipOfBytes([...row.chassisId.subarray(1)])
      : undefined
  const usable = [...told, ...(chassisAddress === undefined ? [] : [chassisAddress])].filter(isOneMachines)
  const isText = chassisKind !== chassisKinds.mac && chassisKind !== chassisKinds.address
  const chassisId = isText ? toText(row.chassisId) : undefined
  const portMac = toNumber(row.portKind) === portKinds.mac ? toMac(row.portId) : undefined
  const name = toText(row.name)
  if (!chassisMac && !chassisId && !portMac && !name && usable.length === 0) return undefined
  const capable = row.capabilities
  return {
    protocol: 'lldp',
    localPort,
    isLocalKnown,
    chassisMac,
    portMac,
    chassisId,
    remotePort: remotePortOf(row),
    name,
    addresses: [...new Set(usable)],
    claims: {
      bridge: hasBit(capable, can.bridge),
      accessPoint: hasBit(capable, can.accessPoint),
      router: hasBit(capable, can.router),
      phone: hasBit(capable, can.phone),
      station: hasBit(capable, can.station),
      text: toText(row.description),
    },
  }
}

/** The other's port as people know it: its name; where it tells a number or an address, its description. */
function remotePortOf(row: Row): string | undefined {
  const kind = toNumber(row.portKind)
  const description = toText(row.portDescription)
  const id = kind === portKinds.mac ? toMac(row.portId) : toText(row.portId)
  if (kind === portKinds.name || kind === portKinds.alias) return id ?? description
  return id === undefined || /^\d+$/.test(id) || kind === portKinds.mac ? (description ?? id) : id
}

/** Addresses of neighbours: they stand in the index alone. Also by port, where a device numbers them differently. */
async function readAddresses(tables: Tables): Promise<Map<string, IpAddress[]>> {
  const found = new Map<string, IpAddress[]>()
  for (const index of (await tables.column(remoteAddress)).keys()) {
    const [, port, entry, ...address] = indexParts(index)
    const ip = ipOfIndex(address)
    if (ip === undefined) continue
    for (const key of [`${port}.${entry}`, `${port}`]) {
      const known = found.get(key)
      if (known === undefined) found.set(key, [ip])
      else known.push(ip)
    }
  }
  return found
}

type LocalPort = Partial<Record<'kind' | 'id' | 'description', SnmpValue>>

/** The interface of an LLDP port number, which may be a bridge port or an interface number, as makers please. */
function portFinder(ports: ReadonlyMap<number, DevicePort>, basePorts: ReadonlyMap<number, number>) {
  const all = [...ports.values()]
  const only = (found: DevicePort[]): DevicePort | undefined => (found.length === 1 ? found[0] : undefined)
  const byText = (text: string | undefined): DevicePort | undefined =>
    text === undefined
      ? undefined
      : (only(all.filter(({ name }) => name === text)) ??
        only(all.filter(({ description }) => description === text)) ??
        only(all.filter(({ alias }) => alias === text)))
  const byNumber = (number: number): DevicePort | undefined =>
    ports.get(number) ?? ports.get(basePorts.get(number) ?? -1)
  const byId = ({ kind, id }: LocalPort): DevicePort | undefined => {
    const text = toText(id)
    switch (toNumber(kind)) {
      case portKinds.mac: {
        const mac = toMac(id)
        return mac === undefined ? undefined : only(all.filter((port) => port.mac === mac))
      }
      case portKinds.local:
        return text !== undefined && /^\d+$/.test(text) ? byNumber(Number(text)) : byText(text)
      default:
        return byText(text)
    }
  }
  return (number: number, local: LocalPort | undefined): DevicePort | undefined =>
    (local && (byId(local) ?? byText(toText(local.description)))) ??
    ports.get(basePorts.get(number) ?? -1) ??
    ports.get(number)
}
