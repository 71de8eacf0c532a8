import type { Timestamp } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'
import { isIpv6, isOneMachines, parseIp } from '#model/ip-address.ts'
import type { IpAddress } from '#model/ip-address.ts'
import { ipNumber, parsePrefix } from '#model/ip-prefix.ts'
import type { IpPrefix } from '#model/ip-prefix.ts'

/** One who has an address, as far as is known. */
export interface Claim {
  /** Null for something that was seen on the network and belongs to no known device. */
  device: number | null
  host: number | null
  /** The device's name, or what the network calls it. */
  name: string
  port: string | null
  mac: string | null
  seen: Timestamp
  /** The length that its mask has there; null where only the address is known. */
  length: number | null
  /** It may stand on several machines (VRRP, anycast), so several claims are no conflict. */
  isShared: boolean
}

/** An address and all who have it, in one routing table. */
export interface Entry {
  address: IpAddress
  family: 4 | 6
  number: bigint
  vrf: string
  claims: Claim[]
}

/** A device that stands for itself, with what its interfaces and it itself are known to have. */
export interface DeviceRow {
  device: number
  name: string
  seen: Timestamp
  /** Name, MAC address, addresses, and what more is told of each interface that has addresses. */
  ports: readonly (readonly [
    name: string,
    mac: string | null,
    addresses: readonly string[],
    metadata: JsonObject | null,
  ])[]
  /** All of its addresses, also those that are on no interface. */
  addresses: readonly string[]
}
interface HostRow {
  id: number
  mac: string
  hostname: string | null
  seen: Timestamp
  device: number | null
  addresses: readonly string[]
}

/** What is known of addresses, in the order of addresses within each family and routing table. */
export interface AddressBook {
  entries: readonly Entry[]
  /** Networks that interfaces say they are in, with how many say so: by routing table and prefix. */
  networks: readonly { prefix: IpPrefix; vrf: string; interfaces: number }[]
}

/** Bridges that container software makes on every machine: their networks are each machine's own. */
const isPrivateBridge = (name: string): boolean =>
  /^(docker\d*|br-[0-9a-f]{6,}|cni\d*|virbr\d*|lxcbr\d*|podman\d*|veth|cali|flannel)/i.test(name)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Puts together who has which address. What a device's interface tells counts before what was only seen. */
export function addressBook(devices: readonly DeviceRow[], hosts: readonly HostRow[]): AddressBook {
  const pages = new Pages()
  const networks: Networks = new Map()
  for (const row of devices) addDevice(pages, networks, row)
  for (const { id, device, mac, hostname, seen, addresses } of hosts) {
    for (const text of addresses) {
      if (device !== null && pages.isOnPort(device, text)) continue
      pages.add(text, '', { ...noClaim, device, host: id, name: hostname ?? mac, mac, seen })
    }
  }
  return { entries: pages.inOrder(), networks: [...networks.values()] }
}

function addDevice(pages: Pages, networks: Networks, { device, name, seen, ports, addresses }: DeviceRow) {
  const claim = { ...noClaim, device, name, seen }
  for (const [port, mac, own, metadata] of ports) {
    if (isPrivateBridge(port)) {
      for (const text of own) pages.setAside(device, text)
      continue
    }
    const vrf = textOf(metadata?.['vrf'])
    const addPort = (text: string, isShared: boolean): void => {
      const prefix = parsePrefix(text)
      pages.add(text, vrf, { ...claim, port, mac, length: prefix?.length ?? null, isShared })
      if (prefix !== undefined) noteNetwork(networks, prefix, vrf)
    }
    for (const text of own) addPort(text, false)
    for (const text of listOf(metadata?.['sharedAddresses'])) addPort(text, true)
  }
  // An interface of another routing table may have it: then it is not in the global one, too.
  for (const text of addresses) if (!pages.isOnPort(device, text)) pages.add(text, '', claim)
}

const noClaim = { device: null, host: null, port: null, mac: null, length: null, isShared: false }

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

/** What is known of each address, while it is put together. */
class Pages {
  readonly #entries = new Map<string, Entry>()
  /** What devices' interfaces have elsewhere than in the global table, by device. */
  readonly #aside = new Map<number, Set<string>>()

  /** Whether an interface of the device is known to have the address, in whichever table. */
  isOnPort(device: number, address: string): boolean {
    return (
      this.#entries.get(address)?.claims.some((claim) => claim.device === device) === true ||
      this.#aside.get(device)?.has(address) === true
    )
  }

  add(text: string, vrf: string, claim: Claim): void {
    const address = parseIp(text)
    if (address === undefined || !isOneMachines(address)) return
    const key = vrf === '' ? address : `${vrf}\u0000${address}`
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, newEntry(address, vrf, claim))
    else join(entry, claim)
    if (vrf !== '' && claim.device !== null) this.setAside(claim.device, address)
  }

  /** Remembers an address that a device has, though not in the global table. */
  setAside(device: number, text: string): void {
    const address = text.split('/')[0]!
    const own = this.#aside.get(device)
    if (own === undefined) this.#aside.set(device, new Set([address]))
    else own.add(address)
  }

  inOrder(): Entry[] {
    return [...this.#entries.values()].toSorted(inOrder)
  }
}

const newEntry = (address: IpAddress, vrf: string, claim: Claim): Entry => ({
  address,
  family: isIpv6(address) ? 6 : 4,
  number: ipNumber(address),
  vrf,
  claims: [claim],
})

/** What was seen of a device that is known to have the address tells nothing new. */
function join(entry: Entry, claim: Claim): void {
  const same = entry.claims.find((each) => each.device !== null && each.device === claim.device)
  if (same === undefined || (same.port !== claim.port && claim.port !== null)) entry.claims.push(claim)
}

type Networks = Map<string, { prefix: IpPrefix; vrf: string; interfaces: number }>

/** Single addresses and networks that are each machine's own are none of the plan. */
function noteNetwork(networks: Networks, prefix: IpPrefix, vrf: string): void {
  const key = vrf === '' ? prefix.text : `${vrf}\u0000${prefix.text}`
  const known = networks.get(key)
  if (known !== undefined) {
    known.interfaces += 1
    return
  }
  const isSingle = prefix.length === (prefix.family === 4 ? 32 : 128)
  if (isSingle || prefix.length === 0 || !isOneMachines(prefix.text.split('/')[0]!)) return
  networks.set(key, { prefix, vrf, interfaces: 1 })
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const inOrder = (left: Entry, right: Entry): number =>
  (left.vrf === right.vrf ? 0 : compare(left.vrf, right.vrf)) ||
  left.family - right.family ||
  (left.number < right.number ? -1 : left.number > right.number ? 1 : 0)
