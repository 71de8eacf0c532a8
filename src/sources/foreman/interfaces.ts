import { parseIp } from '#model/ip-address.ts'
import { isUnicastMac, parseMac } from '#model/mac.ts'
import type { ReportedInterface } from '#model/record.ts'
import { isFleeting } from '#sources/facter-interfaces.ts'
import { definedFacts } from '#sources/facter-value.ts'
import type { HostRow, InterfaceRow } from '#sources/foreman/answers.ts'

type ToldInterface = Partial<InterfaceRow>

/** Lengths of prefixes by the number of the subnet. */
export type Subnets = ReadonlyMap<number, number>

/** The interfaces of a host as Foreman has them. */
export function toInterfaces(rows: readonly ToldInterface[], subnets: Subnets): ReportedInterface[] {
  const names = new Set<string>()
  return rows
    .map((row): [string, ToldInterface] => [nameOf(row), row])
    .filter(([name]) => !isFleeting(name))
    .map(([name, row]) => {
      const own = names.has(name) ? `${name} (${row.id ?? names.size})` : name
      names.add(own)
      return toInterface(own, row, subnets)
    })
}

const nameOf = ({ identifier, type, primary, id }: ToldInterface): string =>
  identifier ?? (type === 'bmc' ? 'bmc' : primary === true ? 'primary' : `interface ${id ?? '?'}`)

/** Made by software on the machine. A service processor is a card of its own in the same case. */
const isMade = ({ type, virtual }: ToldInterface): boolean =>
  type === 'bond' || type === 'bridge' || virtual === true

function toInterface(name: string, row: ToldInterface, subnets: Subnets): ReportedInterface {
  const { attached_devices: attached } = row
  const devices = typeof attached === 'string' ? attached.split(/[,\s]+/).filter(Boolean) : attached
  const metadata = definedFacts({
    role: row.type === 'bmc' ? 'bmc' : undefined,
    kind: row.type === 'bond' || row.type === 'bridge' ? row.type : undefined,
    primary: row.primary === true ? true : undefined,
    provision: row.provision === true ? true : undefined,
    fqdn: row.fqdn,
    subnet: row.subnet_name,
    mtu: row.mtu,
    vlan: row.tag,
    attachedTo: row.attached_to,
    attachedDevices: devices === undefined || devices.length === 0 ? undefined : devices,
    mode: row.mode,
  })
  return {
    name,
    ...macOf(row.mac),
    addresses: [address(row.ip, row.subnet_id, subnets), address(row.ip6, row.subnet6_id, subnets)].filter(
      (each) => each !== undefined,
    ),
    type: isMade(row) ? 'virtual' : 'physical',
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  }
}

function macOf(text: string | undefined): { mac?: string } {
  const mac = parseMac(text ?? '')
  return mac !== undefined && isUnicastMac(mac) ? { mac } : {}
}

function address(text: string | undefined, subnet: number | undefined, subnets: Subnets): string | undefined {
  const parsed = parseIp(text ?? '')
  if (parsed === undefined) return undefined
  const length = subnet === undefined ? undefined : subnets.get(subnet)
  return length === undefined || length > (parsed.includes(':') ? 128 : 32) ? parsed : `${parsed}/${length}`
}

/** What a list tells of a host's interfaces: the primary one and the service processor. */
export function interfacesOfRow(row: HostRow, subnets: Subnets): ReportedInterface[] {
  const { ip, ip6, mac, subnet_id, subnet6_id, subnet_name, sp_ip, sp_mac, sp_name } = row
  const rows: ToldInterface[] = []
  if (mac !== undefined || ip !== undefined || ip6 !== undefined)
    rows.push({ mac, ip, ip6, subnet_id, subnet6_id, subnet_name, primary: true })
  if (sp_mac !== undefined || sp_ip !== undefined)
    rows.push({ mac: sp_mac, ip: sp_ip, fqdn: sp_name, type: 'bmc' })
  return toInterfaces(rows, subnets)
}
