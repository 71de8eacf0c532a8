import type { SeriesValues } from '#features/context.ts'
import { increaseOf, isCounter } from '#features/metrics/counters.ts'
import type { Points } from '#features/metrics/points.ts'
import { borderGrowth, type Rollups } from '#features/metrics/rollup.ts'

/** What a counter grew in a longer silence is told by no rate: nobody knows when it grew. Milliseconds. */
const longestPause = 15 * 60_000

/** A pause of up to so many usual ones is no gap: a reading came a little late, or one was lost. */
const regular = 2.5

/** One metric collected into buckets of the same length. */
export class SeriesBuckets {
  readonly #from: number
  readonly #step: number
  readonly #amounts: Float64Array
  readonly #weights: Float64Array
  readonly #least: Float64Array
  readonly #most: Float64Array

  constructor(from: number, step: number, count: number) {
    this.#from = from
    this.#step = step
    this.#amounts = new Float64Array(count)
    this.#weights = new Float64Array(count)
    this.#least = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
    this.#most = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  }

  /** A sum and of how many, or a growth and in how many seconds, with the least and the most of it. */
  add(time: number, amount: number, weight: number, least: number, most: number): void {
    const index = Math.floor((time - this.#from) / this.#step)
    if (!(index >= 0 && index < this.#amounts.length) || !(weight > 0)) return
    this.#amounts[index]! += amount
    this.#weights[index]! += weight
    this.#least[index] = Math.min(this.#least[index]!, least)
    this.#most[index] = Math.max(this.#most[index]!, most)
  }

  /** Says a value of the buckets that lie between two times and have no part in either. */
  bridge(from: number, to: number, value: number): void {
    const last = Math.floor((to - this.#from) / this.#step)
    let index = Math.max(0, Math.floor((from - this.#from) / this.#step) + 1)
    for (; index < Math.min(last, this.#amounts.length); index += 1)
      this.add(this.#from + index * this.#step, value, 1, value, value)
  }

  values(): SeriesValues {
    const told = (numbers: Float64Array) =>
      Array.from(numbers, (value, index) => (this.#weights[index]! > 0 ? value : null))
    return {
      avg: told(this.#amounts.map((amount, index) => amount / this.#weights[index]!)),
      min: told(this.#least),
      max: told(this.#most),
    }
  }
}

/** Adds raw readings; a counter as its rate since the reading before. */
export function addPoints(
  buckets: SeriesBuckets,
  { times, columns }: Points,
  metric: string,
  usualPause: number,
): void {
  const values = columns.get(metric)
  if (values === undefined) return
  const rates = isCounter(metric)
  const uptimes = columns.get('uptime_seconds')
  const longest = Math.max(longestPause, 3 * usualPause)
  const told = [...values.keys()].filter((index) => !Number.isNaN(values[index]!))
  const pauseTo = (place: number): number => times[told[place]!]! - times[told[place - 1]!]!
  /** The shorter of the pauses before and after one: where both are as long, it is usual there. */
  const pauseBeside = (place: number): number => {
    const beside = [place - 1, place + 1].filter((each) => each > 0 && each < told.length).map(pauseTo)
    return beside.length === 0 ? 0 : Math.min(...beside)
  }
  for (const [place, index] of told.entries()) {
    const [time, value] = [times[index]!, values[index]!]
    const before = told[place - 1]
    if (before === undefined) {
      if (!rates) buckets.add(time, value, 1, value, value)
      continue
    }
    const pause = pauseTo(place)
    const isRegular = pause <= regular * Math.max(usualPause, pauseBeside(place))
    if (!rates) {
      buckets.add(time, value, 1, value, value)
      if (isRegular) buckets.bridge(times[before]!, time, values[before]!)
    } else if (pause <= longest) {
      const isReset = uptimes !== undefined && uptimes[index]! < uptimes[before]!
      const growth = increaseOf(values[before]!, value, isReset)
      const seconds = pause / 1_000
      buckets.add(time, growth, seconds, growth / seconds, growth / seconds)
      if (isRegular) buckets.bridge(times[before]!, time, growth / seconds)
    }
  }
}

/** Adds hours or days, in their order; a counter as its rate in each and between one and the next. */
export function addRollups(
  buckets: SeriesBuckets,
  spans: readonly (readonly [number, Rollups])[],
  metric: string,
  length: number,
): void {
  let before: Rollups | undefined
  for (const [start, rollups] of spans) {
    const found = rollups.get(metric)
    if (found === undefined) continue
    if (!isCounter(metric)) buckets.add(start, found.sum, found.n, found.min, found.max)
    else {
      buckets.add(start, found.increase, (found.lastAt - found.firstAt) / 1_000, found.slowest, found.fastest)
      const border = before && borderGrowth(metric, before, rollups)
      if (border !== undefined && border.milliseconds <= 2 * length) {
        const seconds = border.milliseconds / 1_000
        const rate = border.growth / seconds
        buckets.add(start, border.growth, seconds, rate, rate)
      }
    }
    before = rollups
  }
}
