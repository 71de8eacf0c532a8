import type { JsonObject } from '#kernel/json.ts'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import type { ReportedDevice, ReportedInterface } from '#model/record.ts'
import type { DiskRow, NetworkRow, NodeRow, NodeStatus, StatusRow } from '#sources/proxmox/answers.ts'
import { canonicalAddress } from '#sources/proxmox/interfaces.ts'

/** All that was read of one node; absent parts could not be read. */
export interface NodeReading {
  row: NodeRow
  status?: NodeStatus | undefined
  network: readonly NetworkRow[]
  disks: readonly DiskRow[]
  address?: IpAddress | undefined
  inCluster: boolean
}

const withoutAbsent = (facts: Record<string, unknown>): JsonObject =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  ) as JsonObject

/** Proxmox VE does not tell the MACs of its own cards. */
function toInterface(row: NetworkRow): ReportedInterface {
  const addresses = [row.cidr ?? row.address, row.cidr6 ?? row.address6].flatMap(
    (text) => canonicalAddress(text) ?? [],
  )
  const metadata = withoutAbsent({
    kind: row.type,
    ports: row.bridge_ports,
    slaves: row.slaves,
    bondMode: row.bond_mode,
    vlan: row['vlan-id'],
    vlanOn: row['vlan-raw-device'],
    mtu: row.mtu,
  })
  return {
    name: row.iface,
    addresses,
    type: row.type === 'eth' ? 'physical' : 'virtual',
    status: row.active ? 'up' : 'down',
    metadata,
  }
}

const toDisk = ({ devpath, model, serial, size, type }: DiskRow): JsonObject =>
  withoutAbsent({
    device: devpath,
    model,
    serial: serial === 'unknown' ? undefined : serial,
    sizeBytes: size,
    type,
  })

function toFacts({ row, status, disks }: NodeReading): JsonObject {
  const cpu = status?.cpuinfo
  return withoutAbsent({
    kind: 'node',
    cpuModel: cpu?.model,
    cpuSockets: cpu?.sockets,
    cpuCores: cpu?.cores,
    cpuThreads: cpu?.cpus ?? row.maxcpu,
    memoryMb: row.maxmem === undefined ? undefined : Math.round(row.maxmem / 1_048_576),
    kernel: status?.['current-kernel']?.release ?? status?.kversion?.replace(/^Linux (\S+).*$/, '$1'),
    pveVersion: status?.pveversion?.split('/')[1],
    disks:
      disks.length > 0
        ? disks.map(toDisk).toSorted((a, b) => (String(a['device']) < String(b['device']) ? -1 : 1))
        : undefined,
  })
}

/** The cluster itself; only where there is one. */
export const toCluster = ({ name }: StatusRow): ReportedDevice => ({
  kind: 'device',
  sourceId: 'cluster',
  name,
  deviceType: 'cluster',
  status: 'active',
  facts: { kind: 'cluster' },
})

/** A node as we report it. */
export function toNode(reading: NodeReading): ReportedDevice {
  const { row, status, address } = reading
  const version = status?.pveversion?.split('/')[1]
  const interfaces = reading.network.map(toInterface).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const configured = interfaces.flatMap((each) => each.addresses ?? []).map((each) => parseIp(each)!)
  const known = address ?? configured[0]
  return {
    kind: 'device',
    sourceId: `node/${row.node}`,
    name: row.node,
    deviceType: 'server',
    status: 'active',
    ...(known === undefined ? {} : { address: known }),
    os: version === undefined ? 'Proxmox VE' : `Proxmox VE ${version}`,
    interfaces,
    ...(reading.inCluster
      ? { relationships: [{ type: 'manages', other: 'parent', sourceId: 'cluster' }] }
      : {}),
    facts: toFacts(reading),
    volatile: withoutAbsent({ uptimeSeconds: row.uptime, memoryUsedBytes: status?.memory?.used }),
  }
}
