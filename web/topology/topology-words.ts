import type { ShownEdge, ShownGraph } from './shown-graph.ts'
import type { Line, PathStep, RelationType } from './topology-types.ts'

/** The kinds of relationship as a filter names them, in the order of the page. */
export const relationNames: Readonly<Record<RelationType, string>> = {
  connects_to: 'Connections',
  hosts: 'Hosting',
  manages: 'Management',
  backs_up: 'Backup',
}

export const relationTypes = Object.keys(relationNames) as RelationType[]

/** A relationship from the end that is the parent, and from the other. */
const words: Readonly<Record<PathStep['type'], readonly [along: string, back: string]>> = {
  connects_to: ['connected to', 'connected to'],
  hosts: ['hosts', 'runs on'],
  manages: ['manages', 'managed by'],
  backs_up: ['backs up', 'backed up by'],
  owns: ['holds', 'is on'],
  uses: ['uses', 'used by'],
  cut_from: ['cut from', 'holds'],
  lies_on: ['lies on', 'carries'],
}

export const relationWords = (type: PathStep['type'], isAlong: boolean): string =>
  words[type][isAlong ? 0 : 1]

/** The ports of a line as seen from one end: `Gi1/0/4 – vmnic0`; empty for a line of which none is known. */
export function linePorts({ parentPort, childPort }: Line, isParent: boolean): string {
  if (parentPort === undefined && childPort === undefined) return ''
  const [near, far] = isParent ? [parentPort, childPort] : [childPort, parentPort]
  return `${near ?? '?'} – ${far ?? '?'}`
}

/** The ports of all lines of a relationship, each once. */
export const edgePorts = (edge: ShownEdge, from: number): string[] => [
  ...new Set(edge.lines.map((line) => linePorts(line, edge.parent === from)).filter((ports) => ports !== '')),
]

/** What tells of a connection, in capitals: `LLDP`. */
export const edgeProtocols = ({ lines }: ShownEdge): string[] =>
  [...new Set(lines.flatMap((line) => line.protocols))].map((name) => name.toUpperCase()).toSorted()

export interface Neighbour {
  id: number
  words: string
  edge: ShownEdge
}

/** What a thing hangs together with, by kind and then by name. */
export function neighboursIn(graph: ShownGraph, id: number): Neighbour[] {
  const name = (each: number) => graph.nodes.get(each)?.name ?? ''
  return (graph.at.get(id) ?? [])
    .map((edge) => {
      const isParent = edge.parent === id
      return { id: isParent ? edge.child : edge.parent, words: relationWords(edge.type, isParent), edge }
    })
    .toSorted(
      (left, right) =>
        left.words.localeCompare(right.words) ||
        name(left.id).localeCompare(name(right.id), 'en', { numeric: true }),
    )
}
