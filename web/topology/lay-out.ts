import { runForces } from './force-layout.ts'
import type { Picture } from './graph-picture.ts'
import { keepPlaces, startPlaces } from './kept-places.ts'
import { layeredLayout, type Positions } from './layered-layout.ts'
import type { ShownGraph } from './shown-graph.ts'
import type { Layout } from './use-topology-place.ts'

/** Draws a graph at once, and lets forces improve it where they can; gives what stops them. */
export function layOut(picture: Picture, graph: ShownGraph, layout: Layout): () => void {
  if (layout === 'layered') {
    picture.show(graph, layeredLayout(graph))
    return () => {}
  }
  const { start, fresh } = startPlaces(graph)
  picture.show(graph, start)
  if (fresh === 0) return () => {}
  picture.setBusy(true)
  let last: Positions = start
  const stop = runForces({
    graph,
    start,
    isFamiliar: fresh <= graph.nodes.size / 2,
    onMove(positions, isEnd) {
      last = positions
      picture.move(positions)
      if (!isEnd) return
      picture.setBusy(false)
      keepPlaces(positions)
    },
  })
  return () => {
    stop()
    picture.setBusy(false)
    keepPlaces(last)
  }
}
