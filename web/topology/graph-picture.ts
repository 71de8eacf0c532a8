import Graph from 'graphology'
import { Sigma } from 'sigma'
import {
  layerDashed,
  layerFill,
  pathLine,
  sdfCircle,
  sdfDiamond,
  sdfSquare,
  sdfTriangle,
} from 'sigma/rendering'
import type { Positions } from './layered-layout.ts'
import { lineLooks, typeColour, typeShape, type Palette } from './picture-colours.ts'
import { noEdges, otherEnd, type ShownEdge, type ShownGraph, type ShownNode } from './shown-graph.ts'
import { edgePorts } from './topology-words.ts'

/** What stands out of the picture: the rest steps back. */
export interface Marks {
  nodes: ReadonlySet<number>
  edges: ReadonlySet<string>
}

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

const primitives = {
  nodes: {
    shapes: [sdfCircle(), sdfSquare({ cornerRadius: 0.25 }), sdfTriangle(), sdfDiamond()],
    layers: [layerFill()],
  },
  edges: {
    paths: [pathLine()],
    layers: [
      layerDashed({
        dashSize: { attribute: 'dash', mode: 'pixels', default: 10 },
        gapSize: { attribute: 'gap', mode: 'pixels', default: 0 },
      }),
    ],
  },
} as const

const font = 'ui-sans-serif, system-ui, sans-serif'

/** A value that hangs on a state of the thing, as sigma reads it. */
const when = (state: string, yes: unknown, no: unknown) =>
  // oxlint-disable-next-line unicorn/no-thenable -- its name for the value, and nobody awaits it
  ({ whenState: state, then: yes, else: no })

/** Every value hangs on the thing alone, so that panning and hovering draw again and work nothing out. */
const stylesOf = (palette: Palette) => ({
  nodes: {
    x: { attribute: 'x' },
    y: { attribute: 'y' },
    size: { attribute: 'size' },
    color: { attribute: 'color' },
    shape: { attribute: 'shape' },
    opacity: when('isDim', 0.18, { attribute: 'opacity' }),
    depth: when('isLit', 'topNodes', 'nodes'),
    label: { attribute: 'label' },
    labelColor: palette.ink,
    labelFont: font,
    labelSize: 11,
    labelPosition: { attribute: 'labelPosition' },
    labelVisibility: when('isDim', 'hidden', when('isLit', 'visible', 'auto')),
    backdropVisibility: when('isDim', 'hidden', { attribute: 'ring' }),
    backdropArea: 'node',
    backdropColor: palette.ground,
    backdropBorderColor: palette.bad,
    backdropBorderWidth: 2,
    backdropPadding: 2,
    backdropShadowBlur: 0,
    backdropShadowColor: 'rgba(0,0,0,0)',
    cursor: 'pointer',
  },
  edges: {
    dash: { attribute: 'dash' },
    gap: { attribute: 'gap' },
    size: when('isLit', 2.6, { attribute: 'size' }),
    color: when('isLit', palette.accent, { attribute: 'color' }),
    opacity: when('isDim', 0.12, when('isLit', 1, 0.75)),
    depth: when('isLit', 'topEdges', 'edges'),
    label: { attribute: 'label' },
    labelColor: palette.ink,
    labelFont: font,
    labelSize: 10,
    labelBackgroundColor: palette.ground,
    labelBackgroundPadding: 2,
    labelVisibility: when('isTold', 'visible', 'hidden'),
  },
})

/** So many names and ports beside one another can be read. */
const mostTold = 24
/** Letting everything else step back at each move of the pointer takes too long beyond. */
const mostDimmed = 3_000

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

  return {
    /** `satellites` are drawn along with what they stand around. */
    show(graph: ShownGraph, positions: Positions, satellites?: typeof around): void {
      shown = graph
      around = satellites ?? new Map()
      const labelPosition = satellites ? 'below' : 'right'
      const next = new Graph({ multi: true, type: 'undirected' })
      const many = graph.nodes.size
      for (const node of graph.nodes.values())
        next.addNode(String(node.id), {
          ...lookOf(node, palette, graph.at.get(node.id)?.length ?? 0, many),
          ...positions.get(node.id),
          labelPosition,
        })
      for (const edge of graph.edges.values())
        next.addEdgeWithKey(edge.key, String(edge.parent), String(edge.child), edgeLook(edge, palette))
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
      if (!shown) return
      const drawn = sigma.getGraph()
      const left = (id: number) => drawn.getNodeAttribute(String(id), 'x') as number
      if (marks && marks.edges.size <= mostTold)
        for (const key of marks.edges) {
          const edge = shown.edges.get(key)
          // Along the line, from left to right, as the letters are drawn.
          if (edge?.type === 'connects_to')
            drawn.setEdgeAttribute(
              key,
              'label',
              edgePorts(edge, left(edge.parent) <= left(edge.child) ? edge.parent : edge.child).join(', '),
            )
        }
      markGraph(sigma as never, shown, marks)
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
      void sigma.getCamera().animate({ x: middle(xs), y: middle(ys), ratio }, { duration: 300 })
    },
    end: () => sigma.kill(),
  }
}

export type Picture = ReturnType<typeof openPicture>

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

interface Marked {
  setNodesState(keys: string[], state: object): unknown
  setEdgesState(keys: string[], state: object): unknown
}

function markGraph(sigma: Marked, graph: ShownGraph, marks: Marks | undefined): void {
  const dims = marks !== undefined && graph.nodes.size <= mostDimmed
  const told = marks !== undefined && marks.edges.size <= mostTold
  const nodes = { lit: [] as string[], dim: [] as string[], rest: [] as string[] }
  for (const id of graph.nodes.keys())
    nodes[marks?.nodes.has(id) ? 'lit' : dims ? 'dim' : 'rest'].push(String(id))
  const edges = { lit: [] as string[], dim: [] as string[], rest: [] as string[] }
  for (const key of graph.edges.keys()) edges[marks?.edges.has(key) ? 'lit' : dims ? 'dim' : 'rest'].push(key)
  const isLit = marks !== undefined && marks.nodes.size <= mostTold * 2
  sigma.setNodesState(nodes.lit, { isLit, isDim: false })
  sigma.setNodesState(nodes.dim, { isLit: false, isDim: true })
  sigma.setNodesState(nodes.rest, { isLit: false, isDim: false })
  sigma.setEdgesState(edges.lit, { isLit: true, isDim: false, isTold: told })
  sigma.setEdgesState(edges.dim, { isLit: false, isDim: true, isTold: false })
  sigma.setEdgesState(edges.rest, { isLit: false, isDim: false, isTold: false })
}

/** A thing with what it hangs together with. */
export function marksAround(graph: ShownGraph, id: number): Marks {
  const edges = graph.at.get(id) ?? noEdges
  return {
    nodes: new Set([id, ...edges.map((edge) => otherEnd(edge, id))]),
    edges: new Set(edges.map(({ key }) => key)),
  }
}
