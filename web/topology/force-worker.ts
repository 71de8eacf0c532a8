import iterate from 'graphology-layout-forceatlas2/iterate.js'

/** What the worker is told: places as pairs of numbers, ends of lines as pairs of indexes, a weight for each line. */
export interface ForceTask {
  places: Float32Array
  ends: Uint32Array
  weights: Float32Array
  /** How much room each needs, and how many stand around it. */
  reaches: Float32Array
  masses: Float32Array
  /** How many steps at most. */
  steps: number
  /** Milliseconds between two pictures. */
  pace: number
}

export interface ForceNews {
  places: Float32Array
  isEnd: boolean
}

/** Numbers of a row: place, forces now and before, mass, convergence, size, whether it is held. */
const nodeWidth = 10
const edgeWidth = 3

function rowsOf({
  places,
  ends,
  weights,
  reaches,
  masses,
}: ForceTask): [nodes: Float32Array, edges: Float32Array] {
  const nodes = new Float32Array((places.length / 2) * nodeWidth)
  for (let at = 0; at < places.length / 2; at += 1)
    nodes.set(
      [places[at * 2]!, places[at * 2 + 1]!, 0, 0, 0, 0, 1 + masses[at]!, 1, reaches[at]!, 0],
      at * nodeWidth,
    )
  const edges = new Float32Array(weights.length * edgeWidth)
  for (let at = 0; at < weights.length; at += 1) {
    const [from, to] = [ends[at * 2]! * nodeWidth, ends[at * 2 + 1]! * nodeWidth]
    edges.set([from, to, weights[at]!], at * edgeWidth)
    nodes[from + 6]! += 1
    nodes[to + 6]! += 1
  }
  // Lines pull less where their first end has many: so what surrounds a hub has room.
  for (let at = 0; at < edges.length; at += edgeWidth)
    if (nodes[edges[at]! + 6]! < nodes[edges[at + 1]! + 6]!) edges.set([edges[at + 1]!, edges[at]!], at)
  return [nodes, edges]
}

/** How far things went on the average since the places that were told last, as a share of the whole. */
function tell(nodes: Float32Array, before: Float32Array, isEnd: boolean): number {
  const places = new Float32Array(before.length)
  let moved = 0
  let spread = 1
  for (let at = 0; at < places.length / 2; at += 1) {
    const [x, y] = [nodes[at * nodeWidth]!, nodes[at * nodeWidth + 1]!]
    moved += Math.abs(x - before[at * 2]!) + Math.abs(y - before[at * 2 + 1]!)
    spread = Math.max(spread, Math.abs(x), Math.abs(y))
    places[at * 2] = x
    places[at * 2 + 1] = y
  }
  before.set(places)
  postMessage({ places, isEnd } satisfies ForceNews, { transfer: [places.buffer] })
  return moved / (places.length / 2) / spread
}

addEventListener('message', ({ data }: MessageEvent<ForceTask>) => {
  const count = data.places.length / 2
  const [nodes, edges] = rowsOf(data)
  const settings = {
    linLogMode: false,
    outboundAttractionDistribution: true,
    adjustSizes: true,
    edgeWeightInfluence: 1,
    scalingRatio: 12,
    strongGravityMode: false,
    gravity: 1.5,
    slowDown: 1 + Math.log(count) / 2,
    barnesHutOptimize: count > 400,
    barnesHutTheta: 0.9,
  }
  const before = data.places.slice()
  let told = performance.now()
  for (let step = 0; step < data.steps; step += 1) {
    iterate(settings, nodes, edges)
    if (performance.now() - told < data.pace) continue
    const share = tell(nodes, before, false)
    told = performance.now()
    if (step > 60 && share < 0.0008) break
  }
  tell(nodes, before, true)
})
