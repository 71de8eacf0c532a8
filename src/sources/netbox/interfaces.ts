import type { JsonObject } from '#kernel/json.ts'
import { isUnicastMac, parseMac } from '#model/mac.ts'
import type { ReportedInterface, ReportedRelationship } from '#model/record.ts'
import type { NetboxAddress, NetboxInterface } from '#sources/netbox/answers.ts'

/** Addresses that move between machines or stand on several, by their role: no machine's own. */
const sharedRoles = new Set(['vip', 'vrrp', 'hsrp', 'glbp', 'carp', 'anycast'])

const isShared = ({ role }: NetboxAddress): boolean => sharedRoles.has(String(role?.value ?? ''))

/** Kinds of ports that are none of metal. */
const virtualKinds = new Set(['virtual', 'bridge', 'lag'])

export const withoutAbsent = (facts: Record<string, unknown>): JsonObject =>
  Object.fromEntries(
    Object.entries(facts).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  ) as JsonObject

/** One interface with the addresses that are on it. A further MAC address of it is told in its facts. */
export function toInterface(
  port: NetboxInterface,
  addresses: readonly NetboxAddress[],
  isVirtual: boolean,
): ReportedInterface {
  const macs = [port.mac_address, ...port.mac_addresses.map((each) => each.mac_address)]
    .flatMap((text) => parseMac(text ?? '') ?? [])
    .filter(isUnicastMac)
  const [mac, ...further] = [...new Set(macs)]
  const kind = String(port.type?.value ?? '')
  const own = addresses.filter((each) => !isShared(each))
  const vrf = [...new Set(own.flatMap((each) => each.vrf?.name ?? []))].toSorted()
  return {
    name: port.name,
    ...(mac === undefined ? {} : { mac }),
    addresses: own.map((each) => each.address).toSorted(),
    type: isVirtual || virtualKinds.has(kind) ? 'virtual' : 'physical',
    ...(port.enabled === false ? { status: 'disabled' as const } : {}),
    // NetBox has kilobits.
    ...(port.speed === undefined ? {} : { speedMbps: Math.round(port.speed / 1000) }),
    metadata: withoutAbsent({
      kind: isVirtual ? undefined : kind || undefined,
      description: port.description,
      mtu: port.mtu,
      lag: port.lag?.name,
      vlan: port.untagged_vlan?.vid,
      management: port.mgmt_only === true ? true : undefined,
      furtherMacs: further.toSorted(),
      vrf: vrf.length > 0 ? vrf.join(', ') : undefined,
      sharedAddresses: addresses
        .filter(isShared)
        .map((each) => each.address)
        .toSorted(),
    }),
  }
}

/** What an interface is cabled to, as far as that is an interface of another device. */
export function toConnections(port: NetboxInterface): ReportedRelationship[] {
  if (port.connected_endpoints_type !== undefined && port.connected_endpoints_type !== 'dcim.interface')
    return []
  return port.connected_endpoints.flatMap(({ device, name }): ReportedRelationship[] =>
    device === undefined || device.id === port.device?.id
      ? []
      : [
          {
            type: 'connects_to',
            other: 'child',
            sourceId: `device/${device.id}`,
            metadata: { localPort: port.name, remotePort: name ?? '', protocol: 'cable' },
          },
        ],
  )
}
