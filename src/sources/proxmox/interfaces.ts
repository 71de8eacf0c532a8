import type { z } from 'zod'
import type { JsonObject } from '#kernel/json.ts'
import { parseIp } from '#model/ip-address.ts'
import { isUnicastMac, parseMac, type Mac } from '#model/mac.ts'
import type { ReportedInterface } from '#model/record.ts'
import type { agentInterface, containerInterface, GuestConfig } from '#sources/proxmox/answers.ts'
import { parseProperties } from '#sources/proxmox/property-text.ts'

/** An interface as the guest itself sees it. */
export interface GuestInterface {
  name: string
  /** As reported, also broadcast fillers: it is only compared. */
  mac: Mac | undefined
  /** Canonical, with prefix length where it is known. */
  addresses: string[]
}

/** `10.1.1.3/24` in canonical form; nothing for `dhcp`, `auto`, `manual`. */
export function canonicalAddress(text: string | undefined, prefix?: number): string | undefined {
  const address = text === undefined ? undefined : parseIp(text)
  if (address === undefined) return undefined
  const length = prefix ?? /\/(\d+)$/.exec(text!)?.[1]
  return length === undefined ? address : `${address}/${length}`
}

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined)

const listed = (addresses: z.output<typeof agentInterface>['ip-addresses']): string[] =>
  present((addresses ?? []).map((each) => canonicalAddress(each['ip-address'], each.prefix)))

export const fromAgent = (row: z.output<typeof agentInterface>): GuestInterface => ({
  name: row.name,
  mac: parseMac(row['hardware-address'] ?? ''),
  addresses: listed(row['ip-addresses']),
})

export const fromContainer = (row: z.output<typeof containerInterface>): GuestInterface => ({
  name: row.name,
  mac: parseMac(row['hardware-address'] ?? row.hwaddr ?? ''),
  addresses: row['ip-addresses']
    ? listed(row['ip-addresses'])
    : present([canonicalAddress(row.inet), canonicalAddress(row.inet6)]),
})

/** Interfaces that container software makes and drops all day; their addresses say nothing of the machine. */
const fleeting =
  /^(lo\d*|docker|br-[0-9a-f]{6,}|veth|cali|cni|flannel|virbr|lxc|lxdbr|podman|kube|vxlan\.calico|tunl|weave|Loopback)/i

/** The card models of QEMU, one of which is the name of the MAC in older and shorter texts: `virtio=BC:24:...`. */
function modelAndMac(named: Record<string, string>): { model: string | undefined; mac: Mac | undefined } {
  const given = named['macaddr'] ?? named['hwaddr']
  if (given) return { model: named['model'] ?? named['type'], mac: parseMac(given) }
  const short = Object.entries(named).find(([, value]) => parseMac(value) !== undefined)
  return short
    ? { model: short[0], mac: parseMac(short[1]) }
    : { model: named['model'] ?? named['type'], mac: undefined }
}

/** What the card is plugged into, without what is another field already. */
function cardFacts(
  named: Record<string, string>,
  model: string | undefined,
  guestNames: readonly string[],
): JsonObject {
  const facts: Record<string, string | number | undefined> = {
    bridge: named['bridge'],
    vlan: named['tag'] === undefined ? undefined : Number(named['tag']),
    trunks: named['trunks'],
    mtu: named['mtu'] === undefined ? undefined : Number(named['mtu']),
    model,
    guestName: guestNames.length > 0 ? guestNames.join(',') : undefined,
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as JsonObject
}

/** Loopback and link-local addresses are on every machine and name none. */
const everywhere = /^(127\.|169\.254\.|::1\b|fe[89ab])/

const usable = (addresses: readonly string[]): string[] =>
  addresses.filter((address) => !everywhere.test(address))

function toCard(key: string, config: GuestConfig, seen: readonly GuestInterface[]): ReportedInterface {
  const { named } = parseProperties(config[key]!)
  const { model, mac } = modelAndMac(named)
  const inGuest = seen.filter(
    (each) => (mac !== undefined && each.mac === mac) || each.name === named['name'],
  )
  const found = [...new Set(inGuest.flatMap((each) => usable(each.addresses)))].toSorted()
  const cloudInit = parseProperties(config[key.replace('net', 'ipconfig')] ?? '').named
  const planned = [named['ip'], named['ip6'], cloudInit['ip'], cloudInit['ip6']].map((text) =>
    canonicalAddress(text),
  )
  return {
    name: named['name'] ?? key,
    ...(mac !== undefined && isUnicastMac(mac) ? { mac } : {}),
    addresses: found.length > 0 ? found : present(planned),
    type: 'virtual',
    ...(named['link_down'] === '1' ? { status: 'disabled' as const } : {}),
    metadata: cardFacts(
      named,
      model,
      inGuest
        .map((each) => each.name)
        .filter((name) => name !== named['name'])
        .toSorted(),
    ),
  }
}

/** Addresses inside the guest on interfaces of its own making: tunnels, VLANs with another MAC. */
const toInner = ({ name, mac, addresses }: GuestInterface): ReportedInterface => ({
  name,
  ...(mac !== undefined && isUnicastMac(mac) ? { mac } : {}),
  addresses: usable(addresses).toSorted(),
  type: 'virtual',
})

/**
 * A guest's cards as configured, with the addresses that the guest itself reports on them; without a report, the
 * addresses it was configured with. Further interfaces of the guest are kept when they have a usable address.
 */
export function toInterfaces(config: GuestConfig, reported: readonly GuestInterface[]): ReportedInterface[] {
  const seen = reported.filter((each) => !fleeting.test(each.name))
  const keys = Object.keys(config).filter((key) => /^net\d+$/.test(key))
  const cards = keys
    .toSorted((a, b) => Number(a.slice(3)) - Number(b.slice(3)))
    .map((key) => toCard(key, config, seen))
  const macs = new Set(cards.map((card) => card.mac))
  const names = new Set(
    cards.flatMap((card) => [card.name, ...String(card.metadata?.['guestName'] ?? '').split(',')]),
  )
  const inner = seen.filter(
    (each) => !names.has(each.name) && !(each.mac && macs.has(each.mac)) && usable(each.addresses).length > 0,
  )
  const unique = inner.filter((each, index) => inner.findIndex((other) => other.name === each.name) === index)
  return [...cards, ...unique.map(toInner).toSorted((a, b) => (a.name < b.name ? -1 : 1))]
}
