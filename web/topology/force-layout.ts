import type { ForceNews, ForceTask } from './force-worker.ts'
import type { Positions } from './layered-layout.ts'
import { reachOf, type CoreGraph } from './satellites.ts'
import type { ShownEdge } from './shown-graph.ts'

/** How strongly lines pull: a machine stays near its host, a backup server may be far. */
const weights: Partial<Record<ShownEdge['type'], number>> = { hosts: 2, connects_to: 1.5, backs_up: 0.3 }

interface ForceRun {
  graph: CoreGraph
  /** Where the things of the core stand. */
  start: Positions
  /** Places that were known already need only to make room. */
  isFamiliar: boolean
  onMove(positions: Positions, isEnd: boolean): void
}

/** Lets forces move things apart, in a thread of its own; gives what stops it. */
export function runForces({ graph: { core, around }, start, isFamiliar, onMove }: ForceRun): () => void {
  const ids = [...core.nodes.keys()]
  const satellites = (id: number) => around.get(id)?.length ?? 0
  const index = new Map(ids.map((id, at) => [id, at]))
  const edges = [...core.edges.values()]
  const task: ForceTask = {
    places: new Float32Array(ids.flatMap((id) => [start.get(id)!.x, start.get(id)!.y])),
    ends: new Uint32Array(edges.flatMap(({ parent, child }) => [index.get(parent)!, index.get(child)!])),
    weights: new Float32Array(edges.map(({ type }) => weights[type] ?? 1)),
    reaches: new Float32Array(ids.map((id) => reachOf(satellites(id)))),
    masses: new Float32Array(ids.map(satellites)),
    steps: isFamiliar ? 60 : ids.length > 3_000 ? 300 : 500,
    pace: ids.length > 1_500 ? 400 : 80,
  }
  const worker = new Worker(new URL('./force-worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data: { places, isEnd } }: MessageEvent<ForceNews>) => {
    onMove(new Map(ids.map((id, at) => [id, { x: places[at * 2]!, y: places[at * 2 + 1]! }])), isEnd)
    if (isEnd) worker.terminate()
  })
  worker.postMessage(task, [task.places.buffer, task.ends.buffer, task.weights.buffer])
  return () => worker.terminate()
}
