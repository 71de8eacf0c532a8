import { readFile, stat } from 'node:fs/promises'
import { primaryAddress, type IpAddress } from '#model/ip-address.ts'
import type { ReportedDevice, ReportedInterface } from '#model/record.ts'
import type { Link } from '#sources/local/links.ts'
import type { Machine } from '#sources/local/machine.ts'

/** Kinds of software links that carry a machine's own traffic even without an address. */
const structural = new Set(['bridge', 'bond', 'team', 'vlan'])

/** Cards and what is built on them; no loopback, no container networks, no cables to guests, no idle helpers. */
export const isOwnInterface = (link: Link): boolean =>
  !link.loopback &&
  !link.container &&
  (link.addresses.length > 0 || (link.kind === undefined ? link.resolves : structural.has(link.kind)))

/** The speed sysfs tells, in megabits per second; nothing for links that are down or have none. */
async function speedOf(name: string): Promise<number | undefined> {
  const speed = Number((await readFile(`/sys/class/net/${name}/speed`, 'utf8').catch(() => '')).trim())
  return speed > 0 ? speed : undefined
}

const isHardware = (link: Link): Promise<boolean> =>
  link.kind !== undefined
    ? Promise.resolve(false)
    : process.platform !== 'linux'
      ? Promise.resolve(true)
      : stat(`/sys/class/net/${link.name}/device`).then(
          () => true,
          () => link.kind === undefined,
        )

/** One interface as it is reported; privacy addresses are another one tomorrow and are left out. */
export async function toInterface(link: Link): Promise<ReportedInterface> {
  const { name, mac, mtu, kind, master } = link
  return {
    name,
    mac,
    addresses: link.addresses
      .filter(({ temporary }) => !temporary)
      .map(({ address, prefixLength }) => `${address}/${prefixLength}`),
    speedMbps: link.up ? await speedOf(name) : undefined,
    status: link.up ? 'up' : 'down',
    type: link.loopback ? 'loopback' : (await isHardware(link)) ? 'physical' : 'virtual',
    metadata: {
      ...(mtu === undefined ? {} : { mtu }),
      ...(kind === undefined ? {} : { kind }),
      ...(master === undefined ? {} : { master }),
    },
  }
}

/** The address people reach this machine by: on the link towards the default gateway, if there is one. */
function mainAddress(links: readonly Link[], gatewayLink: string | undefined): IpAddress | undefined {
  const lasting = (some: readonly Link[]) =>
    some.flatMap((link) => link.addresses.filter(({ temporary }) => !temporary).map(({ address }) => address))
  return (
    primaryAddress(lasting(links.filter(({ name }) => name === gatewayLink))) ??
    primaryAddress(lasting(links))
  )
}

/** The surest id there is: the installation's, the firmware's, the first card's, and at last the name. */
function ownSourceId({ machineId, uuid, hostname }: Machine, links: readonly Link[]): string {
  if (machineId !== undefined) return `machine-id:${machineId}`
  if (uuid !== undefined) return `uuid:${uuid}`
  const mac = links.find((link) => link.kind === undefined && link.mac !== undefined)?.mac
  return mac === undefined ? `name:${hostname}` : `mac:${mac}`
}

/** This machine as a device; `links` are those to report. */
export async function toOwnDevice(
  machine: Machine,
  links: readonly Link[],
  gatewayLink: string | undefined,
): Promise<ReportedDevice> {
  const { machineId, uuid, serial, vendor, model, os, deviceType, facts, volatile } = machine
  return {
    kind: 'device',
    sourceId: ownSourceId(machine, links),
    name: machine.hostname,
    deviceType,
    status: 'active',
    nativeIds: [
      ...(machineId === undefined ? [] : [`machine-id:${machineId}`]),
      ...(uuid === undefined ? [] : [`uuid:${uuid}`]),
    ],
    address: mainAddress(links.filter(isOwnInterface), gatewayLink),
    serial,
    vendor,
    model,
    os,
    interfaces: await Promise.all(links.map(toInterface)),
    facts,
    volatile,
  }
}
