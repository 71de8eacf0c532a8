import type { Positions } from './layered-layout.ts'
import { otherEnd, type ShownGraph } from './shown-graph.ts'

interface Piece {
  radius: number
  places: { id: number; x: number; y: number }[]
}

/**
 * Where things stand before forces move them: each piece that hangs together as rings around its best connected
 * thing, the largest piece in the middle. Near enough to the end that the first picture can be read.
 */
export function radialLayout(graph: ShownGraph): Positions {
  const degree = (id: number) => graph.at.get(id)?.length ?? 0
  const hubs = [...graph.nodes.keys()].toSorted((left, right) => degree(right) - degree(left) || left - right)
  const reached = new Set<number>()
  const pieces: Piece[] = []
  for (const hub of hubs) if (!reached.has(hub)) pieces.push(pieceAround(graph, hub, reached))
  return packed(pieces.toSorted((left, right) => right.radius - left.radius))
}

function pieceAround(graph: ShownGraph, hub: number, reached: Set<number>): Piece {
  const children = new Map<number, number[]>()
  const order = [hub]
  reached.add(hub)
  for (let at = 0; at < order.length; at += 1) {
    const from = order[at]!
    const next = (graph.at.get(from) ?? []).map((edge) => otherEnd(edge, from))
    const fresh = [...new Set(next)].filter((id) => !reached.has(id))
    for (const id of fresh) reached.add(id)
    children.set(from, fresh)
    order.push(...fresh)
  }
  const leaves = new Map<number, number>()
  for (const id of order.toReversed())
    leaves.set(id, Math.max(1, children.get(id)!.reduce((sum, child) => sum + leaves.get(child)!, 0))) // prettier-ignore
  // So that neighbours on the fullest ring do not touch.
  const step = Math.max(2, leaves.get(hub)! / (2 * Math.PI) / 2)
  const places: Piece['places'] = []
  const spread = [{ id: hub, from: 0, to: 2 * Math.PI, depth: 0 }]
  let deepest = 0
  for (let one = spread.pop(); one !== undefined; one = spread.pop()) {
    const { id, from, to, depth } = one
    deepest = Math.max(deepest, depth)
    const angle = (from + to) / 2
    // Every second leaf stands a little further out.
    const radius = depth * step + (children.get(id)!.length === 0 && places.length % 2 === 1 ? step / 3 : 0)
    places.push({ id, x: radius * Math.cos(angle), y: radius * Math.sin(angle) })
    let start = from
    for (const child of children.get(id)!) {
      const end = start + ((to - from) * leaves.get(child)!) / leaves.get(id)!
      spread.push({ id: child, from: start, to: end, depth: depth + 1 })
      start = end
    }
  }
  return { radius: (deepest + 0.5) * step, places }
}

/** Pieces on a spiral around the first. */
function packed(pieces: readonly Piece[]): Positions {
  const positions: Positions = new Map()
  let area = 0
  for (const [at, { radius, places }] of pieces.entries()) {
    const distance = at === 0 ? 0 : Math.sqrt(area / Math.PI) * 1.15 + radius
    // The golden angle leaves no direction out.
    const angle = at * Math.PI * (3 - Math.sqrt(5))
    for (const { id, x, y } of places)
      positions.set(id, { x: x + distance * Math.cos(angle), y: y + distance * Math.sin(angle) })
    area += Math.PI * (radius + 1) ** 2
  }
  return positions
}
