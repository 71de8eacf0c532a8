import { AppError } from '#kernel/errors.ts'
import type { Learned } from '#sources/nearest-port.ts'
import type { DevicePort } from '#sources/snmp/interface-tables.ts'
import type { Tables } from '#sources/snmp/tables.ts'
import { indexParts, macOfParts, toNumber, toText, type SnmpValue } from '#sources/snmp/values.ts'

/** What a device knows as a bridge. */
export interface Bridge {
  /** The interface of each bridge port. */
  portOf: ReadonlyMap<number, number>
  learned: Learned[]
  vlanNames: ReadonlyMap<number, string>
  /** The untagged VLAN by interface number. */
  untagged: ReadonlyMap<number, number>
  /** What could not be read, for people. */
  gaps: string[]
  /** The table lacks rows. */
  isCut: boolean
}

const basePortIfIndex = '1.3.6.1.2.1.17.1.4.1.2'
const bridgeTable = '1.3.6.1.2.1.17.4.3.1'
const vlanTable = '1.3.6.1.2.1.17.7.1.2.2.1'
const vlanFdbId = '1.3.6.1.2.1.17.7.1.4.2.1.3'
const vlanStaticName = '1.3.6.1.2.1.17.7.1.4.3.1.1'
const pvid = '1.3.6.1.2.1.17.7.1.4.5.1.1'
const ciscoVlanState = '1.3.6.1.4.1.9.9.46.1.3.1.1.2'
const ciscoVlanName = '1.3.6.1.4.1.9.9.46.1.3.1.1.4'

const learnedStatus = 3
const highestVlan = 4094
/** Cisco's own for Token Ring and FDDI: they hold nobody. */
const isOldVlan = (vlan: number): boolean => vlan >= 1002 && vlan <= 1005
/** After so many silent VLANs in a row the rest is not asked for either: each costs its whole time limit. */
const silentVlans = 2

/** The interface of each bridge port; empty for what is no bridge. */
export const readBridgePorts = async (tables: Tables): Promise<Map<number, number>> =>
  numbersOf(await tables.column(basePortIfIndex))

/** The forwarding table: by VLAN where the device has it so, else the plain one, else Cisco's, one VLAN at a time. */
export async function readBridge(
  tables: Tables,
  ports: ReadonlyMap<number, DevicePort>,
  portOf: ReadonlyMap<number, number>,
  isCisco: boolean,
): Promise<Bridge> {
  const names = new Map<number, string>()
  for (const [index, value] of await tables.column(vlanStaticName)) addName(names, index, value)
  const untagged = new Map<number, number>()
  for (const [port, vlan] of numbersOf(await tables.column(pvid)))
    if (vlan > 0 && vlan <= highestVlan) untagged.set(portOf.get(port) ?? port, vlan)
  const bridge: Bridge = { portOf, learned: [], vlanNames: names, untagged, gaps: [], isCut: false }
  const cutsBefore = tables.cuts.length
  const byVlan = await tables.table(vlanTable, { port: 2, status: 3 })
  if (byVlan.size > 0) {
    const vlanOf = await readVlanIds(tables)
    for (const [index, row] of byVlan) {
      const [id = 0, ...mac] = indexParts(index)
      const vlan = vlanOf.get(id) ?? id
      learn(bridge, ports, portOf, mac, row, vlan > 0 && vlan <= highestVlan ? vlan : undefined)
    }
  } else {
    for (const [index, row] of await tables.table(bridgeTable, { port: 2, status: 3 }))
      learn(bridge, ports, portOf, indexParts(index), row, undefined)
    if (isCisco) await readCiscoVlans(tables, ports, bridge, names)
  }
  return { ...bridge, isCut: bridge.gaps.length > 0 || tables.cuts.length > cutsBefore }
}

const numbersOf = (column: ReadonlyMap<string, SnmpValue>): Map<number, number> =>
  new Map(
    [...column].flatMap(([index, value]) => {
      const number = toNumber(value)
      return number === undefined ? [] : [[Number(index), number] as const]
    }),
  )

function addName(names: Map<number, string>, index: string, value: SnmpValue): void {
  const vlan = indexParts(index).at(-1)!
  const name = toText(value)
  if (name !== undefined && vlan > 0 && vlan <= highestVlan && !isOldVlan(vlan)) names.set(vlan, name)
}

/** The VLAN of each filtering database; a device without the table numbers them as its VLANs. */
async function readVlanIds(tables: Tables): Promise<Map<number, number>> {
  const vlanOf = new Map<number, number>()
  for (const [index, value] of await tables.column(vlanFdbId)) {
    const id = toNumber(value)
    // One database for several VLANs names none of them.
    if (id !== undefined) vlanOf.set(id, vlanOf.has(id) ? 0 : indexParts(index).at(-1)!)
  }
  return vlanOf
}

function learn(
  { learned }: Bridge,
  ports: ReadonlyMap<number, DevicePort>,
  portOf: ReadonlyMap<number, number>,
  parts: readonly number[],
  row: { port?: SnmpValue; status?: SnmpValue },
  vlan: number | undefined,
): void {
  const mac = macOfParts(parts)
  const number = toNumber(row.port)
  const status = toNumber(row.status) ?? learnedStatus
  if (mac === undefined || number === undefined || number <= 0 || status !== learnedStatus) return
  const index = portOf.get(number) ?? number
  const port = ports.get(index)?.name ?? `port ${number}`
  learned.push({ mac, port, ...(vlan === undefined ? {} : { vlan }) })
}

/** Cisco IOS answers for one VLAN at a time, ports and addresses alike. */
async function readCiscoVlans(
  tables: Tables,
  ports: ReadonlyMap<number, DevicePort>,
  bridge: Bridge,
  names: Map<number, string>,
): Promise<void> {
  for (const [index, value] of await tables.column(ciscoVlanName)) addName(names, index, value)
  const states = await tables.column(ciscoVlanState)
  const vlans = [...states]
    .filter(([, state]) => toNumber(state) === 1)
    .map(([index]) => indexParts(index).at(-1)!)
    .filter((vlan) => vlan > 0 && vlan <= highestVlan && !isOldVlan(vlan))
  if (vlans.length === 0) return
  // The plain table is that of VLAN 1, whose ports are all that it maps.
  bridge.learned.length = 0
  const silent: number[] = []
  for (const vlan of vlans) {
    if (silent.length >= silentVlans) break
    try {
      const context = tables.ofVlan(vlan)
      const rows = await context.table(bridgeTable, { port: 2, status: 3 })
      if (rows.size === 0) continue
      const portOf = numbersOf(await context.column(basePortIfIndex))
      for (const [index, row] of rows) learn(bridge, ports, portOf, indexParts(index), row, vlan)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      silent.push(vlan)
    }
  }
  if (silent.length > 0)
    bridge.gaps.push(
      `it does not answer for VLAN ${silent.join(', ')} (community@VLAN, or the context vlan-N of version 3)`,
    )
}
