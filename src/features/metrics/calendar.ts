import { toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import { dayLength } from '#features/metrics/rollup.ts'

/** The beginning of the day, in UTC. */
export const dayOf = (time: number): number => Math.floor(time / dayLength) * dayLength

/** The beginning of the month, in UTC. */
export const monthOf = (time: number): number =>
  toMilliseconds(`${toTimestamp(time).slice(0, 7)}-01T00:00:00.000Z`)

/** The beginning of each day that has a part in a span. */
export function daysIn(from: number, to: number): number[] {
  const days: number[] = []
  for (let day = dayOf(from); day < to; day += dayLength) days.push(day)
  return days
}

/** The beginning of each month that has a part in a span. */
export function monthsIn(from: number, to: number): number[] {
  const months: number[] = []
  // 32 days on is always in the next month.
  for (let month = monthOf(from); month < to; month = monthOf(month + 32 * dayLength)) months.push(month)
  return months
}
