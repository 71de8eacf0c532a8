import { parseIp, type IpAddress } from '#model/ip-address.ts'
import { isUnicastMac, parseMac, type Mac } from '#model/mac.ts'
import { cleanText } from '#sources/lease-text.ts'

/** A value as agents give it: bytes, a number of any width, the name of an object, an IPv4 address. */
export type SnmpValue = Buffer | number | { oid: string } | { ip: string }

/** Names of objects are digits and dots without a leading dot. */
export type Oid = string

/** The numbers of an index: `3.203.0.113.18`. */
export const indexParts = (index: string): number[] => index.split('.').map(Number)

/** -1, 0 or 1 as the order in which agents walk. */
export function compareOids(left: Oid, right: Oid): number {
  const [one, two] = [indexParts(left), indexParts(right)]
  const length = Math.min(one.length, two.length)
  for (let at = 0; at < length; at += 1) if (one[at] !== two[at]) return one[at]! < two[at]! ? -1 : 1
  return Math.sign(one.length - two.length)
}

/** Text fit to be kept; undefined for none. Agents of the past speak Windows-1252 and end with zero bytes. */
export function toText(value: SnmpValue | undefined): string | undefined {
  if (Buffer.isBuffer(value)) return cleanText(value.toString('latin1'))
  return typeof value === 'number' ? String(value) : undefined
}

export function toNumber(value: SnmpValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const text = Buffer.isBuffer(value) && value.length < 20 ? value.toString('latin1').trim() : ''
  return /^-?\d+$/.test(text) ? Number(text) : undefined
}

export const toOid = (value: SnmpValue | undefined): Oid | undefined =>
  typeof value === 'object' && 'oid' in value ? value.oid : undefined

/** A machine's address in six bytes, or in text as some agents give it; nothing for groups and fillers. */
export function toMac(value: SnmpValue | undefined): Mac | undefined {
  if (!Buffer.isBuffer(value)) return undefined
  const mac = parseMac(value.length === 6 ? value.toString('hex') : value.toString('latin1'))
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}

/** A machine's address from six numbers of an index. */
export function macOfParts(parts: readonly number[]): Mac | undefined {
  if (parts.length !== 6 || !parts.every(isByte)) return undefined
  const mac = parts.map((part) => part.toString(16).padStart(2, '0')).join(':')
  return isUnicastMac(mac) ? mac : undefined
}

const isByte = (part: number): boolean => Number.isInteger(part) && part >= 0 && part <= 255

/** An address from four or sixteen bytes; a zone behind it is left out. */
export function ipOfBytes(bytes: readonly number[]): IpAddress | undefined {
  if (!bytes.every(isByte)) return undefined
  if (bytes.length === 4 || bytes.length === 8) return parseIp(bytes.slice(0, 4).join('.'))
  if (bytes.length !== 16 && bytes.length !== 20) return undefined
  const hex = Buffer.from(bytes.slice(0, 16)).toString('hex')
  return parseIp(hex.match(/.{4}/g)!.join(':'))
}

/** An address from an index of type, length and bytes (INET-ADDRESS-MIB). */
export function ipOfIndex(parts: readonly number[]): IpAddress | undefined {
  const [, length, ...bytes] = parts
  return length === bytes.length ? ipOfBytes(bytes) : undefined
}

export const toIp = (value: SnmpValue | undefined): IpAddress | undefined =>
  Buffer.isBuffer(value)
    ? ipOfBytes([...value])
    : typeof value === 'object'
      ? parseIp('ip' in value ? value.ip : '')
      : undefined

/** Whether a bit of a BITS value is set; bit 0 is the highest of the first byte. */
export const hasBit = (value: SnmpValue | undefined, bit: number): boolean =>
  Buffer.isBuffer(value) && ((value[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0
