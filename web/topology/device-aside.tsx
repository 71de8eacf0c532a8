import { Link } from '@tanstack/react-router'
import { Crosshair, ExternalLink, Expand, Route, X } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton, buttonClass } from '../ui/button.tsx'
import { DeviceState } from '../ui/status-badges.tsx'
import { NodeIcon, nodeTypeName } from './node-icon.tsx'
import type { ShownGraph, ShownNode } from './shown-graph.ts'
import { edgePorts, edgeProtocols, neighboursIn, type Neighbour } from './topology-words.ts'

const atFirst = 60

interface DeviceAsideProps {
  graph: ShownGraph
  node: ShownNode
  onPick(id: number): void
  onExpand(): void
  onAround(): void
  onPath(): void
  onClose(): void
}

/** A thing of the picture in words: what it is, and what it hangs together with over which ports. */
export function DeviceAside({ graph, node, onClose, ...does }: DeviceAsideProps) {
  return (
    <section aria-label={node.name} className="flex min-h-0 flex-col">
      <div className="flex items-start gap-2 border-b py-2 pr-2 pl-4">
        <div className="min-w-0 grow py-0.5">
          <h2 className="flex items-center gap-1.5 text-sm font-semibold">
            <NodeIcon of={node} size={15} />
            <span className="truncate">{node.name}</span>
          </h2>
          <p className="flex flex-wrap gap-x-2 text-xs text-muted">
            {nodeTypeName(node)}
            {node.kind === 'device' ? <DeviceState device={{ status: node.status as 'active' }} /> : null}
          </p>
          <p className="truncate text-xs text-muted">
            {[node.address, node.site].filter(Boolean).join(' · ')}
          </p>
        </div>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </div>
      <div className="flex flex-wrap gap-1.5 border-b px-4 py-2">
        <PageLink node={node} />
        {node.kind === 'device' ? (
          <>
            <Button icon={Route} onClick={does.onPath}>
              Path from here
            </Button>
            <Button icon={Expand} onClick={does.onExpand} title="The same as a double click">
              Show all neighbours
            </Button>
            <Button icon={Crosshair} onClick={does.onAround}>
              Only around it
            </Button>
          </>
        ) : null}
      </div>
      <Neighbours key={node.id} graph={graph} node={node} onPick={does.onPick} />
    </section>
  )
}

function PageLink({ node }: { node: ShownNode }) {
  const words = (
    <>
      <ExternalLink size={15} aria-hidden /> Open its page
    </>
  )
  return node.kind === 'volume' ? (
    <Link to="/volumes/$id" params={{ id: String(-node.id) }} className={buttonClass('plain')}>
      {words}
    </Link>
  ) : (
    <Link to="/devices/$id" params={{ id: String(node.id) }} className={buttonClass('plain')}>
      {words}
    </Link>
  )
}

function Neighbours({ graph, node, onPick }: Pick<DeviceAsideProps, 'graph' | 'node' | 'onPick'>) {
  const [all, setAll] = useState(false)
  const neighbours = neighboursIn(graph, node.id)
  const shown = all ? neighbours : neighbours.slice(0, atFirst)
  const kinds = [...new Set(shown.map(({ words }) => words))]
  return (
    <div className="min-h-0 grow overflow-y-auto pb-2">
      {neighbours.length === 0 ? <p className="px-4 py-3 text-muted">Nothing here hangs on it.</p> : null}
      {kinds.map((words) => (
        <div key={words} className="px-2 pt-2">
          <h3 className="px-2 text-xs text-muted first-letter:uppercase">
            {words} ({neighbours.filter((each) => each.words === words).length})
          </h3>
          <ul aria-label={words}>
            {shown
              .filter((each) => each.words === words)
              .map((each) => (
                <NeighbourRow
                  key={each.edge.key}
                  graph={graph}
                  from={node.id}
                  neighbour={each}
                  onPick={onPick}
                />
              ))}
          </ul>
        </div>
      ))}
      {shown.length < neighbours.length ? (
        <button
          type="button"
          className="px-4 text-xs text-accent hover:underline"
          onClick={() => setAll(true)}
        >
          Show all {neighbours.length}
        </button>
      ) : null}
    </div>
  )
}

interface NeighbourRowProps {
  graph: ShownGraph
  from: number
  neighbour: Neighbour
  onPick(id: number): void
}

function NeighbourRow({ graph, from, neighbour: { id, edge }, onPick }: NeighbourRowProps) {
  const other = graph.nodes.get(id)!
  const ports = edgePorts(edge, from)
  return (
    <li>
      <button
        type="button"
        onClick={() => onPick(id)}
        className="flex w-full items-start gap-2 rounded px-2 py-1 text-left hover:bg-sunken"
      >
        <span className="pt-0.5">
          <NodeIcon of={other} />
        </span>
        <span className="min-w-0">
          <span className="block truncate font-medium">{other.name}</span>
          {ports.map((each) => (
            <span key={each} className="block truncate font-mono text-2xs text-muted">
              {each}
            </span>
          ))}
        </span>
        <span className="ml-auto shrink-0 pt-px text-2xs text-muted">
          {[...edgeProtocols(edge), ...edge.sources].join(' · ')}
        </span>
      </button>
    </li>
  )
}
