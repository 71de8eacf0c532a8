import type { Unit } from './unit.ts'

/** One line of a chart: a value a bucket, null where nothing was told. */
export interface ChartSeries {
  name: string
  avg: readonly (number | null)[]
  /** Left out where the line alone is shown. */
  min?: readonly (number | null)[] | undefined
  max?: readonly (number | null)[] | undefined
}

export interface ChartData {
  /** Beginnings of buckets, in milliseconds since 1970. */
  times: readonly number[]
  /** How long a bucket is, in milliseconds. */
  step: number
  series: readonly ChartSeries[]
  unit: Unit
}

type Column = (number | null)[]

/**
 * The columns that the chart draws: times in seconds, and of each line its average, or its average with the lowest
 * and the highest around it.
 */
export function drawnColumns(
  { times, series }: ChartData,
  hidden: ReadonlySet<string>,
): [number[], ...Column[]] {
  const columns = series.flatMap(({ name, avg, min, max }) => {
    const shown = (values: readonly (number | null)[]): Column =>
      hidden.has(name) ? values.map(() => null) : [...values]
    return min && max ? [shown(avg), shown(min), shown(max)] : [shown(avg)]
  })
  return [times.map((time) => time / 1000), ...columns]
}

/** Whether a bucket of a chart holds anything. */
export const isTold = ({ series }: ChartData, index: number): boolean =>
  series.some(({ avg }) => avg[index] !== null && avg[index] !== undefined)

/** The newest bucket that holds anything; -1 for none. */
export function newestTold(data: ChartData): number {
  let index = data.times.length - 1
  while (index >= 0 && !isTold(data, index)) index -= 1
  return index
}

/** Lowest, mean and highest of a line; undefined where it has nothing to say. */
export function summaryOf({
  avg,
  min,
  max,
}: ChartSeries): { low: number; mean: number; high: number } | undefined {
  const told = avg.filter((value) => value !== null)
  if (told.length === 0) return undefined
  const lows = (min ?? avg).filter((value) => value !== null)
  const highs = (max ?? avg).filter((value) => value !== null)
  return {
    low: lows.reduce((least, value) => Math.min(least, value), Infinity),
    mean: told.reduce((sum, value) => sum + value, 0) / told.length,
    high: highs.reduce((most, value) => Math.max(most, value), -Infinity),
  }
}

/**
 * How many seconds without a value are a gap: well more than the distance at which values usually come, which nine of
 * ten do not exceed. A server that tells something every five minutes has no gap every five minutes.
 */
export function gapSecondsOf(data: ChartData, intervalSeconds = 0): number {
  const told = data.times.filter((_, index) => isTold(data, index))
  const distances = told.slice(1).map((time, index) => time - told[index]!)
  const usual = distances.toSorted((one, other) => one - other)[Math.floor((distances.length - 1) * 0.9)] ?? 0
  return 2.5 * Math.max(intervalSeconds, data.step / 1000, usual / 1000)
}
