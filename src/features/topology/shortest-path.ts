/** A step to a neighbour. */
export interface Hop<Detail> {
  from: number
  to: number
  /** Whole and positive; the sum along a path is made small. */
  cost: number
  detail: Detail
}

/** Gives every step away from these places, in one go. */
export type Expand<Detail> = (places: readonly number[]) => Promise<Hop<Detail>[]>

interface Side<Detail> {
  costs: Map<number, number>
  /** The step by which a place was reached, from the side's own end. */
  via: Map<number, Hop<Detail>>
  /** Places that were reached and not yet looked at, by what it cost to get there. */
  waiting: Map<number, Set<number>>
  done: Set<number>
}

/**
 * The cheapest way between two places, looking from both ends at once (Dijkstra's algorithm; all places of one cost are
 * expanded together). Undefined where there is none, `too far` when more than `most` places would have to be looked at.
 * `expand` must give a step and its reverse at the same cost. Of ways that cost the same always the same one is given.
 */
export async function shortestPath<Detail>(
  start: number,
  goal: number,
  expand: Expand<Detail>,
  most: number,
): Promise<Hop<Detail>[] | 'too far' | undefined> {
  if (start === goal) return []
  const sides: [Side<Detail>, Side<Detail>] = [sideOf(start), sideOf(goal)]
  for (;;) {
    const [one, other] = sides.map(nearest) as [number | undefined, number | undefined]
    const meeting = cheapestMeeting(sides)
    if (one === undefined || other === undefined || (meeting && meeting.cost <= one + other))
      return meeting && pathThrough(meeting.place, sides)
    if (sides[0].done.size + sides[1].done.size > most) return 'too far'
    const side = sides[0].waiting.get(one)!.size <= sides[1].waiting.get(other)!.size ? sides[0] : sides[1]
    await advance(side, side === sides[0] ? one : other, expand)
  }
}

const sideOf = <Detail>(end: number): Side<Detail> => ({
  costs: new Map([[end, 0]]),
  via: new Map(),
  waiting: new Map([[0, new Set([end])]]),
  done: new Set(),
})

const nearest = <Detail>({ waiting }: Side<Detail>): number | undefined =>
  waiting.size === 0 ? undefined : Math.min(...waiting.keys())

async function advance<Detail>(side: Side<Detail>, cost: number, expand: Expand<Detail>): Promise<void> {
  const places = [...side.waiting.get(cost)!].toSorted((left, right) => left - right)
  side.waiting.delete(cost)
  for (const place of places) side.done.add(place)
  const hops = (await expand(places)).toSorted(
    (left, right) => left.from - right.from || left.to - right.to || left.cost - right.cost,
  )
  for (const hop of hops) {
    const reached = cost + hop.cost
    const before = side.costs.get(hop.to)
    if (side.done.has(hop.to) || (before !== undefined && before <= reached)) continue
    if (before !== undefined) leave(side, before, hop.to)
    side.costs.set(hop.to, reached)
    side.via.set(hop.to, hop)
    const waiting = side.waiting.get(reached) ?? new Set()
    side.waiting.set(reached, waiting.add(hop.to))
  }
}

function leave<Detail>({ waiting }: Side<Detail>, cost: number, place: number): void {
  const places = waiting.get(cost)!
  places.delete(place)
  if (places.size === 0) waiting.delete(cost)
}

function cheapestMeeting<Detail>([one, other]: readonly [Side<Detail>, Side<Detail>]) {
  const [fewer, more] = one.costs.size <= other.costs.size ? [one, other] : [other, one]
  let best: { place: number; cost: number } | undefined
  for (const [place, cost] of fewer.costs) {
    const rest = more.costs.get(place)
    if (rest === undefined) continue
    const sum = cost + rest
    if (best === undefined || sum < best.cost || (sum === best.cost && place < best.place))
      best = { place, cost: sum }
  }
  return best
}

function pathThrough<Detail>(
  place: number,
  [one, other]: readonly [Side<Detail>, Side<Detail>],
): Hop<Detail>[] {
  const there: Hop<Detail>[] = []
  for (let hop = one.via.get(place); hop !== undefined; hop = one.via.get(hop.from)) there.unshift(hop)
  for (let hop = other.via.get(place); hop !== undefined; hop = other.via.get(hop.from))
    there.push({ ...hop, from: hop.to, to: hop.from })
  return there
}
