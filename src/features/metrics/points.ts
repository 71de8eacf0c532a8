import { coreMetrics } from '#model/sample.ts'

/** Readings of one subject, by time, oldest first. A column has one value a time: NaN where it was not told. */
export interface Points {
  times: readonly number[]
  columns: ReadonlyMap<string, readonly number[]>
}

export const noPoints: Points = { times: [], columns: new Map() }

/** What a chunk holds, and what is sealed together: so many milliseconds, counted from 1970. */
export const bucketLength = 2 * 3_600_000

export const bucketOf = (time: number): number => Math.floor(time / bucketLength) * bucketLength

/** Both in one, by time. Where both told the same of the same time, what `first` told stays. */
export function mergePoints(first: Points, second: Points): Points {
  if (second.times.length === 0) return first
  if (first.times.length === 0) return second
  const times: number[] = []
  /** Where each time stands in both; -1 where it does not. */
  const origins: [number, number][] = []
  let left = 0
  let right = 0
  while (left < first.times.length || right < second.times.length) {
    const one = first.times[left] ?? Number.POSITIVE_INFINITY
    const other = second.times[right] ?? Number.POSITIVE_INFINITY
    times.push(Math.min(one, other))
    origins.push([one <= other ? left : -1, other <= one ? right : -1])
    if (one <= other) left += 1
    if (other <= one) right += 1
  }
  const names = new Set([...first.columns.keys(), ...second.columns.keys()])
  const columns = new Map<string, number[]>()
  for (const name of inOrder(names)) {
    const [ours, theirs] = [first.columns.get(name), second.columns.get(name)]
    columns.set(
      name,
      origins.map(([one, other]) => {
        const value = ours?.[one] ?? Number.NaN
        return Number.isNaN(value) ? (theirs?.[other] ?? Number.NaN) : value
      }),
    )
  }
  return { times, columns }
}

/** Several that lie one after the other in time, as one. */
export function joinPoints(parts: readonly Points[]): Points {
  const names = new Set(parts.flatMap(({ columns }) => [...columns.keys()]))
  const columns = [...names].map((name): [string, number[]] => [
    name,
    parts.flatMap(({ times, columns: own }) => own.get(name) ?? Array.from(times, () => Number.NaN)),
  ])
  return { times: parts.flatMap(({ times }) => times), columns: new Map(columns) }
}

/** The index of the first time that is not before another. */
export function firstAtOrAfter(times: ArrayLike<number>, time: number, length = times.length): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

const places = new Map<string, number>(coreMetrics.map((name, index) => [name, index]))
/** Where a core metric stands among them; undefined for another series. */
export const placeOf = (metric: string): number | undefined => places.get(metric)

/** Core metrics as they stand, then the others by name. */
export function inOrder(names: Iterable<string>): string[] {
  const last = coreMetrics.length
  return [...names].toSorted(
    (one, other) => (placeOf(one) ?? last) - (placeOf(other) ?? last) || (one < other ? -1 : 1),
  )
}
