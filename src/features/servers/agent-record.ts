import type { JsonObject } from '#kernel/json.ts'
import { ownAddress } from '#features/servers/own-address.ts'
import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { DeviceType, ReportedDevice, ReportedInterface } from '#model/record.ts'

/** Agents tell of themselves as they come, so that no one of them is missing because another told something. */
export const agentSource = { system: 'agent', name: 'agents', provesAbsence: false } as const

/** What an agent told of its machine, and what people said that the machine is. */
export interface ToldMachine {
  id: string
  machineType: 'server' | 'workstation'
  facts: JsonObject
}

/** A machine as its agent tells of it: a record like that of any source, known by the id of its server. */
export function agentRecord({ id, machineType, facts }: ToldMachine): ReportedDevice {
  const text = (name: string): string | undefined => {
    const value = facts[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
  }
  const hostname = text('hostname')
  const address = ownAddress(facts)
  const os = [text('os_distribution'), text('os_version')].filter((each) => each !== undefined).join(' ')
  const told = { kernel: text('kernel_version'), architecture: text('architecture') }
  const lasting = Object.fromEntries(
    Object.entries(told).filter(([, value]) => value !== undefined),
  ) as JsonObject
  const nativeIds = [
    ...prefixed('uuid:', text('product_uuid')),
    ...prefixed('machine-id:', text('machine_id')),
  ]
  const interfaces = interfacesIn(facts['interfaces'])
  return {
    kind: 'device',
    // The id of a server never changes, whatever the machine is renamed to or wherever it moves.
    sourceId: id,
    name: hostname ?? id,
    deviceType: typeOf(machineType, text('vendor'), text('model')),
    status: 'active',
    ...(nativeIds.length > 0 ? { nativeIds } : {}),
    ...(hostname === undefined ? {} : { names: [hostname] }),
    ...(address === undefined ? {} : { address }),
    ...given('serial', text('serial')),
    ...given('vendor', text('vendor')),
    ...given('model', text('model')),
    ...given('os', os === '' ? undefined : os),
    ...(interfaces.length > 0 ? { interfaces } : {}),
    ...(Object.keys(lasting).length > 0 ? { facts: lasting } : {}),
  }
}

const given = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value })

const prefixed = (prefix: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`${prefix}${value.toLowerCase()}`]

const virtualBoards = /qemu|kvm|vmware|virtualbox|innotek|xen\b|bochs|virtual machine|openstack|nutanix/i

/** Agents run on the machine itself, so its board says whether there is one. */
function typeOf(machineType: ToldMachine['machineType'], ...board: (string | undefined)[]): DeviceType {
  if (board.some((each) => each !== undefined && virtualBoards.test(each))) return 'vm'
  return machineType
}

function interfacesIn(told: unknown): ReportedInterface[] {
  if (!Array.isArray(told)) return []
  const seen = new Set<string>()
  return (told as { name: string; mac?: string; addresses?: string[]; is_up?: boolean }[]).flatMap(
    ({ name, mac: text, addresses, is_up: isUp }) => {
      if (seen.has(name) || name === 'lo') return []
      seen.add(name)
      const mac = parseMac(text ?? '')
      const known = (addresses ?? []).flatMap((each) => addressIn(each))
      return [
        {
          name,
          ...(mac === undefined ? {} : { mac }),
          ...(known.length > 0 ? { addresses: known.toSorted() } : {}),
          ...(isUp === undefined ? {} : { status: isUp ? ('up' as const) : ('down' as const) }),
        },
      ]
    },
  )
}

/** `192.0.2.7/24` with its address as we spell it; none for what is no address. */
function addressIn(text: string): string[] {
  const [address, length] = text.split('/')
  const parsed = parseIp(address!)
  if (parsed === undefined) return []
  return [length !== undefined && /^\d{1,3}$/.test(length) ? `${parsed}/${length}` : parsed]
}
