import type { IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import type { NeighbourClaims } from '#sources/neighbour-kind.ts'

/** A machine right behind a port, as it told by LLDP or CDP. */
export interface Neighbour {
  protocol: 'lldp' | 'cdp'
  /** The name of our interface; the agent's own words where it leads to none. */
  localPort: string
  isLocalKnown: boolean
  chassisMac?: Mac | undefined
  /** The address of the port it is plugged in with. */
  portMac?: Mac | undefined
  /** The chassis id where it is neither MAC nor address. */
  chassisId?: string | undefined
  serial?: string | undefined
  remotePort?: string | undefined
  name?: string | undefined
  addresses: IpAddress[]
  claims: NeighbourClaims
}

const short = (name: string | undefined): string | undefined => name?.split('.')[0]!.trim().toLowerCase()

const isSame = (left: Neighbour, right: Neighbour): boolean =>
  left.localPort === right.localPort &&
  ((left.name !== undefined && short(left.name) === short(right.name)) ||
    left.addresses.some((address) => right.addresses.includes(address)) ||
    (left.chassisMac !== undefined && left.chassisMac === right.chassisMac) ||
    (left.portMac !== undefined && (left.portMac === right.portMac || left.portMac === right.chassisMac)))

/** A neighbour that speaks both is one: what LLDP tells, filled up by CDP. */
export function joinNeighbours(lldp: readonly Neighbour[], cdp: readonly Neighbour[]): Neighbour[] {
  const joined = [...lldp]
  for (const other of cdp) {
    const at = joined.findIndex((each) => isSame(each, other))
    if (at < 0) joined.push(other)
    else joined[at] = fill(joined[at]!, other)
  }
  return joined
}

const fill = (first: Neighbour, second: Neighbour): Neighbour => ({
  ...second,
  ...Object.fromEntries(Object.entries(first).filter(([, value]) => value !== undefined)),
  localPort: first.localPort,
  isLocalKnown: first.isLocalKnown,
  protocol: first.protocol,
  addresses: [...new Set([...first.addresses, ...second.addresses])],
  claims: {
    ...second.claims,
    ...Object.fromEntries(Object.entries(first.claims).filter(([, value]) => value !== undefined)),
    phone: first.claims.phone || second.claims.phone,
    text: [first.claims.text, second.claims.text].filter(Boolean).join(' ') || undefined,
  },
})
