import type { Mac } from '#model/mac.ts'
import type { Learned, PortNeighbour, SwitchTables } from '#sources/nearest-port.ts'
import { seeded } from '#test/mutations.ts'

interface Options {
  /** Switches tell of themselves to their neighbours. */
  neighbours: boolean
  /** The share of rows that tables have forgotten. */
  aged: number
}

/** A machine, or a box that passes on frames without being read. */
interface Node {
  name: string
  macs: Mac[]
  kind: 'switch' | 'silent-switch' | 'host'
  /** Its tables are read. */
  isRead: boolean
  links: Link[]
}

interface Link {
  /** The port's name at either end, in the tables. */
  port: string
  /** The ports that tell of neighbours: the members of an aggregate. */
  members: string[]
  to: Node
  /** Closed by the spanning tree: neighbours are still heard, frames don't pass. */
  isBlocked: boolean
}

/**
 * A made-up network with what its switches would answer, and the port that each machine hangs on; undefined where no
 * port that is read leads to it alone. Everything follows from the seed.
 */
export function generateNetwork(seed: number, options: Options) {
  const random = seeded(seed)
  const pick = (most: number): number => Math.floor(random() * most)
  const nodes: Node[] = []
  let made = 0
  const newMac = (): Mac => {
    made += 1
    const hex = made.toString(16).padStart(6, '0')
    return `00:1b:21:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`
  }
  const add = (kind: Node['kind'], name: string, addresses: number): Node => {
    const node: Node = {
      name,
      kind,
      isRead: kind === 'switch',
      macs: Array.from({ length: addresses }, newMac),
      links: [],
    }
    nodes.push(node)
    return node
  }
  const wire = (left: Node, right: Node, members = 1, isBlocked = false): void => {
    const end = (at: Node, to: Node): Link => {
      // Ports of a stack are named by member and number.
      const number = at.links.length + 1
      const names = Array.from({ length: members }, (_, index) => `Gi${index + 1}/0/${number}`)
      return { port: members > 1 ? `Po${number}` : names[0]!, members: names, to, isBlocked }
    }
    const [there, back] = [end(left, right), end(right, left)]
    left.links.push(there)
    right.links.push(back)
  }

  const switches = [add('switch', 'sw-00', 2)]
  const size = 2 + pick(9)
  for (let index = 1; index < size; index += 1) {
    const next = add('switch', `sw-${String(index).padStart(2, '0')}`, 1 + pick(3))
    wire(switches[pick(switches.length)]!, next, random() < 0.3 ? 2 + pick(2) : 1)
    switches.push(next)
  }
  // Rings: further links between switches, which the spanning tree has closed.
  for (let index = 0; index < pick(4); index += 1) {
    const [left, right] = [switches[pick(size)]!, switches[pick(size)]!]
    if (left !== right) wire(left, right, random() < 0.3 ? 2 : 1, true)
  }
  // Whoever reads the switches is itself on the network, and so is the way out of it.
  const reader = add('host', 'reader', 1)
  wire(switches[0]!, reader)
  wire(switches[0]!, add('host', 'gateway', 1))
  for (const each of switches) {
    for (let index = 0; index < 1 + pick(6); index += 1) {
      const draw = random()
      if (draw < 0.6) wire(each, add('host', `pc-${made}`, 1))
      else if (draw < 0.75) wire(each, add('host', `hypervisor-${made}`, 1 + pick(25)), 1 + pick(2))
      else {
        const box = add('silent-switch', `box-${made}`, 0)
        wire(each, box)
        for (let behind = 0; behind < 1 + pick(5); behind += 1) wire(box, add('host', `pc-${made}`, 1))
      }
    }
  }
  return {
    switches: switches.map((each) => tablesOf(each, nodes, reader, options, random)),
    expected: expectedPorts(switches),
  }
}

/** The link of a node that leads to each other node, over links that pass frames. */
function waysFrom(start: Node): Map<Node, Link> {
  const ways = new Map<Node, Link>()
  const walk = (node: Node, from: Node, first: Link | undefined): void => {
    for (const link of node.links) {
      if (link.isBlocked || link.to === from) continue
      const way = first ?? link
      ways.set(link.to, way)
      walk(link.to, node, way)
    }
  }
  walk(start, start, undefined)
  return ways
}

function tablesOf(
  each: Node,
  nodes: readonly Node[],
  reader: Node,
  { neighbours, aged }: Options,
  random: () => number,
): SwitchTables {
  const learned: Learned[] = []
  const readerWay = waysFrom(reader)
  for (const [node, link] of waysFrom(each)) {
    for (const [index, mac] of node.macs.entries()) {
      // A switch is heard with its first address, on the way to whoever reads it; a machine everywhere.
      const isHeard = node.kind === 'host' || (index === 0 && isBetween(each, node, readerWay))
      if (isHeard && random() >= aged) learned.push({ mac, port: link.port, vlan: 1 + (index % 3) })
    }
  }
  const told = each.links.filter(({ to }) => to.kind === 'switch')
  return {
    sourceId: `serial:${each.name}`,
    name: each.name,
    forwards: true,
    ownMacs: each.macs,
    aggregateOf: new Map(
      each.links
        .filter(({ members }) => members.length > 1)
        .flatMap(({ members, port }) => members.map((member) => [member, port] as const)),
    ),
    neighbours: neighbours
      ? told.flatMap(({ to, members }) =>
          members.map((port): PortNeighbour => ({ port, kind: 'switch', macs: [to.macs[0]!] })),
        )
      : [],
    learned,
  }
}

/** Whether frames of `node` to the reader pass through `each`. */
function isBetween(each: Node, node: Node, readerWay: ReadonlyMap<Node, Link>): boolean {
  const towards = waysFrom(each)
  const reader = [...readerWay.values()][0] && towards.get(node)
  const toReader = [...towards].find(([other]) => other.name === 'reader')?.[1]
  return reader !== undefined && reader !== toReader
}

function expectedPorts(switches: readonly Node[]): Map<Mac, string> {
  const expected = new Map<Mac, string>()
  const collect = (node: Node, place: string): void => {
    for (const mac of node.macs) expected.set(mac, place)
    for (const { to } of node.links)
      if (to.kind === 'host' && node.kind === 'silent-switch') collect(to, place)
  }
  for (const each of switches)
    for (const { to, port } of each.links) if (to.kind !== 'switch') collect(to, `${each.name} ${port}`)
  return expected
}
