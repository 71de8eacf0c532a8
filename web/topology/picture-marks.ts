import type { Sigma } from 'sigma'
import { noEdges, otherEnd, type ShownGraph } from './shown-graph.ts'
import { edgePorts } from './topology-words.ts'

/** What stands out of the picture: the rest steps back. */
export interface Marks {
  nodes: ReadonlySet<number>
  edges: ReadonlySet<string>
}

/** So many names and ports beside one another can be read. */
const mostTold = 24
/** Letting everything else step back at each move of the pointer takes too long beyond. */
const mostDimmed = 3_000

interface Marked {
  setNodesState(keys: string[], state: object): unknown
  setEdgesState(keys: string[], state: object): unknown
}

/** Lets the marked stand out with their names and ports, and the rest step back. */
export function markGraph(picture: Sigma, graph: ShownGraph, marks: Marks | undefined): void {
  if (marks && marks.edges.size <= mostTold) tellPorts(picture, graph, marks.edges)
  // The states of the styles are ours; sigma's types know its own only.
  const sigma = picture as unknown as Marked
  const dims = marks !== undefined && graph.nodes.size <= mostDimmed
  const told = marks !== undefined && marks.edges.size <= mostTold
  const nodes = { lit: [] as string[], dim: [] as string[], rest: [] as string[] }
  for (const id of graph.nodes.keys())
    nodes[marks?.nodes.has(id) ? 'lit' : dims ? 'dim' : 'rest'].push(String(id))
  const edges = { lit: [] as string[], dim: [] as string[], rest: [] as string[] }
  for (const key of graph.edges.keys()) edges[marks?.edges.has(key) ? 'lit' : dims ? 'dim' : 'rest'].push(key)
  const isLit = marks !== undefined && marks.nodes.size <= mostTold * 2
  sigma.setNodesState(nodes.lit, { isLit, isDim: false })
  sigma.setNodesState(nodes.dim, { isLit: false, isDim: true })
  sigma.setNodesState(nodes.rest, { isLit: false, isDim: false })
  sigma.setEdgesState(edges.lit, { isLit: true, isDim: false, isTold: told })
  sigma.setEdgesState(edges.dim, { isLit: false, isDim: true, isTold: false })
  sigma.setEdgesState(edges.rest, { isLit: false, isDim: false, isTold: false })
}

/** A thing with what it hangs together with. */
export function marksAround(graph: ShownGraph, id: number): Marks {
  const edges = graph.at.get(id) ?? noEdges
  return {
    nodes: new Set([id, ...edges.map((edge) => otherEnd(edge, id))]),
    edges: new Set(edges.map(({ key }) => key)),
  }
}

/** Writes the ports along lines, from left to right as the letters are drawn. */
function tellPorts(picture: Sigma, graph: ShownGraph, keys: ReadonlySet<string>): void {
  const drawn = picture.getGraph()
  const left = (id: number) => drawn.getNodeAttribute(String(id), 'x') as number
  for (const key of keys) {
    const edge = graph.edges.get(key)
    if (edge?.type !== 'connects_to') continue
    const from = left(edge.parent) <= left(edge.child) ? edge.parent : edge.child
    drawn.setEdgeAttribute(key, 'label', edgePorts(edge, from).join(', '))
  }
}
