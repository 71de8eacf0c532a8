import type { JsonObject } from '#kernel/json.ts'
import { parseIp } from '#model/ip-address.ts'
import { isUnicastMac, parseMac } from '#model/mac.ts'
import type { ReportedInterface } from '#model/record.ts'

/** What a configuration tells of its device. */
export interface ConfigReading {
  hostname?: string | undefined
  domain?: string | undefined
  serial?: string | undefined
  model?: string | undefined
  /** With its version where that is told: `Cisco IOS XE 17.9.4a`. */
  os?: string | undefined
  interfaces: ReportedInterface[]
  /** Numbers of VLANs with their names, where they have one. */
  vlans: Map<number, string | undefined>
}

/** An interface while its lines are read. */
export interface InterfaceDraft {
  name: string
  description?: string | undefined
  addresses: string[]
  mac?: string | undefined
  isDisabled?: boolean | undefined
  /** The VLAN of an access port, or the tag of a subinterface. */
  vlan?: number | undefined
  nativeVlan?: number | undefined
  /** VLANs that a trunk carries, as written: `10,20-30`. */
  trunk?: string | undefined
  vrf?: string | undefined
  mtu?: number | undefined
  /** The bundle or bridge that it is part of. */
  memberOf?: string | undefined
  /** The name that a firewall gives it. */
  nameif?: string | undefined
}

/** Interfaces by name in the order in which they are first spoken of. */
export class Drafts {
  readonly #byName = new Map<string, InterfaceDraft>()

  of(name: string): InterfaceDraft {
    const known = this.#byName.get(name)
    if (known) return known
    const draft: InterfaceDraft = { name, addresses: [] }
    this.#byName.set(name, draft)
    return draft
  }

  get(name: string): InterfaceDraft | undefined {
    return this.#byName.get(name)
  }

  toInterfaces(): ReportedInterface[] {
    return [...this.#byName.values()].map(toInterface)
  }
}

const loopback = /^(lo|loopback)[\d.]*$/i
const made =
  /^(vlan|vlan-?interface|vlanif|bvi|bdi|irb|port-channel|bundle-|ae\d|eth-trunk|bridge|route-aggregation|tunnel|null|nve|vxlan|st0|gre|dialer|virtual|trk|lag|wireguard|multilink|cellular|pppoe)/i

const typeOf = (name: string): ReportedInterface['type'] =>
  loopback.test(name) || /^loopback/i.test(name)
    ? 'loopback'
    : made.test(name) || /\.\d+$/.test(name)
      ? 'virtual'
      : 'physical'

function toInterface(draft: InterfaceDraft): ReportedInterface {
  const { name, addresses, isDisabled } = draft
  const mac = parseMac(draft.mac ?? '')
  return {
    name,
    ...(mac !== undefined && isUnicastMac(mac) ? { mac } : {}),
    addresses: [...new Set(addresses)],
    type: typeOf(name),
    ...(isDisabled ? { status: 'disabled' } : {}),
    metadata: metadataOf(draft),
  }
}

function metadataOf({
  description,
  vlan,
  nativeVlan,
  trunk,
  vrf,
  mtu,
  memberOf,
  nameif,
}: InterfaceDraft): JsonObject {
  const all = { description, vlan, nativeVlan, trunk, vrf, mtu, memberOf, nameif }
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && value !== ''),
  ) as JsonObject
}

/** Ones from the left only, as a number: 255.255.255.0 is 24; undefined for any other mask. */
function lengthOfMask(mask: string): number | undefined {
  const octets = mask.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255))) return undefined
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined
}

/** `192.0.2.7/24` from an address with its length in the same word, in another word, or as a mask. */
export function addressOf(word: string | undefined, lengthOrMask?: string): string | undefined {
  if (word === undefined) return undefined
  const address = parseIp(word)
  if (address === undefined) return undefined
  const after =
    lengthOrMask !== undefined && /^\d{1,3}$/.test(lengthOrMask) ? Number(lengthOrMask) : undefined
  const inside = /\/(\d{1,3})$/.exec(word)?.[1]
  const length = inside === undefined ? (after ?? lengthOfMask(lengthOrMask ?? '')) : Number(inside)
  const most = address.includes(':') ? 128 : 32
  return length === undefined || length > most ? address : `${address}/${length}`
}

/** Without the quotes around it. */
export const unquoted = (text: string): string => {
  const trimmed = text.trim()
  return /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed
}

const wholeNumber = /^\d{1,9}$/

/** A number that stands alone in a word. */
export const numberOf = (word: string | undefined): number | undefined =>
  word !== undefined && wholeNumber.test(word) ? Number(word) : undefined

const mostVlans = 4094

/** The numbers of `1,10-12` and `1 10 to 12`. */
export function vlanNumbers(text: string): number[] {
  const ranges = text
    .trim()
    .replaceAll(/\s+to\s+/g, '-')
    .split(/[\s,]+/)
  const numbers = ranges.flatMap((range) => {
    const [, first, last] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range) ?? []
    if (first === undefined) return []
    const from = Number(first)
    const to = Math.min(Number(last ?? first), mostVlans)
    return to < from ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
  return numbers.filter((number) => number >= 1 && number <= mostVlans)
}

/** `1,10-12` from numbers in any order. */
export function vlanText(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].toSorted((left, right) => left - right)
  const ranges: [number, number][] = []
  for (const number of sorted) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === number - 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}
