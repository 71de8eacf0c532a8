import { increaseOf, isCounter } from '#features/metrics/counters.ts'
import { firstAtOrAfter, type Points } from '#features/metrics/points.ts'

/** What one metric was in one hour or day. */
export interface Rollup {
  n: number
  sum: number
  min: number
  max: number
  first: number
  last: number
  /** When the first and the last were told; milliseconds since 1970. */
  firstAt: number
  lastAt: number
  /** Of a counter: by how much it grew between the first and the last, and how fast at least and at most; else NaN. */
  increase: number
  slowest: number
  fastest: number
}

/** By metric. */
export type Rollups = Map<string, Rollup>
/** By the beginning of an hour or day. */
export type RollupsByTime = Map<number, Rollups>

export const hourLength = 3_600_000
export const dayLength = 24 * hourLength

/** Every hour that has readings, from readings alone. */
export function rollUpHours(points: Points): RollupsByTime {
  const hours: RollupsByTime = new Map()
  const { times, columns } = points
  for (let start = 0; start < times.length;) {
    const hour = Math.floor(times[start]! / hourLength) * hourLength
    const end = firstAtOrAfter(times, hour + hourLength)
    const rollups: Rollups = new Map()
    for (const [metric, values] of columns) {
      const rollup = rollUp(metric, times, values, columns.get('uptime_seconds'), start, end)
      if (rollup.n > 0) rollups.set(metric, rollup)
    }
    hours.set(hour, rollups)
    start = end
  }
  return hours
}

function rollUp(
  metric: string,
  times: readonly number[],
  values: readonly number[],
  uptimes: readonly number[] | undefined,
  start: number,
  end: number,
): Rollup {
  const counts = isCounter(metric)
  const found = emptyRollup(counts)
  let before = -1
  for (let index = start; index < end; index += 1) {
    const value = values[index]!
    if (Number.isNaN(value)) continue
    if (found.n === 0) Object.assign(found, { first: value, firstAt: times[index]! })
    else if (counts) {
      const isReset = uptimes !== undefined && uptimes[index]! < uptimes[before]!
      grow(found, increaseOf(values[before]!, value, isReset), times[index]! - times[before]!)
    }
    found.n += 1
    found.sum += value
    found.min = Math.min(found.min, value)
    found.max = Math.max(found.max, value)
    found.last = value
    found.lastAt = times[index]!
    before = index
  }
  return found
}

const emptyRollup = (counts: boolean): Rollup => ({
  n: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  first: Number.NaN,
  last: Number.NaN,
  firstAt: Number.NaN,
  lastAt: Number.NaN,
  increase: counts ? 0 : Number.NaN,
  slowest: Number.NaN,
  fastest: Number.NaN,
})

function grow(rollup: Rollup, growth: number, milliseconds: number): void {
  const rate = growth / (milliseconds / 1_000)
  rollup.increase += growth
  rollup.slowest = rollup.slowest <= rate ? rollup.slowest : rate
  rollup.fastest = rollup.fastest >= rate ? rollup.fastest : rate
}

/** What a counter grew between the end of one span and the beginning of the next. */
export function borderGrowth(
  metric: string,
  before: Rollups,
  after: Rollups,
): { growth: number; milliseconds: number } | undefined {
  const [one, other] = [before.get(metric), after.get(metric)]
  if (one === undefined || other === undefined || Number.isNaN(other.increase)) return undefined
  const [uptime, uptimeAfter] = [before.get('uptime_seconds'), after.get('uptime_seconds')]
  const isReset = uptime !== undefined && uptimeAfter !== undefined && uptimeAfter.first < uptime.last
  return { growth: increaseOf(one.last, other.first, isReset), milliseconds: other.firstAt - one.lastAt }
}

/** All of several spans as one; they come in their order. */
export function combine(spans: readonly Rollups[]): Rollups {
  const whole: Rollups = new Map()
  for (const [index, span] of spans.entries()) {
    const growths = index === 0 ? [] : [...span.keys()].map((metric) => borderGrowth(metric, whole, span))
    for (const [place, [metric, next]] of [...span].entries()) {
      const known = whole.get(metric)
      whole.set(metric, known === undefined ? { ...next } : joined(known, next, growths[place]))
    }
  }
  return whole
}

function joined(one: Rollup, next: Rollup, border: ReturnType<typeof borderGrowth>): Rollup {
  const both: Rollup = {
    n: one.n + next.n,
    sum: one.sum + next.sum,
    min: Math.min(one.min, next.min),
    max: Math.max(one.max, next.max),
    first: one.first,
    firstAt: one.firstAt,
    last: next.last,
    lastAt: next.lastAt,
    increase: one.increase + next.increase,
    slowest: least(one.slowest, next.slowest),
    fastest: most(one.fastest, next.fastest),
  }
  if (border !== undefined && border.milliseconds > 0) grow(both, border.growth, border.milliseconds)
  return both
}

const least = (one: number, other: number): number => (one <= other || Number.isNaN(other) ? one : other)
const most = (one: number, other: number): number => (one >= other || Number.isNaN(other) ? one : other)
