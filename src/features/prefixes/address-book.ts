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

interface InterfaceRow {
  device: number
  name: string
  seen: Timestamp
  port: string
  mac: string | null
  addresses: readonly string[]
  metadata: JsonObject
}
interface AddressRow {
  device: number
  name: string
  seen: Timestamp
  address: string
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
export function addressBook(
  interfaces: readonly InterfaceRow[],
  addresses: readonly AddressRow[],
  hosts: readonly HostRow[],
): AddressBook {
  const entries = new Map<string, Entry>()
  const networks = new Map<string, { prefix: IpPrefix; vrf: string; interfaces: number }>()
  const add = (text: string, vrf: string, claim: Claim): void => {
    const address = parseIp(text)
    if (address === undefined || !isOneMachines(address)) return
    const key = `${vrf}\u0000${address}`
    const entry = entries.get(key) ?? newEntry(address, vrf)
    entries.set(key, entry)
    join(entry, claim)
  }
  for (const row of interfaces) {
    if (isPrivateBridge(row.port)) continue
    const vrf = textOf(row.metadata['vrf'])
    const shared = listOf(row.metadata['sharedAddresses'])
    for (const [list, isShared] of [
      [row.addresses, false],
      [shared, true],
    ] as const) {
      for (const text of list) {
        const prefix = parsePrefix(text)
        add(text, vrf, {
          ...claimOf(row),
          port: row.port,
          mac: row.mac,
          length: prefix?.length ?? null,
          isShared,
        })
        if (prefix !== undefined) noteNetwork(networks, prefix, vrf)
      }
    }
  }
  const known = new Set(
    [...entries.values()].flatMap((entry) => entry.claims.map((claim) => `${claim.device} ${entry.address}`)),
  )
  for (const row of addresses) {
    if (!known.has(`${row.device} ${row.address}`)) add(row.address, '', claimOf(row))
  }
  for (const row of hosts) {
    for (const text of row.addresses) {
      if (row.device !== null && known.has(`${row.device} ${text}`)) continue
      add(text, '', {
        ...noClaim,
        device: row.device,
        host: row.id,
        name: row.hostname ?? row.mac,
        mac: row.mac,
        seen: row.seen,
      })
    }
  }
  return { entries: [...entries.values()].toSorted(inOrder), networks: [...networks.values()] }
}

const noClaim = { device: null, host: null, port: null, mac: null, length: null, isShared: false }

const claimOf = ({ device, name, seen }: AddressRow | InterfaceRow): Claim => ({
  ...noClaim,
  device,
  name,
  seen,
})

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

const newEntry = (address: IpAddress, vrf: string): Entry => ({
  address,
  family: isIpv6(address) ? 6 : 4,
  number: ipNumber(address),
  vrf,
  claims: [],
})

/** What was seen of a device that is known to have the address tells nothing new. */
function join(entry: Entry, claim: Claim): void {
  const same = entry.claims.find((each) => each.device !== null && each.device === claim.device)
  if (same === undefined || (same.port !== claim.port && claim.port !== null)) entry.claims.push(claim)
}

/** Single addresses and networks that are each machine's own are none of the plan. */
function noteNetwork(
  networks: Map<string, { prefix: IpPrefix; vrf: string; interfaces: number }>,
  prefix: IpPrefix,
  vrf: string,
): void {
  const isSingle = prefix.length === (prefix.family === 4 ? 32 : 128)
  if (isSingle || prefix.length === 0 || !isOneMachines(prefix.text.split('/')[0]!)) return
  const key = `${vrf}\u0000${prefix.text}`
  const known = networks.get(key)
  if (known === undefined) networks.set(key, { prefix, vrf, interfaces: 1 })
  else known.interfaces += 1
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const inOrder = (left: Entry, right: Entry): number =>
  compare(left.vrf, right.vrf) ||
  left.family - right.family ||
  (left.number < right.number ? -1 : left.number > right.number ? 1 : 0)
