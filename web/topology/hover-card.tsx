import { counted } from '../format.ts'
import type { Hovered } from './graph-picture.ts'
import { NodeIcon, nodeTypeName } from './node-icon.tsx'
import type { ShownGraph, ShownNode } from './shown-graph.ts'
import { edgePorts, neighboursIn } from './topology-words.ts'

const most = 8

interface HoverCardProps {
  graph: ShownGraph
  node: ShownNode
  at: Hovered
}

/** What the pointer is on: its name, and its neighbours with the ports. The panel at the side says the same in full. */
export function HoverCard({ graph, node, at }: HoverCardProps) {
  const neighbours = neighboursIn(graph, node.id)
  const isRight = at.x > at.width / 2
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute z-20 w-max max-w-80 rounded-lg border bg-surface/95 px-3 py-2 shadow-lg"
      style={{
        top: Math.max(8, at.y - 20),
        ...(isRight ? { right: at.width - at.x + 18 } : { left: at.x + 18 }),
      }}
    >
      <p className="flex items-center gap-1.5 font-medium">
        <NodeIcon of={node} />
        <span className="truncate">{node.name}</span>
      </p>
      <p className="text-xs text-muted">
        {[nodeTypeName(node), node.status, counted(neighbours.length, 'relationship')].join(' · ')}
      </p>
      <ul className="mt-1 text-xs">
        {neighbours.slice(0, most).map(({ id, words, edge }) => (
          <li key={edge.key} className="truncate">
            <span className="text-muted">{words}</span> {graph.nodes.get(id)?.name}
            <span className="text-muted"> {edgePorts(edge, node.id).join(', ')}</span>
          </li>
        ))}
        {neighbours.length > most ? (
          <li className="text-muted">and {neighbours.length - most} more</li>
        ) : null}
      </ul>
    </div>
  )
}
