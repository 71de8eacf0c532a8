import type { GraphAnswer, Line, PathStep, Place } from './topology-types.ts'

/** A thing that is drawn: a device, or a volume that a path leads over. */
export interface ShownNode {
  /** The number of the device; of a volume, below zero. */
  id: number
  kind: Place['kind']
  name: string
  type: string
  status: string
  site: string | null
  address: string | null
}

/** All that is known of one kind between two things, drawn as one line. */
export interface ShownEdge {
  key: string
  parent: number
  child: number
  type: PathStep['type']
  lines: readonly Line[]
  sources: readonly string[]
}

export interface ShownGraph {
  nodes: ReadonlyMap<number, ShownNode>
  edges: ReadonlyMap<string, ShownEdge>
  /** The lines that begin or end at a thing. */
  at: ReadonlyMap<number, readonly ShownEdge[]>
}

export const noEdges: readonly ShownEdge[] = []

export const placeId = ({ kind, id }: Pick<Place, 'kind' | 'id'>): number => (kind === 'volume' ? -id : id)

/** A line has one name, from whichever end one comes. */
export const edgeKey = (one: number, other: number, type: string): string =>
  one < other ? `${one}/${other}/${type}` : `${other}/${one}/${type}`

/** The other end of a line. */
export const otherEnd = ({ parent, child }: ShownEdge, id: number): number => (parent === id ? child : parent)

/** What several answers and a path tell, as one graph. */
export function shownGraph(answers: readonly GraphAnswer[], path: readonly PathStep[] = []): ShownGraph {
  const nodes = new Map<number, ShownNode>()
  const edges = new Map<string, ShownEdge>()
  for (const answer of answers)
    for (const node of answer.nodes) if (!nodes.has(node.id)) nodes.set(node.id, { kind: 'device', ...node })
  for (const { from, to } of path)
    for (const place of [from, to]) {
      const id = placeId(place)
      if (!nodes.has(id)) nodes.set(id, { ...place, id, site: null, address: null })
    }
  const seen = new Set<number>()
  for (const { id, parent, child, type, lines, source } of answers.flatMap((answer) => answer.edges)) {
    if (seen.has(id) || !nodes.has(parent) || !nodes.has(child) || parent === child) continue
    seen.add(id)
    add(edges, { key: edgeKey(parent, child, type), parent, child, type, lines, sources: [source] })
  }
  for (const step of path) {
    const edge = edgeOfStep(step)
    if (!edges.has(edge.key)) edges.set(edge.key, edge)
  }
  return { nodes, edges, at: edgesByEnd(edges.values()) }
}

function add(edges: Map<string, ShownEdge>, edge: ShownEdge): void {
  const known = edges.get(edge.key)
  if (known === undefined) {
    edges.set(edge.key, edge)
    return
  }
  const lines = known.parent === edge.parent ? edge.lines : edge.lines.map(turned)
  edges.set(edge.key, {
    ...known,
    lines: [...known.lines, ...lines],
    sources: [...new Set([...known.sources, ...edge.sources])],
  })
}

const turned = ({ parentPort, childPort, ...line }: Line): Line => ({
  ...line,
  ...(parentPort === undefined ? {} : { childPort: parentPort }),
  ...(childPort === undefined ? {} : { parentPort: childPort }),
})

function edgeOfStep({ from, to, type, source }: PathStep): ShownEdge {
  const [parent, child] = [placeId(from), placeId(to)]
  return {
    key: edgeKey(parent, child, type),
    parent,
    child,
    type,
    lines: [],
    sources: source === null ? [] : [source],
  }
}

function edgesByEnd(edges: Iterable<ShownEdge>): Map<number, ShownEdge[]> {
  const at = new Map<number, ShownEdge[]>()
  for (const edge of edges)
    for (const end of [edge.parent, edge.child]) {
      const known = at.get(end)
      if (known === undefined) at.set(end, [edge])
      else known.push(edge)
    }
  return at
}

/** The things and lines of a path, as a picture names them. */
export function pathMarks(path: readonly PathStep[]): { nodes: Set<number>; edges: Set<string> } {
  return {
    nodes: new Set(path.flatMap(({ from, to }) => [placeId(from), placeId(to)])),
    edges: new Set(path.map(({ from, to, type }) => edgeKey(placeId(from), placeId(to), type))),
  }
}
