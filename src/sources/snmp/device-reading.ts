import { AppError } from '#kernel/errors.ts'
import { readResolved, type Resolved } from '#sources/snmp/address-tables.ts'
import { readBridge, readBridgePorts, type Bridge } from '#sources/snmp/bridge-tables.ts'
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
  /** Parts of the device that came incomplete: what is kept of them stays. */
  unread: string[]
}

export const isCisco = ({ objectId = '' }: SystemGroup): boolean => objectId.startsWith('1.3.6.1.4.1.9.')

/** A table that was not read places nobody, but what is known of its device counts. */
const noBridge = (portOf: ReadonlyMap<number, number>): Bridge => ({
  portOf,
  learned: [],
  vlanNames: new Map(),
  untagged: new Map(),
  gaps: [],
  isCut: true,
})

/** Neighbours tell of themselves every half a minute or every minute: after a start not all have yet. In seconds. */
const quietStart = 180

const hardwareParts = [
  'serial',
  'vendor',
  'model',
  'facts.firmware',
  'facts.software',
  'facts.stack',
  'facts.parts',
]
const vlanParts = ['facts.vlans', 'interfaces.metadata.vlan']

/**
 * Reads one device. A question about what makes it up (system, hardware, interfaces, neighbours) that is not answered
 * ends the reading: half of it would look like a change. Tables of what it sees may fail, and are a gap.
 */
export async function readDevice(tables: Tables): Promise<DeviceReading> {
  const gaps: string[] = []
  const unread = new Set<string>()
  /** A table that lacks rows says nothing of those it lacks. */
  const whole = async <Result>(parts: readonly string[], work: () => Promise<Result>): Promise<Result> => {
    const cuts = tables.cuts.length
    const result = await work()
    if (tables.cuts.length > cuts) for (const part of parts) unread.add(part)
    return result
  }
  const system = await readSystem(tables)
  const hardware = await whole(hardwareParts, () => readHardware(tables))
  const ports = await whole(['interfaces', 'relationships'], () => readPorts(tables))
  const portOf = await whole(['relationships'], () => readBridgePorts(tables))
  const attempt = async <Result>(what: string, instead: Result, work: () => Promise<Result>) => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      gaps.push(`${what} of ${tables.name} could not be read (${error.message})`)
      return instead
    }
  }
  const bridge = await whole(vlanParts, () =>
    attempt('the forwarding table', noBridge(portOf), () =>
      readBridge(tables, ports, portOf, isCisco(system)),
    ),
  )
  if (bridge.isCut) for (const part of vlanParts) unread.add(part)
  gaps.push(...bridge.gaps.map((gap) => `${tables.name}: ${gap}`))
  const lldp = await whole(['relationships'], () => readLldp(tables, ports, portOf))
  if (lldp.nameless > 0)
    gaps.push(`${tables.name} has ${lldp.nameless} LLDP neighbours without any id, which were left out`)
  const cdp = await whole(['relationships'], () => readCdp(tables, ports))
  const neighbours = joinNeighbours(lldp.neighbours, cdp)
  if ((system.uptimeSeconds ?? quietStart) < quietStart) unread.add('relationships')
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
    unread: [...unread],
  }
}
