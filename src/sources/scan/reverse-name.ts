import ipaddr from 'ipaddr.js'
import { isIpv6, type IpAddress } from '#model/ip-address.ts'

/** The name under which DNS keeps an address's own name: `7.2.0.192.in-addr.arpa`, or nibbles below `ip6.arpa`. */
export function reverseName(address: IpAddress): string {
  const bytes = ipaddr.parse(address).toByteArray()
  if (!isIpv6(address)) return `${bytes.toReversed().join('.')}.in-addr.arpa`
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]).toReversed()
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`
}

/** A name fit to keep: without the final dot, lower case; undefined when it is empty, too long or holds odd characters. */
export function cleanName(text: string): string | undefined {
  const name = text.replace(/\.$/, '').toLowerCase()
  return name !== '' && name.length <= 253 && /^[\p{L}\p{N}._-]+$/u.test(name) ? name : undefined
}
