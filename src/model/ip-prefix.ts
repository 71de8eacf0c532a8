import ipaddr from 'ipaddr.js'
import { isIpv6, parseIp } from '#model/ip-address.ts'
import type { IpAddress } from '#model/ip-address.ts'

/** A block of addresses; numbers are those of the addresses. */
export interface IpPrefix {
  /** Canonical: `192.0.2.0/24`. */
  text: string
  family: 4 | 6
  length: number
  first: bigint
  last: bigint
}

/** An address as a number; families overlap. */
export function ipNumber(address: IpAddress): bigint {
  if (!isIpv6(address)) return BigInt(ipv4Number(address))
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((number, byte) => number * 256n + BigInt(byte), 0n)
}

/** An IPv4 address as a number that is small enough to count with quickly. */
function ipv4Number(address: IpAddress): number {
  const [a, b, c, d] = address.split('.')
  return ((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d)
}

const ipv4Text = (number: number): IpAddress =>
  `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`

/** The address of a number. */
export function ipOfNumber(number: bigint, family: 4 | 6): IpAddress {
  if (family === 4) return ipv4Text(Number(number))
  const bytes = Array.from({ length: 16 }, (_, at) => Number((number >> BigInt(8 * (15 - at))) & 255n))
  return ipaddr.fromByteArray(bytes).toString()
}

/** The block that an address with a length lies in, `192.0.2.7/24`; undefined for anything else. */
export function parsePrefix(text: string): IpPrefix | undefined {
  const [before, after, ...rest] = text.trim().split('/')
  const address = parseIp(before ?? '')
  if (address === undefined || after === undefined || rest.length > 0 || !/^\d{1,3}$/.test(after))
    return undefined
  const family = isIpv6(address) ? 6 : 4
  const bits = family === 4 ? 32 : 128
  const length = Number(after)
  if (length > bits) return undefined
  // Asked of every address of every interface, so that IPv4 is worth a way of its own.
  if (family === 4) {
    const size = 2 ** (32 - length)
    const first = Math.floor(ipv4Number(address) / size) * size
    const last = BigInt(first + size - 1)
    return { text: `${ipv4Text(first)}/${length}`, family, length, first: BigInt(first), last }
  }
  const host = BigInt(bits - length)
  const first = (ipNumber(address) >> host) << host
  const last = first + (1n << host) - 1n
  return { text: `${ipOfNumber(first, family)}/${length}`, family, length, first, last }
}

/**
 * First and last address that a machine may have: of IPv4 neither the network's own nor the broadcast (RFC 3021 excepts
 * /31), of IPv6 not the one that means any router of the network (RFC 4291; RFC 6164 excepts /127).
 */
export function usableOf({ family, length, first, last }: IpPrefix): { first: bigint; last: bigint } {
  if (family === 6) return length < 127 ? { first: first + 1n, last } : { first, last }
  return length < 31 ? { first: first + 1n, last: last - 1n } : { first, last }
}

/** Equal or narrower. */
export const holdsPrefix = (outer: IpPrefix, inner: IpPrefix): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last

/** The block that is one address. */
export const singleOf = (address: IpAddress): IpPrefix =>
  parsePrefix(`${address}/${isIpv6(address) ? 128 : 32}`)!

/**
 * The equal parts of a block that is too large to be looked at address by address, at most 256: of IPv4 down to /24, of
 * IPv6 down to /64, the networks that people cut from it. None of a block that is no larger than these.
 */
export function blocksOf({ family, length, first }: IpPrefix): IpPrefix[] {
  const part = Math.min(length + 8, family === 4 ? 24 : 64)
  if (part <= length) return []
  const size = 1n << BigInt((family === 4 ? 32 : 128) - part)
  return Array.from({ length: 2 ** (part - length) }, (_, at) =>
    parsePrefix(`${ipOfNumber(first + BigInt(at) * size, family)}/${part}`)!,
  )
}
