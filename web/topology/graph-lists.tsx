import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { counted } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/page.tsx'
import { DeviceState } from '../ui/status-badges.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { nodeTypeName } from './node-icon.tsx'
import { noEdges, type ShownEdge, type ShownGraph, type ShownNode } from './shown-graph.ts'
import { edgePorts, edgeProtocols, relationWords } from './topology-words.ts'

const step = 100

/** The same graph as two tables. */
export function GraphLists({ graph, onPick }: { graph: ShownGraph; onPick(id: number): void }) {
  const nodes = [...graph.nodes.values()].toSorted(
    (left, right) =>
      degree(graph, right) - degree(graph, left) ||
      left.name.localeCompare(right.name, 'en', { numeric: true }),
  )
  return (
    <div className="flex min-h-0 grow flex-col gap-3 overflow-y-auto p-3">
      <Growing
        title={counted(nodes.length, 'device')}
        label="Devices of the graph"
        columns={nodeColumns(graph, onPick)}
        rows={nodes}
        rowKey={({ id }) => id}
      />
      <Growing
        title={counted(graph.edges.size, 'relationship')}
        label="Relationships of the graph"
        columns={edgeColumns(graph)}
        rows={[...graph.edges.values()]}
        rowKey={({ key }) => key}
      />
    </div>
  )
}

const degree = (graph: ShownGraph, { id }: ShownNode): number => (graph.at.get(id) ?? noEdges).length

const nodeColumns = (graph: ShownGraph, onPick: (id: number) => void): Column<ShownNode>[] => [
  {
    header: 'Device',
    cell: ({ id, name }) => (
      <button
        type="button"
        className="max-w-72 truncate text-left font-medium hover:text-accent hover:underline"
        onClick={() => onPick(id)}
      >
        {name}
      </button>
    ),
  },
  { header: 'Type', cell: nodeTypeName },
  { header: 'Status', cell: ({ status }) => <DeviceState device={{ status: status as 'active' }} /> },
  { header: 'Address', cell: ({ address }) => address ?? '—', className: 'hidden sm:table-cell' },
  { header: 'Site', cell: ({ site }) => site ?? '—', className: 'hidden md:table-cell' },
  { header: 'Relationships', cell: (node) => degree(graph, node) },
]

const edgeColumns = (graph: ShownGraph): Column<ShownEdge>[] => [
  { header: 'From', cell: ({ parent }) => <End node={graph.nodes.get(parent)} /> },
  {
    header: 'How',
    cell: ({ type }) => <span className="whitespace-nowrap">{relationWords(type, true)}</span>,
  },
  { header: 'To', cell: ({ child }) => <End node={graph.nodes.get(child)} /> },
  {
    header: 'Ports',
    cell: (edge) => (
      <span className="font-mono text-xs">{edgePorts(edge, edge.parent).join(', ') || '—'}</span>
    ),
  },
  {
    header: 'Says',
    cell: (edge) => [...edge.sources, ...edgeProtocols(edge)].join(' · '),
    className: 'hidden sm:table-cell',
  },
]

function End({ node }: { node: ShownNode | undefined }) {
  if (node === undefined) return null
  if (node.kind === 'volume') return <span>{node.name}</span>
  return (
    <Link to="/devices/$id" params={{ id: String(node.id) }} className="hover:text-accent hover:underline">
      {node.name}
    </Link>
  )
}

interface GrowingProps<Row> {
  title: string
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey(row: Row): string | number
}

/** A table that shows more when it is asked to. */
function Growing<Row>({ title, rows, ...table }: GrowingProps<Row>) {
  const [many, setMany] = useState(step)
  return (
    <Panel title={title} className="shrink-0">
      <Table {...table} rows={rows.slice(0, many)} />
      {many < rows.length ? (
        <div className="flex items-center gap-3 border-t px-4 py-2 text-muted">
          The first {many} are shown.
          <Button onClick={() => setMany(many + 5 * step)}>Show more</Button>
        </div>
      ) : null}
    </Panel>
  )
}
