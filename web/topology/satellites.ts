import type { Positions } from './layered-layout.ts'
import { edgeKey, noEdges, otherEnd, type ShownEdge, type ShownGraph } from './shown-graph.ts'

/** A graph without the things that hang on one other only: these stand around it, and no force need move them. */
export interface CoreGraph {
  core: ShownGraph
  /** What stands around a thing of the core. */
  around: ReadonlyMap<number, readonly number[]>
}

/** How far satellites are apart. */
const spacing = 9
const firstRing = 18

const isStrong = ({ type }: ShownEdge): boolean => type === 'hosts' || type === 'connects_to'

/** The one thing that another hangs on by what it runs on or is plugged into; by anything where that is all. */
function holderOf(graph: ShownGraph, id: number): number | undefined {
  const edges = graph.at.get(id) ?? noEdges
  const strong = edges.filter(isStrong)
  const holders = new Set((strong.length > 0 ? strong : edges).map((edge) => otherEnd(edge, id)))
  return holders.size === 1 ? holders.values().next().value : undefined
}

export function coreOf(graph: ShownGraph): CoreGraph {
  const holders = new Map<number, number>()
  const degree = (id: number) => graph.at.get(id)?.length ?? 0
  for (const id of [...graph.nodes.keys()].toSorted((a, b) => degree(a) - degree(b) || a - b)) {
    const holder = holderOf(graph, id)
    // Of two that have only one another, the one with less stands around the other.
    if (holder !== undefined && !holders.has(holder)) holders.set(id, holder)
  }
  const around = new Map<number, number[]>()
  for (const [id, holder] of holders) {
    const known = around.get(holder)
    if (known) known.push(id)
    else around.set(holder, [id])
  }
  const nodes = new Map([...graph.nodes].filter(([id]) => !holders.has(id)))
  const edges = new Map<string, ShownEdge>()
  for (const edge of graph.edges.values()) {
    const [parent, child] = [edge.parent, edge.child].map((id) => holders.get(id) ?? id) as [number, number]
    const key = edgeKey(parent, child, edge.type)
    if (parent !== child && !edges.has(key)) edges.set(key, { ...edge, key, parent, child })
  }
  const at = new Map<number, ShownEdge[]>([...nodes.keys()].map((id) => [id, []]))
  for (const edge of edges.values()) {
    at.get(edge.parent)!.push(edge)
    at.get(edge.child)!.push(edge)
  }
  return { core: { nodes, edges, at }, around }
}

/** How much room a thing needs with so many around it. */
export const reachOf = (satellites: number): number =>
  satellites === 0 ? spacing / 2 : firstRing + spacing * Math.sqrt(satellites)

/** The places of all, given those of the core: satellites like the seeds of a sunflower. */
export function withSatellites(positions: Positions, around: CoreGraph['around']): Positions {
  const all: Positions = new Map(positions)
  for (const [holder, ids] of around) {
    const { x, y } = positions.get(holder)!
    for (const [at, id] of ids.entries()) {
      const radius = firstRing + spacing * 0.75 * Math.sqrt(at)
      const angle = at * Math.PI * (3 - Math.sqrt(5))
      all.set(id, { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) })
    }
  }
  return all
}
