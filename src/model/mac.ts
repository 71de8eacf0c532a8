/** 48-bit MAC address, lower case, colons, two digits each: `00:1b:21:3c:4d:5e`. */
export type Mac = string

const groups =
  /^([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})$/i
const bare = /^[0-9a-f]{12}$/i
const dotted = /^([0-9a-f]{4})\.([0-9a-f]{4})\.([0-9a-f]{4})$/i

/** Any common spelling (colons, dashes, Cisco dots, bare, dropped leading zeros) as ours; undefined for anything else. */
export function parseMac(text: string): Mac | undefined {
  const trimmed = text.trim()
  const parts = groups.exec(trimmed)
  if (parts)
    return parts
      .slice(1)
      .map((part) => part.padStart(2, '0'))
      .join(':')
      .toLowerCase()
  const digits = bare.test(trimmed) ? trimmed : dotted.test(trimmed) ? trimmed.replaceAll('.', '') : undefined
  return digits?.toLowerCase().match(/../g)?.join(':')
}

const firstOctet = (mac: Mac): number => Number.parseInt(mac.slice(0, 2), 16)

/** Names one network card: neither a group address nor all zeros or ones. */
export const isUnicastMac = (mac: Mac): boolean => (firstOctet(mac) & 1) === 0 && mac !== '00:00:00:00:00:00'

/** Set by software, not by the card's maker (IEEE 802: bit 0x02 of the first octet). */
export const isLocalMac = (mac: Mac): boolean => (firstOctet(mac) & 2) !== 0

/** First octets that virtual routers and software share between machines: VRRP, HSRP, GLBP, CARP, Calico. */
const sharedPrefixes = [
  '00:00:5e:00:01',
  '00:00:5e:00:02',
  '00:00:0c:07:ac',
  '00:00:0c:9f:f',
  '00:05:73:a0:0',
  '00:07:b4:00',
  'ee:ee:ee:ee:ee:ee',
]

/** Known to stand on several machines at once (virtual router addresses, constants of network software). */
export const isSharedMac = (mac: Mac): boolean => sharedPrefixes.some((prefix) => mac.startsWith(prefix))

/** Prefixes of hypervisors that set locally administered addresses which still name one virtual card for its life. */
const stableLocalPrefixes = ['52:54:00']

/** A phone's or laptop's privacy address: local, and not one a hypervisor assigns. Says nothing lasting about a machine. */
export const isRandomMac = (mac: Mac): boolean =>
  isLocalMac(mac) && !stableLocalPrefixes.some((prefix) => mac.startsWith(prefix))

/** Strong enough to say that two records speak of one machine: universally administered and not shared. */
export const isIdentifyingMac = (mac: Mac): boolean =>
  isUnicastMac(mac) && !isLocalMac(mac) && !isSharedMac(mac)
