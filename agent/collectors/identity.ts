import { cpus, hostname, machine, networkInterfaces, platform, release, version } from 'node:os'
import type { Collector, Tools } from '#agent/collector.ts'
import type { FactInterface, Facts } from '#agent/reading.ts'

const hour = 3_600_000
const most = 64

/** Where what only root may read is laid down for us at each start of the service. */
export const preparedFolder = '/run/rollcall-agent'

/** Interfaces whose addresses are made up by programs and the same on many machines. */
const made =
  /^(lo|veth|docker|br-|virbr|vnet|tap|fwbr|fwpr|fwln|cni|flannel|cali|lxcbr|lxdbr|ifb|dummy|kube-|nodelocaldns)/

/** What the machine is: read at the start and every hour. */
export function identityCollector({ files, clock }: Tools): Collector {
  let readAt: number | undefined
  let facts: Facts | undefined

  return {
    name: 'identity',
    timeout: 5_000,
    async collect() {
      const now = clock.monotonic()
      if (readAt === undefined || now - readAt >= hour) {
        facts = await readFacts(files)
        readAt = now
      }
      return { facts }
    },
  }
}

export async function readFacts(files: Tools['files']): Promise<Facts> {
  const dmi = async (name: string): Promise<string | undefined> =>
    (await files.text(`/sys/class/dmi/id/${name}`)) ?? files.text(`${preparedFolder}/${name}`)
  const release_ = osRelease(
    (await files.text('/etc/os-release')) ?? (await files.text('/usr/lib/os-release')),
  )
  const processors = cpus()
  // A board of the small ones says what it is by its device tree.
  const board = await files.text('/proc/device-tree/model')
  return {
    hostname: hostname(),
    os_distribution:
      release_.NAME ?? { darwin: 'macOS', win32: 'Windows' }[platform() as string] ?? platform(),
    os_version: release_.VERSION_ID ?? (platform() === 'linux' ? undefined : version()),
    kernel_version: release(),
    architecture: machine(),
    cpu_model: processors[0]?.model.trim() || undefined,
    cpu_cores: processors.length || undefined,
    machine_id: (await files.text('/etc/machine-id')) ?? (await files.text('/var/lib/dbus/machine-id')),
    product_uuid: await dmi('product_uuid'),
    serial: (await dmi('product_serial')) ?? (await files.text('/proc/device-tree/serial-number')),
    vendor: await dmi('sys_vendor'),
    model: (await dmi('product_name')) ?? board,
    network_interfaces: (await interfaces(files)).slice(0, most),
  }
}

/** `NAME="Debian GNU/Linux"`, a line each. */
function osRelease(text = ''): { NAME?: string; VERSION_ID?: string } {
  const pairs = text.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line.trim()) ?? []
    return name === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs) as { NAME?: string; VERSION_ID?: string }
}

async function interfaces(files: Tools['files']): Promise<FactInterface[]> {
  const found = new Map<string, FactInterface>()
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (made.test(name)) continue
    const own = addresses.filter(({ internal }) => !internal)
    if (own.length === 0) continue
    found.set(name, { name, mac: realMac(own[0]?.mac), addresses: own.map(({ address }) => address) })
  }
  // Node leaves out what has no address; a card without one is still a card of this machine.
  for (const name of await files.names('/sys/class/net')) {
    if (found.has(name) || !(await files.exists(`/sys/class/net/${name}/device`))) continue
    found.set(name, { name, mac: realMac(await files.text(`/sys/class/net/${name}/address`)), addresses: [] })
  }
  return [...found.values()]
}

const realMac = (mac: string | undefined): string | undefined =>
  mac === undefined || /^(00:){5}00$/.test(mac) || mac.length !== 17 ? undefined : mac
