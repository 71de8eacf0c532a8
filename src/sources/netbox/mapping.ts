import type { JsonObject } from '#kernel/json.ts'
import { parseIp, type IpAddress } from '#model/ip-address.ts'
import type {
  DeviceStatus,
  DeviceType,
  ReportedDevice,
  ReportedPrefix,
  ReportedRelationship,
} from '#model/record.ts'
import type {
  NetboxAddress,
  NetboxDevice,
  NetboxInterface,
  NetboxPrefix,
  NetboxVm,
} from '#sources/netbox/answers.ts'
import { toConnections, toInterface, withoutAbsent } from '#sources/netbox/interfaces.ts'

/** What was read of the interfaces of one device or machine. */
export interface Ports {
  interfaces: readonly NetboxInterface[]
  /** By the id of the interface. */
  addresses: ReadonlyMap<number, NetboxAddress[]>
  /** What of it could not be read, in the words of records. */
  unread?: readonly string[]
}

export const noPorts: Ports = { interfaces: [], addresses: new Map() }

const unreadOf = ({ unread = [] }: Ports): { unread?: readonly string[] } =>
  unread.length > 0 ? { unread } : {}

const statusOf: Readonly<Record<string, DeviceStatus>> = {
  active: 'active',
  offline: 'inactive',
  decommissioning: 'inactive',
  inventory: 'inactive',
}

const toStatus = (status: NetboxDevice['status']): DeviceStatus =>
  statusOf[String(status?.value ?? '')] ?? 'unknown'

/** Words in the names of roles that people give; what none fits says nothing of the kind. */
const roleWords: [words: RegExp, type: DeviceType][] = [
  [/switch|router|firewall|gateway|access.?point|\b(ap|wlc|core|leaf|spine|edge|tor|cpe)\b|load.?balancer/i, 'network_device'],
  [/storage|san\b|nas\b|filer|disk.?array/i, 'storage'],
  [/server|hypervisor|host|esxi?|compute|node/i, 'server'],
  [/workstation|desktop|laptop/i, 'workstation'],
  [/phone|handset/i, 'phone'],
  [/camera|sensor|iot|printer|pdu|ups\b/i, 'iot'],
] // prettier-ignore

function typeOfRole(role: NetboxDevice['role'], roles: Readonly<Record<string, DeviceType>>): DeviceType {
  if (role === undefined) return 'unknown'
  const told = roles[role.slug ?? '']
  if (told !== undefined) return told
  const text = `${role.slug ?? ''} ${role.name ?? ''}`.replaceAll('-', ' ')
  return roleWords.find(([words]) => words.test(text))?.[1] ?? 'unknown'
}

const addressOf = ({ primary_ip4: four, primary_ip6: six }: NetboxDevice | NetboxVm): IpAddress | undefined =>
  parseIp(four?.address ?? six?.address ?? '')

/** A value of a custom field as it was entered; release 4.7 tells choices with their label. */
function customFacts(fields: Record<string, unknown>): JsonObject | undefined {
  const given = Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    if (value === null || value === undefined || value === '') return []
    const isChoice = typeof value === 'object' && 'value' in value && 'label' in value
    return [[name, isChoice ? (value as { value: unknown }).value : value]]
  })
  return given.length === 0 ? undefined : (Object.fromEntries(given) as JsonObject)
}

const commonFacts = (each: NetboxDevice | NetboxVm): Record<string, unknown> => ({
  site: each.site?.name ?? undefined,
  tenant: each.tenant?.name ?? undefined,
  role: each.role?.name ?? undefined,
  netboxStatus: each.status?.value,
  description: each.description,
  tags: each.tags.flatMap((tag) => tag.slug ?? tag.name ?? []).toSorted(),
  custom: customFacts(each.custom_fields),
})

/** Several cables between two devices are one connection with several links. */
function joinConnections(relations: readonly ReportedRelationship[]): ReportedRelationship[] {
  return relations.toSorted((left, right) =>
    `${left.sourceId} ${JSON.stringify(left.metadata)}` <
    `${right.sourceId} ${JSON.stringify(right.metadata)}`
      ? -1
      : 1,
  )
}

const byName = (left: { name: string }, right: { name: string }): number => (left.name < right.name ? -1 : 1)

/** A device without a name is what stands at its place. The id of NetBox stays through renames and moves. */
export function toDevice(
  device: NetboxDevice,
  ports: Ports,
  roles: Readonly<Record<string, DeviceType>>,
): ReportedDevice {
  const role = device.role ?? device.device_role
  const address = addressOf(device)
  const cluster: ReportedRelationship[] =
    device.cluster === undefined
      ? []
      : [{ type: 'manages', other: 'parent', sourceId: `cluster/${device.cluster.id}` }]
  const relationships = [...cluster, ...joinConnections(ports.interfaces.flatMap(toConnections))]
  return {
    kind: 'device',
    sourceId: `device/${device.id}`,
    name: device.name ?? `${device.device_type.model ?? 'device'} ${device.id}`,
    deviceType: typeOfRole(role, roles),
    status: toStatus(device.status),
    ...(address === undefined ? {} : { address }),
    ...(device.serial === undefined ? {} : { serial: device.serial }),
    ...(device.device_type.manufacturer?.name ? { vendor: device.device_type.manufacturer.name } : {}),
    ...(device.device_type.model === undefined ? {} : { model: device.device_type.model }),
    ...(device.platform?.name ? { os: device.platform.name } : {}),
    interfaces: ports.interfaces
      .map((port) => toInterface(port, ports.addresses.get(port.id) ?? [], false))
      .toSorted(byName),
    ...(relationships.length > 0 ? { relationships } : {}),
    ...unreadOf(ports),
    facts: withoutAbsent({
      ...commonFacts({ ...device, role }),
      rack: device.rack?.name ?? undefined,
      position: device.position,
      location: device.location?.name ?? undefined,
      assetTag: device.asset_tag,
      outOfBand: parseIp(device.oob_ip?.address ?? ''),
      virtualChassis: device.virtual_chassis?.name,
      chassisPosition: device.vc_position,
    }),
  }
}

const powerOf: Readonly<Record<string, 'POWERED_ON' | 'POWERED_OFF'>> = {
  active: 'POWERED_ON',
  offline: 'POWERED_OFF',
}

/** A virtual machine hangs on its host where NetBox knows it, else on its cluster. */
export function toVm(vm: NetboxVm, ports: Ports): ReportedDevice {
  const address = addressOf(vm)
  const on = vm.device ? `device/${vm.device.id}` : vm.cluster ? `cluster/${vm.cluster.id}` : undefined
  const interfaces = ports.interfaces
    .map((port) => toInterface(port, ports.addresses.get(port.id) ?? [], true))
    .toSorted(byName)
  const power = powerOf[String(vm.status?.value ?? '')]
  return {
    kind: 'device',
    sourceId: `vm/${vm.id}`,
    name: vm.name ?? `vm ${vm.id}`,
    deviceType: 'vm',
    status: toStatus(vm.status),
    ...(address === undefined ? {} : { address }),
    ...(vm.serial === undefined ? {} : { serial: vm.serial }),
    ...(vm.platform?.name ? { os: vm.platform.name } : {}),
    interfaces,
    vm: {
      ...(vm.vcpus === undefined ? {} : { cpuCount: Math.ceil(vm.vcpus) }),
      ...(vm.memory === undefined ? {} : { memoryMb: vm.memory }),
      ...(power === undefined ? {} : { powerState: power }),
      ipAddresses: interfaces.flatMap((each) => each.addresses ?? []).flatMap((each) => parseIp(each) ?? []),
    },
    ...(on === undefined ? {} : { relationships: [{ type: 'hosts', other: 'parent', sourceId: on }] }),
    ...unreadOf(ports),
    facts: withoutAbsent({ ...commonFacts(vm), cluster: vm.cluster?.name ?? undefined }),
  }
}

/** A cluster as its members tell of it: the list of clusters itself is very slow on large installations. */
export const toCluster = ({ id, name }: NonNullable<NetboxDevice['cluster']>): ReportedDevice => ({
  kind: 'device',
  sourceId: `cluster/${id}`,
  name: name ?? `cluster ${id}`,
  deviceType: 'cluster',
  status: 'active',
  facts: { kind: 'cluster' },
})

/** A prefix of the address plan. */
export const toPrefix = (row: NetboxPrefix): ReportedPrefix => {
  const site = row.site?.name ?? (row.scope_type === 'dcim.site' ? row.scope?.name : undefined)
  return {
    sourceId: `prefix/${row.id}`,
    prefix: row.prefix,
    ...(row.vrf?.name ? { vrf: row.vrf.name } : {}),
    ...(row.description === undefined ? {} : { name: row.description }),
    ...(site ? { site } : {}),
    ...(row.vlan?.vid === undefined ? {} : { vlan: row.vlan.vid }),
    ...(row.status?.value === undefined ? {} : { status: String(row.status.value) }),
  }
}
