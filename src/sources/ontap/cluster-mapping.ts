import type { JsonObject } from '#kernel/json.ts'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { ReportedDevice, ReportedInterface } from '#model/record.ts'
import type { ClusterRow, LifRow, NodeRow, PortRow } from '#sources/ontap/answers.ts'

/** Facts without those that are not known. */
export const known = <Value>(facts: Record<string, Value | undefined>): Record<string, Value> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Record<
    string,
    Value
  >

/** `NetApp Release 9.14.1P3: Tue ...` is ONTAP 9.14.1P3. */
const osOf = (full: string | undefined): string | undefined => {
  const release = /Release (\S+?):?(\s|$)/.exec(full ?? '')?.[1]
  return release === undefined ? full : `ONTAP ${release}`
}

const addressOf = (row: ClusterRow | NodeRow): IpAddress | undefined =>
  (row.management_interfaces ?? [])
    .map(({ ip }) => parseIp(ip?.address ?? ''))
    .find((address) => address !== undefined)

/** Ids of devices: the cluster's and its nodes' own UUIDs, which outlive names, addresses and takeovers. */
export const clusterId = ({ uuid }: Pick<ClusterRow, 'uuid'>): string => uuid

/** The cluster: addresses move between its nodes, so those that may are its own. */
export function toCluster(row: ClusterRow, lifs: readonly LifRow[]): ReportedDevice {
  const os = osOf(row.version?.full)
  const address = addressOf(row)
  const interfaces = toLifs(lifs)
  return {
    kind: 'device',
    sourceId: clusterId(row),
    name: row.name,
    deviceType: 'storage',
    status: 'active',
    vendor: 'NetApp',
    ...(row.dns_domains?.[0] === undefined ? {} : { names: [`${row.name}.${row.dns_domains[0]}`] }),
    ...(address === undefined ? {} : { address }),
    ...(os === undefined ? {} : { os }),
    ...(interfaces.length > 0 ? { interfaces } : {}),
    facts: known<JsonObject[string]>({ kind: 'cluster', location: row.location, contact: row.contact }),
  }
}

/** LIFs by SVM and name, which may repeat in another SVM. */
function toLifs(lifs: readonly LifRow[]): ReportedInterface[] {
  const byName = new Map<string, ReportedInterface>()
  for (const lif of lifs.toSorted((left, right) => (left.uuid < right.uuid ? -1 : 1))) {
    const name = lif.svm?.name === undefined ? lif.name : `${lif.svm.name}:${lif.name}`
    const address = cidrOf(lif)
    if (byName.has(name)) continue
    byName.set(name, {
      name,
      addresses: address === undefined ? [] : [address],
      ...(lif.enabled === false ? { status: 'disabled' as const } : {}),
      ...(lif.enabled !== false && (lif.state === 'up' || lif.state === 'down') ? { status: lif.state } : {}),
      type: 'virtual',
      metadata: known<JsonObject[string]>({
        scope: lif.scope,
        services: lif.services === undefined ? undefined : lif.services.toSorted(),
      }),
    })
  }
  return [...byName.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

function cidrOf({ ip }: LifRow): string | undefined {
  const address = parseIp(ip?.address ?? '')
  const length = Number(ip?.netmask)
  if (address === undefined) return undefined
  return Number.isInteger(length) && length > 0 && length <= 128 ? `${address}/${length}` : address
}

/** A node: a machine with a serial number and cards of its own. */
export function toNode(row: NodeRow, cluster: ClusterRow, ports: readonly PortRow[]): ReportedDevice {
  const os = osOf(row.version?.full)
  const address = addressOf(row)
  const own = ports.filter(({ node }) =>
    node?.uuid === undefined ? node?.name === row.name : node.uuid === row.uuid,
  )
  const interfaces = toPorts(own)
  const { controller, ha } = row
  const partners = (ha?.partners ?? []).flatMap(({ name }) => name ?? []).toSorted()
  return {
    kind: 'device',
    sourceId: row.uuid,
    name: row.name,
    deviceType: 'storage',
    status: row.state === undefined || row.state === 'up' ? 'active' : 'inactive',
    vendor: 'NetApp',
    ...(row.serial_number === undefined ? {} : { serial: row.serial_number }),
    ...(row.model === undefined ? {} : { model: row.model }),
    ...(address === undefined ? {} : { address }),
    ...(os === undefined ? {} : { os }),
    ...(interfaces.length > 0 ? { interfaces } : {}),
    relationships: [{ type: 'manages', other: 'parent', sourceId: clusterId(cluster) }],
    facts: known<JsonObject[string]>({
      kind: 'node',
      cluster: cluster.name,
      location: row.location,
      systemId: row.system_id,
      board: controller?.board,
      memoryMb:
        controller?.memory_size === undefined ? undefined : Math.round(controller.memory_size / 1_048_576),
      cpu: controller?.cpu?.processor,
      cpuCount: controller?.cpu?.count,
      ha: ha?.enabled,
      partners: partners.length > 0 ? partners : undefined,
    }),
    ...(row.uptime === undefined ? {} : { volatile: { uptimeSeconds: row.uptime } }),
  }
}

function toPorts(ports: readonly PortRow[]): ReportedInterface[] {
  const byName = new Map<string, ReportedInterface>()
  for (const port of ports) {
    const mac = parseMac(port.mac_address ?? '')
    const speed = Number(port.speed)
    if (byName.has(port.name)) continue
    byName.set(port.name, {
      name: port.name,
      ...(mac === undefined ? {} : { mac }),
      ...(Number.isSafeInteger(speed) && speed > 0 ? { speedMbps: speed } : {}),
      ...(port.enabled === false ? { status: 'disabled' as const } : {}),
      ...(port.enabled !== false && (port.state === 'up' || port.state === 'down')
        ? { status: port.state }
        : {}),
      type: port.type === undefined || port.type === 'physical' ? 'physical' : 'virtual',
      ...(port.mtu === undefined && port.type === undefined
        ? {}
        : { metadata: known<JsonObject[string]>({ mtu: port.mtu, kind: port.type }) }),
    })
  }
  return [...byName.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1))
}
