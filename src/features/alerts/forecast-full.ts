/** When something is full at the pace of late. */
export interface FullForecast {
  /** Hours from the last point on. */
  hours: number
  /** 0 to 1: how much of what happened the straight line tells. */
  confidence: number
}

const hour = 3_600_000
/** Shorter histories say nothing. */
const leastHours = 24
const leastPoints = 12
/** A fall by this share of the whole is a clean-up. */
const cleanUp = 0.03
/** More points than these make it no better. */
const mostPoints = 90

/**
 * When a level that grows reaches `full`, by the median of the slopes between its points, which single leaps do not
 * move. Undefined where it does not grow, where the history is too short, and for what is cleaned up again and again.
 */
export function forecastFull(
  times: readonly number[],
  levels: readonly (number | null)[],
  full: number,
): FullForecast | undefined {
  const points = times.flatMap((time, index): [number, number][] => {
    const level = levels[index]
    return level === null || level === undefined ? [] : [[time, level]]
  })
  const falls = points.flatMap(([, level], index) =>
    index > 0 && points[index - 1]![1] - level > full * cleanUp ? [index] : [],
  )
  // After one clean-up only what came since counts; several are a way of life, seen as a whole.
  const since = falls.length === 1 ? points.slice(falls[0]) : points
  const fitted = thinned(since)
  const [first, last] = [fitted[0], fitted.at(-1)]
  if (fitted.length < leastPoints || !first || !last || last[0] - first[0] < leastHours * hour)
    return undefined
  const slope = medianSlope(fitted)
  const newest = medianSlope(fitted.slice(-Math.max(6, Math.floor(fitted.length / 4))))
  if (slope <= 0 || newest <= 0) return undefined
  const start = median(fitted.map(([time, level]) => level - slope * (time - first[0])))
  const off = median(fitted.map(([time, level]) => Math.abs(level - start - slope * (time - first[0]))))
  const rise = slope * (last[0] - first[0])
  const confidence = Math.max(0, 1 - (2 * off) / rise)
  if (confidence < 0.5) return undefined
  return { hours: Math.max(0, (full - last[1]) / slope / hour), confidence }
}

function thinned(points: readonly [number, number][]): [number, number][] {
  const step = Math.ceil(points.length / mostPoints)
  return points.filter((_, index) => (points.length - 1 - index) % step === 0)
}

function medianSlope(points: readonly [number, number][]): number {
  const slopes: number[] = []
  for (let one = 0; one < points.length; one += 1)
    for (let other = one + 1; other < points.length; other += 1)
      slopes.push((points[other]![1] - points[one]![1]) / (points[other]![0] - points[one]![0]))
  return median(slopes)
}

function median(numbers: number[]): number {
  if (numbers.length === 0) return 0
  const sorted = Float64Array.from(numbers).sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
