import { isOneMachines, parseIp, type IpAddress } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { ReportedDevice, ReportedInterface } from '#model/record.ts'
import type { Cluster, Host } from '#sources/vcenter/answers.ts'
import { plainName } from '#sources/vcenter/places.ts'
import { canonicalAddress, present } from '#sources/vcenter/virtual-hardware.ts'
import { objectId, whereabouts, type World } from '#sources/vcenter/world.ts'

type Network = NonNullable<NonNullable<Host['config']>['network']>

/** `255.255.252.0` is 22. */
function prefixOf(mask: string | undefined): number | undefined {
  const octets = (mask ?? '').split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255))) return undefined
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

const macField = (text: string | undefined): { mac?: string } => {
  const mac = parseMac(text ?? '')
  return mac === undefined ? {} : { mac }
}

/** A card without a link speed has no link. */
const toCard = ({ device, mac, driver, linkSpeed }: Network['pnic'][number]): ReportedInterface => ({
  name: device,
  ...macField(mac),
  type: 'physical',
  status: linkSpeed === undefined ? 'down' : 'up',
  ...(linkSpeed?.speedMb === undefined ? {} : { speedMbps: linkSpeed.speedMb }),
  metadata: present({ driver }),
})

function toKernelAdapter({ device, portgroup, spec }: Network['vnic'][number]): ReportedInterface {
  const { ipAddress, subnetMask, ipV6Config } = spec?.ip ?? {}
  const six = (ipV6Config?.ipV6Address ?? []).map((each) =>
    canonicalAddress(each.ipAddress, each.prefixLength),
  )
  const addresses = [canonicalAddress(ipAddress, prefixOf(subnetMask)), ...six].filter(
    (address) => address !== undefined && isOneMachines(parseIp(address)!),
  ) as string[]
  return {
    name: device,
    ...macField(spec?.mac),
    addresses,
    type: 'virtual',
    status: 'up',
    metadata: present({ portGroup: portgroup, mtu: spec?.mtu }),
  }
}

/** The first adapter is that of the management, unless the host is known by the address of another. */
function addressOf(name: string, adapters: readonly ReportedInterface[]): IpAddress | undefined {
  const all = adapters.flatMap((each) => each.addresses ?? []).map((address) => parseIp(address)!)
  const named = parseIp(name)
  return named !== undefined && (all.includes(named) || all.length === 0) ? named : all[0]
}

/** Makers put it into different places; the enclosure's is that of all blades in it. */
function serialOf({ hardware }: Host): string | undefined {
  const { serialNumber, otherIdentifyingInfo = [] } = hardware?.systemInfo ?? {}
  const tags = ['ServiceTag', 'SerialNumberTag'].map(
    (kind) =>
      otherIdentifyingInfo.find(({ identifierType }) => identifierType?.key === kind)?.identifierValue,
  )
  return [serialNumber, ...tags].map((text) => text?.trim()).find((text) => text !== undefined && text !== '')
}

function toFacts(id: string, host: Host, world: World) {
  const { hardware, config, runtime } = host.summary ?? {}
  const own = [...world.tags(id)]
  return present({
    kind: 'host',
    moid: id,
    ...whereabouts(world, host.parent),
    cpuModel: hardware?.cpuModel?.replaceAll(/\s+/g, ' ').trim(),
    cpuSockets: hardware?.numCpuPkgs,
    cpuCores: hardware?.numCpuCores,
    cpuThreads: hardware?.numCpuThreads,
    memoryMb: hardware?.memorySize === undefined ? undefined : Math.round(hardware.memorySize / 1_048_576),
    version: config?.product?.version,
    build: config?.product?.build,
    biosVersion: host.hardware?.biosInfo?.biosVersion,
    maintenance: runtime?.inMaintenanceMode || undefined,
    connectionState: runtime?.connectionState === 'connected' ? undefined : runtime?.connectionState,
    tags: own.length > 0 ? own : undefined,
  })
}

/** What a host is known by everywhere is its hardware's id. */
export const hardwareUuid = ({ summary }: Host): string | undefined =>
  summary?.hardware?.uuid?.trim().toLowerCase() || undefined

function namesOf(name: string, network: Network | undefined): string[] {
  const { hostName, domainName } = network?.dnsConfig ?? {}
  if (!hostName) return []
  const full = domainName && !hostName.includes('.') ? `${hostName}.${domainName}` : hostName
  return full === name ? [] : [full]
}

/** A host as we report it. `cluster` is the one it belongs to, if it belongs to any. */
export function toHost(id: string, host: Host, world: World, cluster: string | undefined): ReportedDevice {
  const { hardware, config, runtime, quickStats } = host.summary ?? {}
  const network = host.config?.network
  const adapters = (network?.vnic ?? []).map(toKernelAdapter)
  const interfaces = [...(network?.pnic ?? []).map(toCard), ...adapters]
  const unique = [...new Map(interfaces.toReversed().map((each) => [each.name, each])).values()].toReversed()
  const name = plainName(host.name)
  const uuid = hardwareUuid(host)
  const names = namesOf(name, network)
  const address = addressOf(name, adapters)
  const serial = serialOf(host)
  return {
    kind: 'device',
    sourceId: objectId(world, id),
    name,
    deviceType: 'server',
    status: runtime?.connectionState === 'connected' ? 'active' : 'unknown',
    ...(uuid === undefined ? {} : { nativeIds: [`uuid:${uuid}`] }),
    ...(names.length > 0 ? { names } : {}),
    ...(address === undefined ? {} : { address }),
    ...(serial === undefined ? {} : { serial }),
    ...(hardware?.vendor ? { vendor: hardware.vendor.trim() } : {}),
    ...(hardware?.model ? { model: hardware.model.trim() } : {}),
    ...(config?.product?.fullName ? { os: config.product.fullName } : {}),
    interfaces: unique,
    ...(cluster === undefined
      ? {}
      : { relationships: [{ type: 'manages', other: 'parent', sourceId: objectId(world, cluster) }] }),
    facts: toFacts(id, host, world),
    volatile: present({
      uptimeSeconds: quickStats?.uptime,
      cpuUsedMhz: quickStats?.overallCpuUsage,
      memoryUsedMb: quickStats?.overallMemoryUsage,
    }),
    ...(hardware === undefined ? { unreadable: true } : {}),
  }
}

/** A cluster as we report it: it manages its hosts. */
export function toCluster(id: string, { name, parent, summary }: Cluster, world: World): ReportedDevice {
  const own = [...world.tags(id)]
  return {
    kind: 'device',
    sourceId: objectId(world, id),
    name: plainName(name),
    deviceType: 'cluster',
    status: 'active',
    facts: present({
      kind: 'cluster',
      moid: id,
      ...whereabouts(world, parent),
      hosts: summary?.numHosts,
      cpuCores: summary?.numCpuCores,
      cpuMhz: summary?.totalCpu,
      memoryMb: summary?.totalMemory === undefined ? undefined : Math.round(summary.totalMemory / 1_048_576),
      tags: own.length > 0 ? own : undefined,
    }),
  }
}
