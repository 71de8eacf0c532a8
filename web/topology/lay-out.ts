import { runForces } from './force-layout.ts'
import type { Picture } from './graph-picture.ts'
import { keepPlaces, startPlaces } from './kept-places.ts'
import { layeredLayout, type Positions } from './layered-layout.ts'
import { coreOf, withSatellites } from './satellites.ts'
import type { ShownGraph } from './shown-graph.ts'
import type { Layout } from './use-topology-place.ts'

/** Draws a graph at once, and lets forces improve it where they can; gives what stops them. */
export function layOut(picture: Picture, graph: ShownGraph, layout: Layout): () => void {
  if (layout === 'layered') {
    picture.show(graph, layeredLayout(graph))
    return () => {}
  }
  const parts = coreOf(graph)
  const { start, fresh } = startPlaces(parts.core)
  let last: Positions = withSatellites(start, parts.around)
  picture.show(graph, last, parts.around)
  if (fresh === 0) return () => {}
  picture.setBusy(true)
  const stop = runForces({
    graph: parts,
    start,
    isFamiliar: fresh <= parts.core.nodes.size / 2,
    onMove(positions, isEnd) {
      last = withSatellites(positions, parts.around)
      picture.move(last)
      if (!isEnd) return
      picture.setBusy(false)
      keepPlaces(last)
    },
  })
  return () => {
    stop()
    picture.setBusy(false)
    keepPlaces(last)
  }
}
