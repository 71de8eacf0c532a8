import type { JsonObject } from '#kernel/json.ts'
import { parseIp, primaryAddress, type IpAddress } from '#model/ip-address.ts'
import type { DeviceType, ReportedInterface } from '#model/record.ts'
import { interfacesOf } from '#sources/facter-interfaces.ts'
import { definedFacts, factAt, factFlag, factNumber, factText } from '#sources/facter-value.ts'

/** What the facts of a machine say it is. */
export interface FactedMachine {
  fqdn: string | undefined
  hostname: string | undefined
  deviceType: DeviceType | undefined
  uuid: string | undefined
  serial: string | undefined
  vendor: string | undefined
  model: string | undefined
  os: string | undefined
  address: IpAddress | undefined
  interfaces: ReportedInterface[]
  /** Lasting, small and of use in a list of machines. */
  facts: JsonObject
  uptimeSeconds: number | undefined
}

/**
 * Reads the facts of Facter 2 (flat, all text), 3 and 4 (structured, with or without the flat ones), of Red Hat's
 * subscription manager and of Ansible. The newer place comes first.
 */
export function machineOf(facts: JsonObject): FactedMachine {
  const interfaces = interfacesOf(facts)
  return {
    fqdn: factText(facts, 'networking.fqdn', 'fqdn', 'ansible_fqdn', 'network.fqdn'),
    hostname: factText(facts, 'networking.hostname', 'hostname', 'ansible_hostname', 'network.hostname'),
    deviceType: deviceTypeOf(facts),
    uuid: factText(facts, 'dmi.product.uuid', 'uuid', 'dmi.system.uuid', 'ansible_product_uuid'),
    serial: factText(
      facts,
      'dmi.product.serial_number',
      'serialnumber',
      'dmi.system.serial_number',
      'ansible_product_serial',
    ),
    vendor: factText(
      facts,
      'dmi.manufacturer',
      'manufacturer',
      'dmi.system.manufacturer',
      'ansible_system_vendor',
    ),
    model: factText(
      facts,
      'dmi.product.name',
      'productname',
      'dmi.system.product_name',
      'ansible_product_name',
    ),
    os: osOf(facts),
    address: addressOf(facts, interfaces),
    interfaces,
    facts: keptFacts(facts),
    uptimeSeconds: factNumber(facts, 'system_uptime.seconds', 'uptime_seconds', 'ansible_uptime_seconds'),
  }
}

const containers = /^(docker|lxc|podman|openvz|openvzve|systemd_nspawn|container)/i
const portables = /^(laptop|notebook|portable|sub notebook|convertible|detachable|tablet)$/i

function deviceTypeOf(facts: JsonObject): DeviceType | undefined {
  const virtual = factText(
    facts,
    'virtual',
    'hypervisors.type',
    'ansible_virtualization_type',
    'virt.host_type',
  )
  if (virtual !== undefined && containers.test(virtual)) return 'container'
  const role = factText(facts, 'ansible_virtualization_role')
  const isVirtual =
    factFlag(facts, 'is_virtual', 'virt.is_guest') ?? (role === undefined ? undefined : role === 'guest')
  if (isVirtual === true) return 'vm'
  const chassis = factText(facts, 'dmi.chassis.type', 'chassistype', 'ansible_form_factor')
  if (chassis !== undefined && portables.test(chassis)) return 'workstation'
  return isVirtual === false ? 'server' : undefined
}

/** As people say it: `Debian GNU/Linux 11 (bullseye)`, `FreeBSD 12.2-RELEASE-p6`. */
function osOf(facts: JsonObject): string | undefined {
  const described = factText(
    facts,
    'os.distro.description',
    'os.windows.product_name',
    'lsbdistdescription',
    'os.lsb.distdescription',
    'ansible_lsb.description',
  )
  if (described !== undefined) return described.replaceAll(/^"|"$/g, '')
  const name = factText(facts, 'os.name', 'operatingsystem', 'ansible_distribution', 'distribution.name')
  const release = factText(
    facts,
    'os.release.full',
    'operatingsystemrelease',
    'ansible_distribution_version',
    'distribution.version',
  )
  return name === undefined ? undefined : release === undefined ? name : `${name} ${release}`
}

function addressOf(facts: JsonObject, interfaces: readonly ReportedInterface[]): IpAddress | undefined {
  const told = factText(
    facts,
    'networking.ip',
    'ipaddress',
    'network.ipv4_address',
    'ansible_default_ipv4.address',
  )
  const parsed = told === undefined ? undefined : parseIp(told)
  if (parsed !== undefined) return parsed
  const own = interfaces.filter((each) => each.type !== 'loopback').flatMap((each) => each.addresses ?? [])
  return primaryAddress(own.flatMap((each) => parseIp(each) ?? []))
}

/** Memory in whole mebibytes: `memorysize_mb` is told as text with decimals by older generations. */
function memoryOf(facts: JsonObject): number | undefined {
  const bytes = factNumber(facts, 'memory.system.total_bytes')
  const mebibytes =
    bytes === undefined ? factNumber(facts, 'memorysize_mb', 'ansible_memtotal_mb') : bytes / 1_048_576
  return mebibytes === undefined ? undefined : Math.round(mebibytes)
}

function keptFacts(facts: JsonObject): JsonObject {
  const models = factAt(facts, 'processors.models', 'processors.model')
  const model = Array.isArray(models) ? models[0] : models
  return definedFacts({
    kernel: factText(facts, 'kernelrelease', 'ansible_kernel', 'uname.release'),
    architecture: factText(facts, 'os.architecture', 'architecture', 'ansible_architecture', 'uname.machine'),
    osFamily: factText(facts, 'os.family', 'osfamily', 'ansible_os_family'),
    virtual: factText(facts, 'virtual', 'ansible_virtualization_type', 'virt.host_type'),
    cpuModel: typeof model === 'string' ? model : factText(facts, 'processor0'),
    cpuCount: factNumber(
      facts,
      'processors.count',
      'processorcount',
      'ansible_processor_vcpus',
      'cpu.cpu(s)',
    ),
    cpuSockets: factNumber(facts, 'processors.physicalcount', 'physicalprocessorcount', 'cpu.cpu_socket(s)'),
    memoryMb: memoryOf(facts),
    biosVersion: factText(facts, 'dmi.bios.version', 'bios_version', 'ansible_bios_version'),
    timezone: factText(facts, 'timezone', 'ansible_date_time.tz'),
    facterVersion: factText(facts, 'facterversion'),
    puppetVersion: factText(facts, 'puppetversion'),
  })
}
