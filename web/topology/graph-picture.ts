import Graph from 'graphology'
import { Sigma } from 'sigma'
import type { Positions } from './layered-layout.ts'
import { lineLooks, typeColour, typeShape, type Palette } from './picture-colours.ts'
import { markGraph, type Marks } from './picture-marks.ts'
import { primitives, stylesOf } from './picture-styles.ts'
import type { ShownEdge, ShownGraph, ShownNode } from './shown-graph.ts'

/** How wide the panel is that lies above the right of the picture. */
const panelWidth = 320

/** What the pointer is on: where it is in the picture, and how wide the picture is. */
export interface Hovered {
  id: number
  x: number
  y: number
  width: number
}

export interface Hearers {
  onHover(hovered: Hovered | undefined): void
  onPick(id: number | undefined): void
  onExpand(id: number): void
  onDragged(id: number, place: { x: number; y: number }): void
}

/** Draws a graph into an element, until it is ended. Throws where the browser has no WebGL. */
export function openPicture(container: HTMLElement, palette: Palette, hearers: Hearers) {
  const sigma = new Sigma(new Graph({ multi: true, type: 'undirected' }), container, {
    primitives,
    styles: stylesOf(palette) as never,
    customNodeState: { isDim: false, isLit: false } as never,
    customEdgeState: { isDim: false, isLit: false, isTold: false } as never,
    settings: {
      renderEdgeLabels: true,
      itemSizesReference: 'screen',
      labelRenderedSizeThreshold: 5,
      labelGridCellSize: 90,
      minEdgeThickness: 0.8,
      stagePadding: 40,
      minCameraRatio: 0.01,
      maxCameraRatio: 3,
      enableCameraRotation: false,
      enableNodeDrag: true,
      getDraggedNodes: (node) => [node, ...(around.get(Number(node)) ?? []).map(String)],
      zoomDuration: 180,
      doubleClickZoomingRatio: 1,
      hideLabelsOnMove: false,
    },
  })
  let shown: ShownGraph | undefined
  let around: ReadonlyMap<number, readonly number[]> = new Map()
  sigma.on('enterNode', ({ node }) => {
    const data = sigma.getNodeDisplayData(node)
    const width = container.clientWidth
    if (data) hearers.onHover({ id: Number(node), ...sigma.framedGraphToViewport(data), width })
  })
  sigma.on('leaveNode', () => hearers.onHover(undefined))
  sigma.on('clickNode', ({ node }) => hearers.onPick(Number(node)))
  sigma.on('clickStage', () => hearers.onPick(undefined))
  sigma.on('doubleClickNode', (event) => {
    event.preventSigmaDefault()
    hearers.onExpand(Number(event.node))
  })
  sigma.on('nodeDragEnd', ({ node }) => {
    const { x, y } = sigma.getGraph().getNodeAttributes(node) as { x: number; y: number }
    hearers.onDragged(Number(node), { x, y })
  })
  followPace(sigma)

  return {
    /** `satellites` are drawn along with what they stand around. */
    show(graph: ShownGraph, positions: Positions, satellites?: typeof around): void {
      shown = graph
      around = satellites ?? new Map()
      const labelPosition = satellites ? 'below' : 'right'
      const next = new Graph({ multi: true, type: 'undirected' })
      const many = graph.nodes.size
      // Many lines above one another would hide what they join.
      const opacity = Math.max(0.22, Math.min(0.8, 20 / Math.sqrt(graph.edges.size)))
      for (const node of graph.nodes.values())
        next.addNode(String(node.id), {
          ...lookOf(node, palette, graph.at.get(node.id)?.length ?? 0, many),
          ...positions.get(node.id),
          labelPosition,
        })
      for (const edge of graph.edges.values())
        next.addEdgeWithKey(edge.key, String(edge.parent), String(edge.child), {
          ...edgeLook(edge, palette),
          opacity,
        })
      sigma.setGraph(next as never)
    },
    move(positions: Positions): void {
      sigma.getGraph().updateEachNodeAttributes(
        (node, attributes) => {
          const place = positions.get(Number(node))
          return place ? Object.assign(attributes, place) : attributes
        },
        { attributes: ['x', 'y'] },
      )
    },
    mark(marks: Marks | undefined): void {
      if (shown) markGraph(sigma, shown, marks)
    },
    /** Says whether things still move. */
    setBusy(isBusy: boolean): void {
      container.ariaBusy = String(isBusy)
    },
    zoom(by: number): void {
      const camera = sigma.getCamera()
      void camera.animate({ ratio: camera.getState().ratio / by }, { duration: 180 })
    },
    fit(): void {
      void sigma.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }, { duration: 250 })
    },
    /** Brings things into sight, as large as they may be. */
    lookAt(ids: readonly number[]): void {
      const places = ids.flatMap((id) => sigma.getNodeDisplayData(String(id)) ?? [])
      if (places.length === 0) return
      const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2
      const reach = (values: number[]) => Math.max(...values) - Math.min(...values)
      const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)]
      const ratio = Math.min(1.1, Math.max(0.12, Math.max(reach(xs), reach(ys)) * 1.5))
      const { width, height } = sigma.getDimensions()
      // To the left of the panel that says the same.
      const x = middle(xs) + (width > 700 ? (panelWidth / 2 / Math.min(width, height)) * ratio : 0)
      void sigma.getCamera().animate({ x, y: middle(ys), ratio }, { duration: 300 })
    },
    end: () => sigma.kill(),
  }
}

export type Picture = ReturnType<typeof openPicture>

/** Milliseconds between two pictures that move, from which on lines are left out while they do. */
const tooSlow = 70

/** Without a graphics card the lines of a large graph are drawn when the picture rests. */
function followPace(sigma: Sigma): void {
  let last = 0
  let slow = 0
  let hasMoved = false
  sigma.getCamera().on('updated', () => {
    hasMoved = true
  })
  sigma.on('afterRender', () => {
    const now = performance.now()
    const isSlow = hasMoved && now - last > tooSlow && sigma.getGraph().size > 1_000
    slow = isSlow ? slow + 1 : 0
    last = now
    hasMoved = false
    if (slow > 2) sigma.setSetting('hideEdgesOnMove', true)
  })
}

function lookOf(node: ShownNode, palette: Palette, degree: number, many: number) {
  const most = many > 1_500 ? 10 : 15
  const least = many > 1_500 ? 1.2 : many > 250 ? 2 : 4
  return {
    label: node.name,
    size: Math.min(most, least + Math.sqrt(degree) * (many > 1_500 ? 0.9 : 1.3)),
    color: typeColour(palette, node.kind, node.type),
    shape: typeShape(node.kind, node.type),
    opacity: node.status === 'inactive' ? 0.6 : 1,
    ring: node.status === 'inactive' ? 'visible' : 'hidden',
  }
}

const edgeLook = (edge: ShownEdge, { line, types }: Palette) => ({
  ...lineLooks[edge.type],
  color: edge.type === 'connects_to' ? types['network_device'] : line,
})
