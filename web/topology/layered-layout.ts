import type { ShownEdge, ShownGraph, ShownNode } from './shown-graph.ts'
import { otherEnd } from './shown-graph.ts'

export type Positions = Map<number, { x: number; y: number }>

/** How close a relationship puts a thing below another; what is not here puts nothing below anything. */
const closeness: Readonly<Record<ShownEdge['type'], number>> = {
  hosts: 0,
  manages: 1,
  connects_to: 2,
  uses: 3,
  owns: 3,
  lies_on: 4,
  cut_from: 4,
  backs_up: 5,
}

const isSwitch = (node: ShownNode | undefined): boolean => node?.type === 'network_device'

/**
 * What stands above each thing: what it runs on, else what manages it, else the switch it is plugged into. Switches
 * stand below one another as seen from the middle of the network.
 */
export function standsBelow(graph: ShownGraph): Map<number, number> {
  const above = new Map<number, number>()
  const place = (child: number, parent: number) => {
    if (!above.has(child) && !isBelow(above, parent, child)) above.set(child, parent)
  }
  const edges = [...graph.edges.values()]
  const ofKind = (kind: number) => edges.filter((edge) => closeness[edge.type] === kind)
  for (const edge of ofKind(0)) place(edge.child, edge.parent)
  for (const [child, parent] of switchTree(graph)) place(child, parent)
  for (const edge of ofKind(1)) place(edge.child, edge.parent)
  for (const edge of ofKind(2)) {
    const [parent, child] = isSwitch(graph.nodes.get(edge.parent))
      ? [edge.parent, edge.child]
      : [edge.child, edge.parent]
    if (isSwitch(graph.nodes.get(child))) continue
    place(child, parent)
  }
  for (const kind of [3, 4, 5]) for (const edge of ofKind(kind)) place(edge.child, edge.parent)
  return above
}

function isBelow(above: ReadonlyMap<number, number>, id: number, other: number): boolean {
  for (let at: number | undefined = id; at !== undefined; at = above.get(at)) if (at === other) return true
  return false
}

/** Each switch with the one above it, from the best connected outwards. */
function switchTree(graph: ShownGraph): Map<number, number> {
  const near = (id: number) =>
    (graph.at.get(id) ?? [])
      .filter((edge) => edge.type === 'connects_to')
      .map((edge) => otherEnd(edge, id))
      .filter((each) => isSwitch(graph.nodes.get(each)))
  const links = new Map([...graph.nodes.values()].filter(isSwitch).map(({ id }) => [id, near(id)]))
  // A core switch may have few neighbours, but these have many.
  const weight = (id: number) =>
    links.get(id)!.reduce((sum, each) => sum + 1 + (links.get(each)?.length ?? 0), 0)
  const roots = [...links.keys()].map((id) => ({ id, weight: weight(id) }))
  const reached = new Set<number>()
  const tree = new Map<number, number>()
  for (const { id: root } of roots.toSorted((a, b) => b.weight - a.weight || a.id - b.id)) {
    if (reached.has(root)) continue
    reached.add(root)
    for (const queue = [root]; queue.length > 0;) {
      const from = queue.shift()!
      for (const to of links.get(from)!)
        if (!reached.has(to)) {
          reached.add(to)
          tree.set(to, from)
          queue.push(to)
        }
    }
  }
  return tree
}

/** A thing with all that stands below it, as a rectangle. Places are from its upper left corner. */
interface Box {
  width: number
  height: number
  places: { id: number; x: number; y: number }[]
}

const gap = 0.9
const headRoom = 1.9
/** Screens are wider than high. */
const wide = 1.7

/** Everything in boxes: what carries on top, what it carries in rows below. */
export function layeredLayout(graph: ShownGraph): Positions {
  const above = standsBelow(graph)
  const below = new Map<number, number[]>()
  for (const [child, parent] of above) below.set(parent, [...(below.get(parent) ?? []), child])
  const roots = [...graph.nodes.keys()].filter((id) => !above.has(id))
  const order = (ids: readonly number[]) =>
    ids.toSorted((left, right) =>
      graph.nodes.get(left)!.name.localeCompare(graph.nodes.get(right)!.name, 'en', { numeric: true }),
    )
  const boxOf = (id: number): Box => {
    const children = order(below.get(id) ?? [])
    if (children.length === 0) return { width: 1, height: 1, places: [{ id, x: 0.5, y: 0.5 }] }
    const content = contentOf(children)
    return {
      width: content.width,
      height: content.height + headRoom,
      places: [
        { id, x: content.width / 2, y: 0.5 },
        ...content.places.map((place) => ({ ...place, y: place.y + headRoom })),
      ],
    }
  }
  const contentOf = (ids: readonly number[]): Box => {
    const leaves = ids.filter((id) => !below.has(id))
    const boxes = ids.filter((id) => below.has(id)).map(boxOf)
    return inRows([...boxes, ...(leaves.length > 0 ? [gridOf(leaves)] : [])])
  }
  // The screen's y grows downwards, the picture's upwards.
  return new Map(contentOf(order(roots)).places.map(({ id, x, y }) => [id, { x, y: -y }]))
}

function gridOf(ids: readonly number[]): Box {
  const columns = ids.length <= 6 ? ids.length : Math.ceil(Math.sqrt(ids.length * wide))
  return {
    width: columns,
    height: Math.ceil(ids.length / columns),
    places: ids.map((id, at) => ({ id, x: (at % columns) + 0.5, y: Math.floor(at / columns) + 0.5 })),
  }
}

/** Boxes side by side, in as many rows as make the whole about as wide as a screen. */
function inRows(boxes: readonly Box[]): Box {
  const area = boxes.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0)
  const most = Math.max(Math.sqrt(area * wide), ...boxes.map(({ width }) => width))
  const rows: Box[][] = []
  let room = 0
  for (const box of boxes.toSorted((left, right) => right.height - left.height)) {
    if (rows.length === 0 || box.width > room) {
      rows.push([])
      room = most
    }
    rows.at(-1)!.push(box)
    room -= box.width + gap
  }
  const widthOf = (row: readonly Box[]) => row.reduce((sum, { width }) => sum + width + gap, -gap)
  const width = Math.max(...rows.map(widthOf))
  const places: Box['places'] = []
  let top = 0
  for (const row of rows) {
    let left = (width - widthOf(row)) / 2
    for (const box of row) {
      for (const { id, x, y } of box.places) places.push({ id, x: x + left, y: y + top })
      left += box.width + gap
    }
    top += Math.max(...row.map(({ height }) => height)) + gap
  }
  return { width, height: top - gap, places }
}
