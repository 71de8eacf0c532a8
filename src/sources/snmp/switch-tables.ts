import type { Mac } from '#model/mac.ts'
import type { DeviceType } from '#model/record.ts'
import { neighbourKind, type NeighbourKind } from '#sources/neighbour-kind.ts'
import type { SwitchTables } from '#sources/nearest-port.ts'
import type { SeenMachines } from '#sources/network-sightings.ts'
import { nameOf } from '#sources/snmp/device-mapping.ts'
import type { DeviceReading } from '#sources/snmp/device-reading.ts'
import { toMac } from '#sources/snmp/values.ts'

const radio = 71
const tunnel = 131
const tunnelName = /^(vxlan|nve|vtep|tunnel|gre|geneve)/i

/** What a device tells of who hangs where. */
export function toSwitchTables(reading: DeviceReading, sourceId: string): SwitchTables {
  const { ports, bridge, neighbours } = reading
  const all = [...ports.values()]
  return {
    sourceId,
    name: nameOf(reading),
    forwards: bridge.learned.length > 0 || bridge.portOf.size > 0,
    ownMacs: ownMacsOf(reading),
    neighbours: neighbours.map((each) => ({
      port: each.localPort,
      kind: neighbourKind(each.claims),
      macs: each.chassisMac === undefined ? [] : [each.chassisMac],
      portMac: each.portMac,
    })),
    aggregateOf: new Map(
      all.flatMap(({ name, partOf }) => (partOf === undefined ? [] : [[name, partOf] as const])),
    ),
    learned: bridge.learned,
    wireless: new Set(all.filter(({ type }) => type === radio).map(({ name }) => name)),
    tunnels: new Set(
      all.filter(({ type, name }) => type === tunnel || tunnelName.test(name)).map(({ name }) => name),
    ),
    isCut: bridge.isCut,
  }
}

function ownMacsOf({ ports, system }: DeviceReading): Mac[] {
  const chassis = system.chassis?.subtype === 4 ? toMac(system.chassis.value) : undefined
  const macs = [...ports.values()].map(({ mac }) => mac)
  return [...new Set([...macs, system.bridgeAddress, chassis].filter((mac) => mac !== undefined))]
}

const typeOf: Partial<Record<NeighbourKind, DeviceType>> = {
  switch: 'network_device',
  router: 'network_device',
  'access-point': 'network_device',
  phone: 'phone',
}

/** Adds whom a device sees: its neighbours with their names, who talks to it, and whom it passes frames of. */
export function addSeen(seen: SeenMachines, { neighbours, resolved, bridge }: DeviceReading): void {
  for (const each of neighbours) {
    const mac = each.chassisMac ?? each.portMac
    if (mac === undefined) continue
    seen.add(mac, {
      addresses: each.addresses,
      hostname: each.name,
      deviceType: typeOf[neighbourKind(each.claims)],
    })
  }
  for (const { mac, address } of resolved) seen.add(mac, { addresses: [address] })
  for (const { mac } of bridge.learned) seen.add(mac)
}
