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
  if (!isIpv6(address))
    return BigInt(address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0))
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((number, byte) => number * 256n + BigInt(byte), 0n)
}

/** The address of a number. */
export function ipOfNumber(number: bigint, family: 4 | 6): IpAddress {
  const bytes = Array.from({ length: family === 4 ? 4 : 16 }, (_, at) =>
    Number((number >> BigInt(8 * ((family === 4 ? 3 : 15) - at))) & 255n),
  )
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
  const host = BigInt(bits - length)
  const first = (ipNumber(address) >> host) << host
  const last = first + (1n << host) - 1n
  return { text: `${ipOfNumber(first, family)}/${length}`, family, length, first, last }
}

/** First and last address that a machine may have: of IPv4 neither the network's own nor the broadcast (RFC 3021 excepts /31). */
export function usableOf({ family, length, first, last }: IpPrefix): { first: bigint; last: bigint } {
  return family === 4 && length < 31 ? { first: first + 1n, last: last - 1n } : { first, last }
}

/** Equal or narrower. */
export const holdsPrefix = (outer: IpPrefix, inner: IpPrefix): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last
