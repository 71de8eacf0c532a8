import ipaddr from 'ipaddr.js'
import { isIpv6, parseIp, type IpAddress } from '#model/ip-address.ts'

/** Addresses from first to last, both included, as numbers of one family. */
export interface AddressRange {
  family: 4 | 6
  first: bigint
  last: bigint
  /** Written as a subnet: its lowest and highest IPv4 address may be no machine's. */
  subnet: boolean
  /** As the person wrote it. */
  text: string
}

/** The address as a number. */
export const toNumber = (address: IpAddress): bigint =>
  ipaddr
    .parse(address)
    .toByteArray()
    .reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)

/** The canonical address of a number. */
export function toAddress(family: 4 | 6, number: bigint): IpAddress {
  const length = family === 4 ? 4 : 16
  const bytes = Array.from({ length }, (_, index) =>
    Number((number >> BigInt(8 * (length - 1 - index))) & 255n),
  )
  return ipaddr.fromByteArray(bytes).toString()
}

export const familyOf = (address: IpAddress): 4 | 6 => (isIpv6(address) ? 6 : 4)

/** The range of a subnet around an address. */
export function subnetRange(
  address: IpAddress,
  prefixLength: number,
  text = `${address}/${prefixLength}`,
): AddressRange {
  const family = familyOf(address)
  const hostBits = BigInt((family === 4 ? 32 : 128) - prefixLength)
  const first = (toNumber(address) >> hostBits) << hostBits
  return { family, first, last: first + (1n << hostBits) - 1n, subnet: true, text }
}

/** `192.0.2.10-192.0.2.40`, or short, `192.0.2.10-40`. */
function parseSpan(text: string): AddressRange | undefined {
  const [from = '', to = ''] = text.split('-').map((part) => part.trim())
  const first = parseIp(from)
  if (first === undefined || from.includes('/') || to.includes('/')) return undefined
  const short = /^\d{1,3}$/.test(to) && familyOf(first) === 4
  const last = parseIp(short ? first.replace(/\d+$/, to) : to)
  if (last === undefined || familyOf(first) !== familyOf(last)) return undefined
  const range = { family: familyOf(first), first: toNumber(first), last: toNumber(last), subnet: false, text }
  return range.first <= range.last ? range : undefined
}

/** A subnet, a span `a-b` or one address of either family; undefined for anything else. */
export function parseRange(text: string): AddressRange | undefined {
  const trimmed = text.trim()
  if (trimmed.includes('-')) return parseSpan(trimmed)
  const address = parseIp(trimmed)
  if (address === undefined || trimmed.includes('%')) return undefined
  const family = familyOf(address)
  const prefix = trimmed.split('/')[1]
  if (prefix === undefined)
    return { ...subnetRange(address, family === 4 ? 32 : 128, trimmed), subnet: false }
  const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  return length <= (family === 4 ? 32 : 128) ? subnetRange(address, length, trimmed) : undefined
}

export const sizeOf = (range: AddressRange): bigint => range.last - range.first + 1n

export const holds = (range: AddressRange, family: 4 | 6, number: bigint): boolean =>
  range.family === family && range.first <= number && number <= range.last

/** Lowest and highest address of a subnet, which IPv4 keeps for the network and for broadcast (not in a /31 or /32). */
export const isReserved = (subnet: AddressRange, number: bigint): boolean =>
  subnet.family === 4 &&
  subnet.last - subnet.first > 1n &&
  (number === subnet.first || number === subnet.last)
