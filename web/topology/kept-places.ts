import type { Positions } from './layered-layout.ts'
import { radialLayout } from './radial-layout.ts'
import { otherEnd, type ShownGraph } from './shown-graph.ts'

const name = 'rollcall-topology'
let kept: Positions | undefined

/** Where things stood last, for as long as the tab is open. */
function keptPlaces(): Positions {
  kept ??= new Map(read().map(([id, x, y]) => [id, { x, y }]))
  return kept
}

export function keepPlaces(positions: Positions): void {
  const all = keptPlaces()
  for (const [id, place] of positions) all.set(id, place)
  const rows = [...all].map(([id, { x, y }]) => [id, Math.round(x * 10) / 10, Math.round(y * 10) / 10])
  try {
    sessionStorage.setItem(name, JSON.stringify(rows))
  } catch {
    // Without storage they are kept as long as the page.
  }
}

export function forgetPlaces(): void {
  kept = new Map()
  try {
    sessionStorage.removeItem(name)
  } catch {
    // There is nothing to forget either.
  }
}

function read(): [number, number, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? '[]') as [number, number, number][]
  } catch {
    return []
  }
}

/** Forces settle where lines are about this many times longer than rings are apart. */
const scale = 40

/** Where forces begin: at the kept places, what is new beside what it hangs on; else on rings. */
export function startPlaces(core: ShownGraph): { start: Positions; fresh: number } {
  const known = keptPlaces()
  const start: Positions = new Map()
  for (const id of core.nodes.keys()) {
    const place = known.get(id)
    if (place) start.set(id, place)
  }
  const fresh = core.nodes.size - start.size
  if (fresh === 0) return { start, fresh }
  const rings = new Map([...radialLayout(core)].map(([id, { x, y }]) => [id, { x: x * scale, y: y * scale }]))
  if (fresh > core.nodes.size / 2) return { start: rings, fresh }
  let at = 0
  for (const id of core.nodes.keys()) {
    if (start.has(id)) continue
    const near = (core.at.get(id) ?? []).map((edge) => start.get(otherEnd(edge, id))).find(Boolean)
    const { x, y } = near ?? rings.get(id)!
    const angle = (at += 1) * 2.4
    start.set(id, { x: x + scale * Math.cos(angle), y: y + scale * Math.sin(angle) })
  }
  return { start, fresh }
}
