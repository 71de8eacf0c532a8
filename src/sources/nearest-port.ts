import type { Mac } from '#model/mac.ts'
import type { NeighbourKind } from '#sources/neighbour-kind.ts'

/** A machine right behind a port, as it told of itself. */
export interface PortNeighbour {
  port: string
  kind: NeighbourKind
  /** Its own addresses, as far as it told them. */
  macs: readonly Mac[]
  /** The address of the very port it is plugged in with. */
  portMac?: Mac | undefined
}

/** Where a switch learned an address. */
export interface Learned {
  mac: Mac
  port: string
  vlan?: number | undefined
}

/** A machine that was read, as its own tables tell of it. */
export interface SwitchTables {
  sourceId: string
  /** For people: `core-sw-1`. */
  name: string
  /** Passes on the frames of others; false for a router or a server that was read. */
  forwards: boolean
  /** The addresses of the machine and its ports. */
  ownMacs: readonly Mac[]
  neighbours: readonly PortNeighbour[]
  /** The aggregate that a port is a member of. */
  aggregateOf: ReadonlyMap<string, string>
  learned: readonly Learned[]
  /** Radio interfaces: many addresses there are its clients. */
  wireless?: ReadonlySet<string> | undefined
  /** Tunnels and the like, behind which nobody hangs. */
  tunnels?: ReadonlySet<string> | undefined
  /** The table lacks rows: it tells where others are, but no address is placed by it. */
  isCut?: boolean | undefined
}

/** The port that a machine hangs on. */
export interface NearestPort {
  switch: SwitchTables
  port: string
  /**
   * How many addresses were seen on that port, rounded up to a power of two: a phone that comes and goes behind an
   * access point is no change of all the others.
   */
  addresses: number
  vlan?: number | undefined
}

/** One port with what is behind it. */
interface Side {
  switch: SwitchTables
  /** Which ports of its switch each address is on, for comparing with other switches. */
  portsOf: ReadonlyMap<Mac, ReadonlySet<string>>
  port: string
  /** The addresses behind it, with their VLAN. */
  macs: Map<Mac, number | undefined>
  neighbours: PortNeighbour[]
  /** How many ports of its switch have addresses: a switch at the edge sees all the world on one. */
  spread: number
}

interface Offer {
  side: Side
  /** The neighbour told itself that it hangs here. */
  told: boolean
}

/**
 * The port that each address hangs on, from the tables of all switches: the one behind which no further switch is. Ports
 * with more addresses than the limit lead on as well, unless a neighbour that is no switch explains them. An address that
 * was seen on ways between switches only has none.
 */
export function nearestPorts(switches: readonly SwitchTables[], limit: number): Map<Mac, NearestPort> {
  const marks = switchMarks(switches)
  const offers = new Map<Mac, Offer[]>()
  for (const side of switches.flatMap((each) => sidesOf(each))) {
    for (const [mac, told] of offersOf(side, marks, limit)) {
      const known = offers.get(mac)
      if (known === undefined) offers.set(mac, [{ side, told }])
      else known.push({ side, told })
    }
  }
  return new Map([...offers].map(([mac, all]) => [mac, toNearest(mac, all.reduce(nearer))]))
}

function sidesOf(each: SwitchTables): Side[] {
  const sides = new Map<string, Side>()
  const portsOf = new Map<Mac, Set<string>>()
  const own = new Set(each.ownMacs)
  const sideOf = (member: string): Side => {
    const port = each.aggregateOf.get(member) ?? member
    const known = sides.get(port)
    if (known !== undefined) return known
    const side: Side = { switch: each, portsOf, port, macs: new Map(), neighbours: [], spread: 0 }
    sides.set(port, side)
    return side
  }
  for (const { mac, port, vlan } of each.learned) {
    if (own.has(mac)) continue
    const side = sideOf(port)
    if (side.macs.get(mac) === undefined) side.macs.set(mac, vlan)
    const ports = portsOf.get(mac)
    if (ports === undefined) portsOf.set(mac, new Set([side.port]))
    else ports.add(side.port)
  }
  for (const neighbour of each.neighbours) sideOf(neighbour.port).neighbours.push(neighbour)
  const all = [...sides.values()]
  const spread = all.filter((side) => side.macs.size > 0).length
  for (const side of all) side.spread = spread
  return all
}

/** Whose addresses are known: where one of a switch is seen, that switch is behind the port. */
interface Marks {
  /** The machine that was read and has the address; an address of several is nobody's. */
  owner: ReadonlyMap<Mac, SwitchTables>
  /** Addresses of switches that were not read, but that told of themselves to one that was. */
  told: ReadonlySet<Mac>
}

function switchMarks(switches: readonly SwitchTables[]): Marks {
  const owner = new Map<Mac, SwitchTables>()
  const shared = new Set<Mac>()
  for (const each of switches) {
    for (const mac of each.ownMacs) {
      if ((owner.get(mac) ?? each) !== each) shared.add(mac)
      owner.set(mac, each)
    }
  }
  for (const mac of shared) owner.delete(mac)
  const neighbours = switches.flatMap((each) => each.neighbours).filter(({ kind }) => kind === 'switch')
  const told = neighbours.flatMap(({ macs, portMac }) => (portMac === undefined ? macs : [...macs, portMac]))
  return { owner, told: new Set(told.filter((mac) => !shared.has(mac) && !owner.has(mac))) }
}

/** The addresses that may hang on a port. */
function offersOf(side: Side, marks: Marks, limit: number): Map<Mac, boolean> {
  const offers = new Map<Mac, boolean>()
  if (side.switch.tunnels?.has(side.port)) return offers
  const isShut = leadsOn(side, marks) || side.neighbours.some(({ kind }) => kind === 'router')
  const isOpen = !isShut && !isCrowded(side, limit) && !side.switch.isCut
  const direct = new Set(side.neighbours.flatMap((each) => addressesOf(each, marks)))
  for (const mac of side.macs.keys()) if (isOpen || direct.has(mac)) offers.set(mac, direct.has(mac))
  for (const { macs, portMac, kind } of side.neighbours) {
    // A machine with several cards names itself by the first of them, whichever it is plugged in with.
    const plugged = portMac ?? (kind === 'switch' || kind === 'router' ? macs[0] : undefined)
    if (plugged !== undefined) offers.set(plugged, true)
  }
  return offers
}

/** Whether another switch is behind the port. */
function leadsOn(side: Side, { owner, told }: Marks): boolean {
  const isSwitch = (mac: Mac): boolean => {
    const of = owner.get(mac)
    return of === undefined ? told.has(mac) : of !== side.switch && of.forwards
  }
  return (
    side.neighbours.some(({ kind, macs }) => kind === 'switch' || macs.some(isSwitch)) ||
    side.macs.keys().some(isSwitch)
  )
}

/** A neighbour that was read itself has more addresses than it told. */
function addressesOf({ macs, portMac }: PortNeighbour, { owner }: Marks): Mac[] {
  const told = portMac === undefined ? [...macs] : [...macs, portMac]
  const read = told.map((mac) => owner.get(mac)).find((each) => each !== undefined)
  return read === undefined ? told : [...told, ...read.ownMacs]
}

/** Machines that have many addresses behind them, all of which hang on their port. */
const holdsMany = (kind: NeighbourKind): boolean =>
  kind === 'host' || kind === 'access-point' || kind === 'phone'

const isCrowded = (side: Side, limit: number): boolean =>
  side.macs.size > limit &&
  !side.neighbours.some(({ kind }) => holdsMany(kind)) &&
  !(side.switch.wireless?.has(side.port) ?? false)

const nearer = (best: Offer, other: Offer): Offer => (isNearer(other, best) ? other : best)

/** Whether the machine is nearer to `left` than to `right`; both know of it. */
function isNearer(left: Offer, right: Offer): boolean {
  if (left.told !== right.told) return left.told
  // A switch hangs on every one of its links: the first is as good as any, and stays the same.
  if (left.told) return isBefore(left.side, right.side)
  if (left.side.switch !== right.side.switch) {
    const apart = Number(standsBetween(left.side, right.side)) - Number(standsBetween(right.side, left.side))
    if (apart !== 0) return apart > 0
  }
  const fewer = left.side.macs.size - right.side.macs.size || left.side.spread - right.side.spread
  return fewer === 0 ? isBefore(left.side, right.side) : fewer < 0
}

/** `near` has on other ports what `far` sees on the same one as the machine: so `far` sees both through `near`. */
function standsBetween(near: Side, far: Side): boolean {
  for (const mac of far.macs.keys()) {
    const ports = near.portsOf.get(mac)
    if (ports !== undefined && !ports.has(near.port)) return true
  }
  return false
}

const isBefore = (left: Side, right: Side): boolean =>
  left.switch.sourceId === right.switch.sourceId
    ? left.port < right.port
    : left.switch.sourceId < right.switch.sourceId

function toNearest(mac: Mac, { side, told }: Offer): NearestPort {
  // Who tells of itself is there for certain, however many are behind it.
  const addresses = told ? 1 : 2 ** Math.ceil(Math.log2(Math.max(1, side.macs.size)))
  const vlan = side.macs.get(mac)
  return { switch: side.switch, port: side.port, addresses, ...(vlan === undefined ? {} : { vlan }) }
}
