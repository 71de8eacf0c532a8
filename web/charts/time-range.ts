/** A stretch of time in milliseconds since 1970; a live one ends now and moves on. */
export interface TimeRange {
  from: number
  to: number
  live: boolean
}

/** What the address says of it: the name of a preset, or two times. */
export interface RangeText {
  range?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const hour = 3_600_000
const day = 24 * hour

/** The stretches that are offered, all of them up to now. */
export const presets = [
  ['1h', '1 hour', hour],
  ['6h', '6 hours', 6 * hour],
  ['24h', '24 hours', day],
  ['7d', '7 days', 7 * day],
  ['30d', '30 days', 30 * day],
  ['90d', '90 days', 90 * day],
  ['1y', '1 year', 366 * day],
  ['5y', '5 years', 1_827 * day],
] as const satisfies readonly (readonly [name: string, label: string, length: number])[]

export const usualRange = '24h'

/** Shorter than this nothing is told, as servers tell something every few seconds at best. */
const shortest = 60_000

const lengthOf = (name: string | undefined): number | undefined =>
  presets.find(([each]) => each === name)?.[2]

/** The stretch that an address means; the usual one where it means none. */
export function readRange({ range, from, to }: RangeText, now: number): TimeRange {
  const begin = from === undefined ? Number.NaN : Date.parse(from)
  const end = to === undefined ? Number.NaN : Date.parse(to)
  if (begin < end) return { from: begin, to: end, live: false }
  const length = lengthOf(range) ?? lengthOf(usualRange)!
  return { from: now - length, to: now, live: true }
}

const written = (from: number, to: number): RangeText => ({
  from: new Date(Math.round(from)).toISOString(),
  to: new Date(Math.round(to)).toISOString(),
})

/** The address of a stretch that somebody drew; never shorter than a minute, never in the future. */
export function drawnRange(from: number, to: number, now: number): RangeText {
  const end = Math.min(to, now)
  return written(Math.min(from, end - shortest), end)
}

/** The same length further on or back; what would go beyond now is the newest stretch of that length. */
export function movedRange({ from, to }: TimeRange, share: number, now: number): RangeText {
  const length = to - from
  const end = Math.min(to + length * share, now)
  return written(end - length, end)
}

/** Around the same middle: twice as much, or half. */
export function scaledRange({ from, to }: TimeRange, factor: number, now: number): RangeText {
  const middle = (from + to) / 2
  const half = Math.max(shortest, (to - from) * factor) / 2
  return drawnRange(middle - half, middle + half, now)
}

/** How often a live stretch is read again: when something may have moved by a point, but not more often than every 5 s. */
export const liveStep = ({ from, to }: TimeRange, points: number): number =>
  Math.max(5_000, (to - from) / points)
