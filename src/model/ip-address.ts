import ipaddr from 'ipaddr.js'

/** An address without prefix length, canonical: dotted IPv4 or lower-case compressed IPv6 (RFC 5952); no zone. */
export type IpAddress = string

/** Canonical form of an address in any spelling (zone and prefix length dropped, mapped IPv4 unwrapped); undefined for anything else. */
export function parseIp(text: string): IpAddress | undefined {
  const bare = text.trim().split('/')[0]!.split('%')[0]!
  if (isCanonicalIpv4(bare)) return bare
  // Most texts that are asked for are names, and the library takes its time to say no.
  if (!/^[\da-f.:]+$/i.test(bare)) return undefined
  if (!(ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare))) return undefined
  return ipaddr.process(bare).toString()
}

/** The form nearly every address comes in, so that it is worth a look of its own. */
const isCanonicalIpv4 = (text: string): boolean =>
  /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/.test(text)

export const isIpv6 = (address: IpAddress): boolean => address.includes(':')

/** Link-local, loopback, multicast, unspecified or documentation-of-nothing: of no use as a machine's main address. */
export function isUsableAddress(address: IpAddress): boolean {
  const range = ipaddr.parse(address).range()
  return !['linkLocal', 'loopback', 'multicast', 'unspecified', 'broadcast', 'reserved'].includes(range)
}

/** Names one machine of its network: not one that each machine has for itself (loopback, link-local) or that names many. */
export function isOneMachines(address: IpAddress): boolean {
  // Asked of every address of every record, so that IPv4 is worth a look of its own.
  if (isCanonicalIpv4(address))
    return !/^(?:0|127|169\.254|22[4-9]|23\d)\.|^255\.255\.255\.255$/.test(address)
  const range = ipaddr.parse(address).range()
  return !['linkLocal', 'loopback', 'multicast', 'unspecified', 'broadcast'].includes(range)
}

/** The address people know a machine by: the first usable IPv4, else the first usable IPv6, else any. */
export function primaryAddress(addresses: readonly IpAddress[]): IpAddress | undefined {
  const usable = addresses.filter(isUsableAddress)
  return usable.find((address) => !isIpv6(address)) ?? usable[0] ?? addresses[0]
}

/** Text whose order is the order of addresses: IPv4 before IPv6, 32 hexadecimal digits after a family digit. */
export function ipSortKey(address: IpAddress): string {
  if (isCanonicalIpv4(address)) return `4${address.split('.').map(hexByte).join('').padStart(32, '0')}`
  const parsed = ipaddr.parse(address)
  const hex = parsed.toByteArray().map(hexByte).join('')
  return `${isIpv6(address) ? '6' : '4'}${hex.padStart(32, '0')}`
}

const hexByte = (byte: number | string): string => Number(byte).toString(16).padStart(2, '0')
