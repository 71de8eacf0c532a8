import { isOneMachines, type IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import type { Tables } from '#sources/snmp/tables.ts'
import { indexParts, ipOfBytes, ipOfIndex, toMac, toNumber } from '#sources/snmp/values.ts'

/** An entry of a device's table of neighbours (ARP, IPv6 neighbour discovery). */
export interface Resolved {
  mac: Mac
  address: IpAddress
}

const ipNetToMedia = '1.3.6.1.2.1.4.22.1'
const ipNetToPhysical = '1.3.6.1.2.1.4.35.1'
const invalid = 2
const local = 5
/** Asked for in vain, or given up. */
const unresolved = new Set([5, 7])

/** Whose address is whose, by the old table and the new one. Link-local addresses name nobody beyond their link. */
export async function readResolved(tables: Tables): Promise<Resolved[]> {
  const found = new Map<string, Resolved>()
  const add = (mac: Mac | undefined, address: IpAddress | undefined): void => {
    if (mac !== undefined && address !== undefined && isOneMachines(address))
      found.set(`${mac} ${address}`, { mac, address })
  }
  for (const [index, row] of await tables.table(ipNetToMedia, { mac: 2, type: 4 }))
    if (toNumber(row.type) !== invalid) add(toMac(row.mac), ipOfBytes(indexParts(index).slice(1)))
  for (const [index, row] of await tables.table(ipNetToPhysical, { mac: 4, type: 6, state: 7 })) {
    const type = toNumber(row.type)
    // What the device itself has is no neighbour.
    if (type === invalid || type === local || unresolved.has(toNumber(row.state) ?? 0)) continue
    add(toMac(row.mac), ipOfIndex(indexParts(index).slice(1)))
  }
  return [...found.values()]
}
