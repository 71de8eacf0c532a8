import { isNativeKey } from '#features/identity/record-keys.ts'

/** A record as far as identity goes: what it can be known by, and where it is linked now. */
export interface IdentityRecord {
  id: number
  kind: 'device' | 'sighting'
  /** `system/name` of its source. */
  source: string
  sourceId: string
  /** False once its source has proved that it is gone. */
  isHeld: boolean
  /** What may join it to others. A sighting has its MAC at most, and none when that is random or shared. */
  keys: readonly string[]
  /** Whether it may be a device of its own; a sighting of a random or shared MAC may not. */
  mayStandAlone: boolean
  /** The device it is linked to now. */
  device: number | undefined
}

/** Records of one machine. */
export type Machine = readonly IdentityRecord[]

export interface Partition {
  machines: Machine[]
  /** Sightings that belong to no device: their MAC says nothing, or points at several machines. */
  unplaced: IdentityRecord[]
  /** Records that share a key and yet are not the same machine. */
  conflicts: IdentityRecord[][]
}

/** Some device records already known to be one machine, and the sources that name it. */
interface Node {
  records: IdentityRecord[]
  namedBy: Set<string>
}

/** The work on one set of records. */
interface Joining {
  /** `record key` pairs that must not join: the key is on two machines of one source, or the record on both of them. */
  spoiled: Set<string>
  conflicts: IdentityRecord[][]
}

/**
 * Which records speak of the same machine. A source that names two machines means two machines, so a key that both
 * have joins nothing; native ids count before MAC addresses; what has been one device stays one until a key
 * contradicts. The answer is the same whatever order the records are given in.
 */
export function partitionRecords(records: readonly IdentityRecord[]): Partition {
  const joining: Joining = { spoiled: new Set(), conflicts: [] }
  const inOrder = records.toSorted(canonically)
  let nodes = inOrder.filter((each) => each.kind === 'device').map((record) => nodeOf([record]))
  nodes = joinByKeys(nodes, isNativeKey, joining)
  nodes = joinByKeys(nodes, (key) => !isNativeKey(key), joining)
  nodes = keepTogether(nodes, joining)
  const sightings = inOrder.filter((each) => each.kind === 'sighting')
  return { ...placeSightings(nodes, sightings), conflicts: joining.conflicts }
}

const canonically = (left: IdentityRecord, right: IdentityRecord): number =>
  compare(left.source, right.source) || compare(left.sourceId, right.sourceId)

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const nodeOf = (records: IdentityRecord[]): Node => ({
  records,
  namedBy: new Set(records.filter((each) => each.isHeld).map((each) => each.source)),
})

const contradict = (left: Node, right: Node): boolean =>
  [...left.namedBy].some((source) => right.namedBy.has(source))

/** Joins what shares a key of this kind, unless the key or the record is ambiguous. */
function joinByKeys(nodes: Node[], isOfKind: (key: string) => boolean, joining: Joining): Node[] {
  const carriers = carriersOf(nodes, isOfKind)
  const shared = [...carriers].filter(([, list]) => list.length > 1)
  if (shared.length === 0) return nodes
  const good = shared.filter(([key, list]) => !isContested(key, list, joining))
  for (const [node, others] of ambiguous(good)) {
    joining.conflicts.push([node, ...others].map((each) => each.records[0]!))
    for (const [key, list] of good) if (list.includes(node)) spoil([node], key, joining)
  }
  const union = new Union(nodes)
  for (const [key, list] of good.toSorted(([left], [right]) => compare(left, right))) {
    const clear = list.filter((node) => !isSpoiled(node, key, joining))
    for (const node of clear.slice(1)) join(union, clear[0]!, node, joining)
  }
  return union.nodes()
}

function carriersOf(nodes: readonly Node[], isOfKind: (key: string) => boolean): Map<string, Node[]> {
  const carriers = new Map<string, Node[]>()
  for (const node of nodes) {
    for (const key of new Set(node.records.flatMap((each) => each.keys.filter(isOfKind)))) {
      const known = carriers.get(key)
      if (known) known.push(node)
      else carriers.set(key, [node])
    }
  }
  return carriers
}

/** Two machines of one source have the key, so it says nothing of either. */
function isContested(key: string, carriers: readonly Node[], joining: Joining): boolean {
  const named = new Set<string>()
  const isOnTwo = carriers.some((node) => {
    const repeats = [...node.namedBy].some((source) => named.has(source))
    for (const source of node.namedBy) named.add(source)
    return repeats
  })
  if (!isOnTwo) return false
  joining.conflicts.push(carriers.map((node) => node.records[0]!))
  spoil(carriers, key, joining)
  return true
}

/** Nodes whose keys point at two machines that are not the same, with these. */
function ambiguous(shared: readonly [string, Node[]][]): [Node, Set<Node>][] {
  const neighbours = new Map<Node, Set<Node>>()
  for (const [, list] of shared) {
    for (const node of list) {
      const known = neighbours.get(node) ?? new Set()
      for (const other of list) if (other !== node) known.add(other)
      neighbours.set(node, known)
    }
  }
  return [...neighbours].filter(([, others]) => {
    const list = [...others]
    return list.some((left, index) => list.slice(index + 1).some((right) => contradict(left, right)))
  })
}

function spoil(nodes: readonly Node[], key: string, joining: Joining): void {
  for (const node of nodes) {
    for (const record of node.records) {
      if (record.keys.includes(key)) joining.spoiled.add(`${record.id} ${key}`)
    }
  }
}

const isSpoiled = (node: Node, key: string, { spoiled }: Joining): boolean =>
  node.records.some((record) => spoiled.has(`${record.id} ${key}`))

/** What has been one device stays one, although its records need not share a key any more. */
function keepTogether(nodes: Node[], joining: Joining): Node[] {
  const linked = nodes.flatMap((node) => node.records).filter((each) => each.device !== undefined)
  const byDevice = Map.groupBy(linked, (each) => each.device!)
  const union = new Union(nodes)
  for (const device of [...byDevice.keys()].toSorted((left, right) => left - right)) {
    const [first, ...rest] = byDevice.get(device)!
    for (const record of rest) {
      if (!areParted(first!, record, joining)) join(union, union.find(first!), union.find(record), joining)
    }
  }
  return union.nodes()
}

/** They were joined by a key that has turned out to say nothing. */
const areParted = (left: IdentityRecord, right: IdentityRecord, { spoiled }: Joining): boolean =>
  left.keys.some(
    (key) =>
      right.keys.includes(key) && (spoiled.has(`${left.id} ${key}`) || spoiled.has(`${right.id} ${key}`)),
  )

function join(union: Union, left: Node, right: Node, joining: Joining): void {
  const [one, other] = [union.current(left), union.current(right)]
  if (one === other) return
  if (contradict(one, other)) joining.conflicts.push([one.records[0]!, other.records[0]!])
  else union.merge(one, other)
}

/** Nodes that become fewer as they are merged. */
class Union {
  readonly #into = new Map<Node, Node>()
  readonly #home = new Map<IdentityRecord, Node>()
  readonly #all: Node[]

  constructor(nodes: Node[]) {
    this.#all = nodes
    for (const node of nodes) for (const record of node.records) this.#home.set(record, node)
  }

  current(node: Node): Node {
    let now = node
    while (this.#into.has(now)) now = this.#into.get(now)!
    return now
  }

  find(record: IdentityRecord): Node {
    return this.current(this.#home.get(record)!)
  }

  merge(one: Node, other: Node): void {
    one.records.push(...other.records)
    for (const source of other.namedBy) one.namedBy.add(source)
    this.#into.set(other, one)
  }

  nodes(): Node[] {
    return this.#all.filter((node) => !this.#into.has(node))
  }
}

/** A sighting goes with the machine that has its MAC; where none has it, it stays where it is or stands alone. */
function placeSightings(
  nodes: readonly Node[],
  sightings: readonly IdentityRecord[],
): Pick<Partition, 'machines' | 'unplaced'> {
  const carriers = carriersOf(nodes, () => true)
  const named = new Map<number, Node>()
  for (const node of nodes) {
    for (const each of node.records) if (each.device !== undefined) named.set(each.device, node)
  }
  const placeholders: IdentityRecord[][] = []
  const unplaced: IdentityRecord[] = []
  for (const group of alike(sightings)) {
    const having = group[0]!.keys.flatMap((key) => carriers.get(key) ?? [])
    const home = group
      .map((each) => each.device)
      .filter((device) => device !== undefined)
      .toSorted((left, right) => left - right)
      .map((device) => named.get(device))
      .find((node) => node !== undefined)
    if (having.length > 1) unplaced.push(...group)
    else if (having.length === 1) having[0]!.records.push(...group)
    else if (home !== undefined) home.records.push(...group)
    else if (group[0]!.mayStandAlone || group[0]!.device !== undefined) placeholders.push([...group])
    else unplaced.push(...group)
  }
  return { machines: [...nodes.map((node) => node.records), ...placeholders], unplaced }
}

/** Sightings of one MAC are one thing; those without a telling MAC are each a thing of their own. */
function alike(sightings: readonly IdentityRecord[]): IdentityRecord[][] {
  const groups = Map.groupBy(sightings, (each) => each.keys[0] ?? `record ${each.id}`)
  return [...groups.values()]
}
