import type { SeriesAnswer, SeriesRequest } from '#features/context.ts'
import type { Points } from '#features/metrics/points.ts'
import { addPoints, SeriesBuckets } from '#features/metrics/series-buckets.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Lengths of a bucket that a person can read off a chart; milliseconds. */
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 28, 91, 364].map((count) => count * day),
]

/** The shortest readable length that gives at most about so many buckets. */
export const stepFor = (span: number, points: number): number =>
  steps.find((step) => span / step <= points) ?? steps.at(-1)!

/** Raw readings in buckets, none shorter than the time between two readings. */
export function rawAnswer(points: Points, request: SeriesRequest): SeriesAnswer {
  const { from, to, metrics } = request
  const wanted = stepFor(to - from, request.points)
  const step = Math.max(wanted, stepOf(usualPause(points.times)))
  const start = Math.floor(from / step) * step
  const count = Math.max(0, Math.ceil((to - start) / step))
  const series: SeriesAnswer['series'] = {}
  for (const metric of metrics) {
    const buckets = new SeriesBuckets(start, step, count)
    addPoints(buckets, points, metric)
    series[metric] = buckets.values()
  }
  const times = Array.from({ length: count }, (_, index) => start + index * step)
  return { tier: 'raw', step, times, series }
}

const stepOf = (pause: number): number => steps.find((step) => step >= pause * 0.95) ?? steps.at(-1)!

/** The median of the pauses between readings. */
function usualPause(times: readonly number[]): number {
  const pauses = times.slice(1).map((time, index) => time - times[index]!)
  return pauses.toSorted((one, other) => one - other)[Math.floor(pauses.length / 2)] ?? 0
}
