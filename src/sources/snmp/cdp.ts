import { isOneMachines } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { DevicePort } from '#sources/snmp/interface-tables.ts'
import type { Neighbour } from '#sources/snmp/neighbours.ts'
import type { Tables } from '#sources/snmp/tables.ts'
import { indexParts, ipOfBytes, toNumber, toText, type SnmpValue } from '#sources/snmp/values.ts'

const cdpCache = '1.3.6.1.4.1.9.9.23.1.2.1.1'
const ipv4 = 1
/** Bits of the capabilities. */
const can = { router: 0x01, bridge: 0x02, switch: 0x08, host: 0x10, phone: 0x80 }

/** The neighbours that CDP tells of; the number of our interface stands in the index. */
export async function readCdp(tables: Tables, ports: ReadonlyMap<number, DevicePort>): Promise<Neighbour[]> {
  const rows = await tables.table(cdpCache, {
    addressKind: 3,
    address: 4,
    version: 5,
    id: 6,
    port: 7,
    platform: 8,
    capabilities: 9,
  })
  return [...rows].flatMap(([index, row]): Neighbour[] => {
    const number = indexParts(index)[0]!
    const port = ports.get(number)
    const id = toText(row.id)
    if (id === undefined) return []
    // Nexus: `nx1(FOX1234ABCD)`; phones: `SEP001122334455`; others a bare MAC.
    const [, name = id, serial] = /^(.+?)\(([A-Z0-9]+)\)$/i.exec(id) ?? []
    const mac = parseMac(/^SEP([0-9A-F]{12})$/i.exec(name)?.[1] ?? name)
    const platform = [toText(row.platform), toText(row.version)].filter(Boolean).join(' ')
    const address = addressOf(row.addressKind, row.address)
    return [
      {
        protocol: 'cdp',
        localPort: port?.name ?? `port ${number}`,
        isLocalKnown: port !== undefined,
        chassisMac: mac,
        serial,
        name: parseMac(name) === undefined ? name : undefined,
        remotePort: toText(row.port),
        addresses: address !== undefined && isOneMachines(address) ? [address] : [],
        claims: { ...claimsOf(row.capabilities), text: platform === '' ? undefined : platform },
      },
    ]
  })
}

const addressOf = (kind: SnmpValue | undefined, value: SnmpValue | undefined) =>
  Buffer.isBuffer(value) && (toNumber(kind) ?? ipv4) === ipv4 ? ipOfBytes([...value]) : undefined

function claimsOf(value: SnmpValue | undefined) {
  if (!Buffer.isBuffer(value) || value.length === 0) return {}
  const bits = value.subarray(-4).readUIntBE(0, Math.min(4, value.length))
  const has = (bit: number): boolean => (bits & bit) !== 0
  return {
    router: has(can.router),
    bridge: has(can.bridge) || has(can.switch),
    phone: has(can.phone),
    station: has(can.host),
  }
}
