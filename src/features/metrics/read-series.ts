import type { Context, SeriesAnswer, SeriesRequest } from '#features/context.ts'
import { daysIn, monthOf, monthsIn } from '#features/metrics/calendar.ts'
import { decodePoints } from '#features/metrics/chunk-codec.ts'
import { chunksOfSubject, rollupsOfSubject, type Tier } from '#features/metrics/chunk-queries.ts'
import { isCounter } from '#features/metrics/counters.ts'
import type { MemoryHead } from '#features/metrics/memory-head.ts'
import { bucketLength, bucketOf, joinPoints, mergePoints, type Points } from '#features/metrics/points.ts'
import {
  combine,
  dayLength,
  hourLength,
  rollUpHours,
  type Rollups,
  type RollupsByTime,
} from '#features/metrics/rollup.ts'
import { decodeRollups } from '#features/metrics/rollup-codec.ts'
import { addPoints, addRollups, SeriesBuckets } from '#features/metrics/series-buckets.ts'
import { stepFor, stepOf, usualPause } from '#features/metrics/series-steps.ts'
import { toMilliseconds } from '#kernel/clock.ts'

type Parts = Pick<Context, 'db' | 'clock' | 'config'>

/** A rate needs the reading before it, which is looked for so far back; milliseconds. */
const lookBack = 600_000

/**
 * One subject's series out of memory, chunks and roll-ups together: from readings where buckets are short, from the
 * roll-ups of hours or days where they are long or the readings are gone. What is in memory was read before the
 * database, so that nothing that is sealed meanwhile is missed.
 */
export async function readSeries(
  parts: Parts,
  recent: MemoryHead,
  request: SeriesRequest,
  signal: AbortSignal,
): Promise<SeriesAnswer> {
  const { from, to } = request
  const { rawDays, hourDays } = parts.config.monitoring
  const age = toMilliseconds(parts.clock.now()) - from
  const step = stepFor(to - from, request.points)
  const metrics = new Set(request.metrics)
  if (request.metrics.some(isCounter)) metrics.add('uptime_seconds')
  const reading = { ...parts, recent, subject: request.subject, metrics, signal }
  if (step < hourLength && age <= rawDays * dayLength)
    return rawAnswer(await readPoints(reading, from - lookBack, to), request, step)
  if (step < dayLength && age <= hourDays * dayLength) {
    const spans = inTime(await readHours(reading, from - hourLength, to))
    return rolledAnswer('hour', spans, request, Math.max(step, hourLength))
  }
  const spans = inTime(await readDays(reading, from - dayLength, to))
  return rolledAnswer('day', spans, request, Math.max(step, dayLength))
}

interface Reading extends Parts {
  recent: MemoryHead
  subject: string
  metrics: ReadonlySet<string>
  signal: AbortSignal
}

async function readPoints(
  { db, recent, subject, metrics, signal }: Reading,
  from: number,
  to: number,
): Promise<Points> {
  const inMemory = recent.points(subject, from, to)
  const chunks = await chunksOfSubject(db, subject, bucketsIn(from, to))
  signal.throwIfAborted()
  const sealed = joinPoints(chunks.map(({ payload }) => decodePoints(payload, metrics)))
  return mergePoints(sealed, inMemory)
}

async function readHours(reading: Reading, from: number, to: number): Promise<RollupsByTime> {
  const open = openBuckets(reading, from, to)
  const rows = await rollups(reading, 'hour', daysIn(from, to))
  const hours: RollupsByTime = new Map(rows.flatMap((each) => [...each]))
  for (const [bucket, points] of await pointsOf(reading, open)) {
    for (let hour = bucket; hour < bucket + bucketLength; hour += hourLength) hours.delete(hour)
    for (const [hour, rolled] of rollUpHours(points)) hours.set(hour, rolled)
  }
  return hours
}

async function readDays(reading: Reading, from: number, to: number): Promise<RollupsByTime> {
  const open = openBuckets(reading, monthOf(from), to)
  const rows = await rollups(reading, 'day', monthsIn(from, to))
  const days: RollupsByTime = new Map(rows.flatMap((each) => [...each]))
  for (const day of new Set(open.keys().flatMap((bucket) => daysIn(bucket, bucket + 1)))) {
    const hours = inTime(await readHours(reading, day, day + dayLength))
    days.set(day, combine(hours.map(([, each]) => each)))
  }
  return days
}

async function rollups({ db, subject, metrics, signal }: Reading, tier: Tier, starts: readonly number[]) {
  const rows = await rollupsOfSubject(db, tier, subject, starts)
  signal.throwIfAborted()
  return rows.map(({ payload }) => decodeRollups(payload, metrics))
}

/** What memory holds of the buckets that are not sealed, or not with all. */
function openBuckets({ recent, subject }: Reading, from: number, to: number): ReadonlyMap<number, Points> {
  const buckets = [...(recent.window(subject)?.unsealed.keys() ?? [])]
  const within = buckets.filter((bucket) => bucket + bucketLength > from && bucket < to)
  return new Map(within.map((bucket) => [bucket, recent.points(subject, bucket, bucket + bucketLength)]))
}

/** The same with what their chunks hold already. */
async function pointsOf(
  { db, subject, metrics }: Reading,
  open: ReadonlyMap<number, Points>,
): Promise<Map<number, Points>> {
  if (open.size === 0) return new Map()
  const chunks = new Map<number, Points>()
  for (const { start, payload } of await chunksOfSubject(db, subject, [...open.keys()]))
    chunks.set(start, decodePoints(payload, metrics))
  return new Map(
    [...open].map(([bucket, points]) => {
      const sealed = chunks.get(bucket)
      return [bucket, sealed === undefined ? points : mergePoints(sealed, points)]
    }),
  )
}

function bucketsIn(from: number, to: number): number[] {
  const buckets: number[] = []
  for (let bucket = bucketOf(from); bucket < to; bucket += bucketLength) buckets.push(bucket)
  return buckets
}

const inTime = (spans: RollupsByTime): [number, Rollups][] =>
  [...spans].toSorted(([one], [other]) => one - other)

/** Readings in buckets, none shorter than the time between two of them. */
function rawAnswer(points: Points, request: SeriesRequest, wanted: number): SeriesAnswer {
  const pause = usualPause(points.times)
  return answer('raw', request, Math.max(wanted, stepOf(pause)), (buckets, metric) =>
    addPoints(buckets, points, metric, pause),
  )
}

function rolledAnswer(
  tier: Tier,
  spans: readonly (readonly [number, Rollups])[],
  request: SeriesRequest,
  step: number,
): SeriesAnswer {
  const length = tier === 'hour' ? hourLength : dayLength
  return answer(tier, request, step, (buckets, metric) => addRollups(buckets, spans, metric, length))
}

function answer(
  tier: SeriesAnswer['tier'],
  { from, to, metrics }: SeriesRequest,
  step: number,
  fill: (buckets: SeriesBuckets, metric: string) => void,
): SeriesAnswer {
  const start = Math.floor(from / step) * step
  const count = Math.max(0, Math.ceil((to - start) / step))
  const series: SeriesAnswer['series'] = {}
  for (const metric of metrics) {
    const buckets = new SeriesBuckets(start, step, count)
    fill(buckets, metric)
    series[metric] = buckets.values()
  }
  return { tier, step, times: Array.from({ length: count }, (_, index) => start + index * step), series }
}
