import { AppError } from '#kernel/errors.ts'
import { readResolved, type Resolved } from '#sources/snmp/address-tables.ts'
import { readBridge, type Bridge } from '#sources/snmp/bridge-tables.ts'
import { readCdp } from '#sources/snmp/cdp.ts'
import { readHardware, type Hardware } from '#sources/snmp/entity-table.ts'
import { readPorts, type DevicePort } from '#sources/snmp/interface-tables.ts'
import { readLldp } from '#sources/snmp/lldp.ts'
import { joinNeighbours, type Neighbour } from '#sources/snmp/neighbours.ts'
import { readSystem, type SystemGroup } from '#sources/snmp/system-group.ts'
import type { Tables } from '#sources/snmp/tables.ts'

/** Everything that one device told. */
export interface DeviceReading {
  target: string
  system: SystemGroup
  hardware: Hardware
  ports: ReadonlyMap<number, DevicePort>
  neighbours: Neighbour[]
  bridge: Bridge
  resolved: Resolved[]
  /** What could not be read whole, for people. */
  gaps: string[]
}

export const isCisco = ({ objectId = '' }: SystemGroup): boolean => objectId.startsWith('1.3.6.1.4.1.9.')

/** A table that was not read places nobody, but what is known of its device counts. */
const noBridge: Bridge = {
  portOf: new Map(),
  learned: [],
  vlanNames: new Map(),
  untagged: new Map(),
  gaps: [],
  isCut: true,
}

/**
 * Reads one device. What makes it up (system, hardware, interfaces, neighbours) is read whole or not at all: half of it
 * would look like a change. Tables of what it sees may fail, and are a gap.
 */
export async function readDevice(tables: Tables): Promise<DeviceReading> {
  const gaps: string[] = []
  const system = await readSystem(tables)
  const hardware = await readHardware(tables)
  const ports = await readPorts(tables)
  const attempt = async <Result>(what: string, instead: Result, work: () => Promise<Result>) => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      gaps.push(`${what} of ${tables.name} could not be read (${error.message})`)
      return instead
    }
  }
  const bridge = await attempt('the forwarding table', noBridge, () =>
    readBridge(tables, ports, isCisco(system)),
  )
  gaps.push(...bridge.gaps.map((gap) => `${tables.name}: ${gap}`))
  const lldp = await readLldp(tables, ports, bridge.portOf)
  if (lldp.nameless > 0)
    gaps.push(`${tables.name} has ${lldp.nameless} LLDP neighbours without any id, which were left out`)
  const neighbours = joinNeighbours(lldp.neighbours, await readCdp(tables, ports))
  const resolved = await attempt('the address table', [], () => readResolved(tables))
  gaps.push(...tables.cuts.map((cut) => `a table of ${tables.name} ${cut}`))
  return {
    target: tables.name,
    system,
    hardware,
    ports,
    neighbours,
    bridge,
    resolved,
    gaps: [...new Set(gaps)],
  }
}
