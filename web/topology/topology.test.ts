import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layeredLayout, standsBelow } from './layered-layout.ts'
import { radialLayout } from './radial-layout.ts'
import { coreOf, withSatellites } from './satellites.ts'
import { pathMarks, shownGraph } from './shown-graph.ts'
import { edgePorts, neighboursIn } from './topology-words.ts'
import type { GraphAnswer, Line, PathStep, RelationType } from './topology-types.ts'

type Node = GraphAnswer['nodes'][number]
const node = (id: number, type: Node['type']): Node => ({
  id,
  name: `${type} ${id}`,
  type,
  status: 'active',
  site: null,
  address: null,
})
const edge = (id: number, parent: number, child: number, type: RelationType, lines: Line[] = []) => ({
  id,
  parent,
  child,
  type,
  lines,
  source: `source ${id}`,
})
const answer = (nodes: Node[], edges: GraphAnswer['edges']): GraphAnswer => ({
  nodes,
  edges,
  total: nodes.length,
  truncated: false,
  sources: [],
})

/** A cluster with two hosts, a machine on each, behind three switches in a row. */
const small = answer(
  [
    node(1, 'cluster'),
    ...[2, 3].map((id) => node(id, 'server')),
    ...[4, 5].map((id) => node(id, 'vm')),
    ...[6, 7, 8].map((id) => node(id, 'network_device')),
    node(9, 'phone'),
  ],
  [
    edge(1, 1, 2, 'manages'),
    edge(2, 1, 3, 'manages'),
    edge(3, 2, 4, 'hosts'),
    edge(4, 3, 5, 'hosts'),
    edge(5, 6, 7, 'connects_to', [{ parentPort: 'a', childPort: 'b', protocols: ['lldp'] }]),
    edge(6, 8, 7, 'connects_to'),
    edge(7, 2, 6, 'connects_to'),
    edge(8, 9, 8, 'connects_to'),
  ],
)

test('what runs on something, is managed or plugged in stands below it', () => {
  assert.deepEqual(
    [...standsBelow(shownGraph([small]))].toSorted(([a], [b]) => a - b),
    [[2, 1], [3, 1], [4, 2], [5, 3], [6, 7], [8, 7], [9, 8]], // prettier-ignore
  )
})

test('things that carry one another in a circle are all placed', () => {
  const circle = answer(
    [1, 2, 3].map((id) => node(id, 'server')),
    [edge(1, 1, 2, 'hosts'), edge(2, 2, 3, 'manages'), edge(3, 3, 1, 'hosts')],
  )
  for (const layout of [layeredLayout, radialLayout])
    assert.deepEqual(
      [...layout(shownGraph([circle])).keys()].toSorted((a, b) => a - b),
      [1, 2, 3],
    )
})

test('each layout gives everything a place of its own', () => {
  const many = answer(
    Array.from({ length: 600 }, (_, at) => node(at + 1, at < 20 ? 'server' : 'vm')),
    Array.from({ length: 500 }, (_, at) => edge(at + 1, (at % 20) + 1, at + 21, 'hosts')),
  )
  for (const layout of [layeredLayout, radialLayout])
    for (const graph of [shownGraph([small]), shownGraph([many])]) {
      const places = [...layout(graph).values()].map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`)
      assert.equal(new Set(places).size, graph.nodes.size)
    }
})

test('below is lower on the page', () => {
  const places = layeredLayout(shownGraph([small]))
  for (const [low, high] of standsBelow(shownGraph([small])))
    assert.ok(places.get(low)!.y < places.get(high)!.y)
})

test('what several sources tell of one connection is one line, with all its ports', () => {
  const twice = answer(
    [node(1, 'server'), node(2, 'network_device')],
    [
      edge(1, 1, 2, 'connects_to', [{ parentPort: 'eth0', childPort: 'Gi1', protocols: ['lldp'] }]),
      edge(2, 2, 1, 'connects_to', [{ parentPort: 'Gi2', childPort: 'eth1', protocols: ['cdp'] }]),
    ],
  )
  const graph = shownGraph([twice, twice])
  const [only] = [...graph.edges.values()]
  assert.equal(graph.edges.size, 1)
  assert.deepEqual(edgePorts(only!, 1), ['eth0 – Gi1', 'eth1 – Gi2'])
  assert.deepEqual(edgePorts(only!, 2), ['Gi1 – eth0', 'Gi2 – eth1'])
  assert.deepEqual(only!.sources, ['source 1', 'source 2'])
})

test('neighbours are told from the side of the one that was asked for', () => {
  assert.deepEqual(
    neighboursIn(shownGraph([small]), 2).map(({ id, words }) => [id, words]),
    [
      [6, 'connected to'],
      [4, 'hosts'],
      [1, 'managed by'],
    ],
  )
})

test('a path adds what the graph does not show, and uses the lines that it shows', () => {
  const place = (kind: 'device' | 'volume', id: number) => ({ kind, id, name: `${id}`, type: 'vm', status: 'active' }) // prettier-ignore
  const step = (from: PathStep['from'], to: PathStep['to'], type: PathStep['type']): PathStep => ({
    from,
    to,
    type,
    text: '',
    source: 'lab',
    metadata: {},
  })
  const path = [
    step(place('device', 4), place('device', 2), 'hosts'),
    step(place('device', 2), place('volume', 2), 'uses'),
  ]
  const graph = shownGraph([small], path)
  assert.equal(graph.nodes.size, small.nodes.length + 1)
  assert.equal(graph.edges.size, small.edges.length + 1)
  const marks = pathMarks(path)
  assert.deepEqual([...marks.nodes], [4, 2, -2])
  for (const key of marks.edges) assert.ok(graph.edges.has(key))
})

test('what hangs on one thing only stands around it, and no force moves it', () => {
  const graph = shownGraph([small])
  const { core, around } = coreOf(graph)
  assert.deepEqual(
    [...around].toSorted(([a], [b]) => a - b),
    [[2, [4]], [3, [5]], [8, [9]]], // prettier-ignore
  )
  const places = withSatellites(radialLayout(core), around)
  assert.deepEqual(
    [...places.keys()].toSorted((a, b) => a - b),
    [...graph.nodes.keys()],
  )
  for (const edges of core.at.values())
    for (const edge of edges) assert.ok(core.nodes.has(edge.parent) && core.nodes.has(edge.child))
})

test('of two that have only one another, one stands in the middle', () => {
  const pair = answer([node(1, 'server'), node(2, 'vm')], [edge(1, 1, 2, 'hosts')])
  const { core, around } = coreOf(shownGraph([pair]))
  assert.deepEqual([core.nodes.size, core.edges.size, [...around.values()].flat().length], [1, 0, 1])
})
