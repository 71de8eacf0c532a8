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
  'fe:ff:ff:ff:ff:ff',
  // Docker makes it of the container's address, so every host has the same.
  '02:42:',
  '02:00:00:00:00:00',
  // The first cards of every QEMU, the host's own cards of VMware and VirtualBox, VPN clients, a MacBook's inner bridge.
  '52:54:00:12:34:5',
  '00:50:56:c0:00:0',
  '0a:00:27:00:00:0',
  '00:05:9a:3c:7a:00',
  '00:09:0f:fe:00:01',
  '00:09:0f:aa:00:01',
  '02:50:41:00:00:01',
  'ac:de:48:00:11:22',
  '00:11:22:33:44:55',
]

/** Known to stand on several machines at once (virtual router addresses, constants of network software). */
export const isSharedMac = (mac: Mac): boolean => sharedPrefixes.some((prefix) => mac.startsWith(prefix))

/** Prefixes of hypervisors that set locally administered addresses which still name one virtual card for its life. */
const stableLocalPrefixes = ['52:54:00', 'fa:16:3e']

/** Prefixes that hypervisors draw a virtual card's address from: 24 bits at most, so two estates may draw the same. */
const virtualPrefixes = [
  ...stableLocalPrefixes,
  '00:05:69',
  '00:0c:29',
  '00:15:5d',
  '00:16:3e',
  '00:1c:14',
  '00:1c:42',
  '00:50:56',
  '08:00:27',
  'bc:24:11',
]

/** Names a virtual card, and copies of its machine may have it too. */
export const isVirtualMac = (mac: Mac): boolean => virtualPrefixes.some((prefix) => mac.startsWith(prefix))

/** A phone's or laptop's privacy address: local, and not one a hypervisor assigns. Says nothing lasting about a machine. */
export const isRandomMac = (mac: Mac): boolean =>
  isLocalMac(mac) && !stableLocalPrefixes.some((prefix) => mac.startsWith(prefix))

/** Strong enough to say that two records speak of one machine: universally administered and not shared. */
export const isIdentifyingMac = (mac: Mac): boolean =>
  isUnicastMac(mac) && !isLocalMac(mac) && !isSharedMac(mac)

/** Prefixes of cards in USB adapters and docks, which people carry from one machine to the next. */
const carriedPrefixes = [
  '00:0e:c6',
  '00:13:3b',
  '00:24:9b',
  '00:50:b6',
  '00:e0:4c',
  '48:65:ee',
  '8c:ae:4c',
  '9c:eb:e8',
  'a0:ce:c8',
]

/** A card that moves between machines. */
export const isCarriedMac = (mac: Mac): boolean => carriedPrefixes.some((prefix) => mac.startsWith(prefix))

/** Cards of one board are numbered one after the other. */
const portsOfOneBoard = 8

/** Whether two cards may be ports of one board. */
export const areNeighbourMacs = (left: Mac, right: Mac): boolean =>
  left.slice(0, 12) === right.slice(0, 12) && Math.abs(lastDigits(left) - lastDigits(right)) < portsOfOneBoard

const lastDigits = (mac: Mac): number => Number.parseInt(mac.slice(12).replace(':', ''), 16)

/** One digit differs, but not at the end, where cards are numbered: somebody typed it. */
export function areNearMacs(left: Mac, right: Mac): boolean {
  if (left.slice(-2) !== right.slice(-2)) return false
  let differing = 0
  for (let at = 0; at < left.length && differing < 2; at += 1) if (left[at] !== right[at]) differing += 1
  return differing === 1
}
