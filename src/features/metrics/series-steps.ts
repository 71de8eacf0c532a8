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

/** The shortest readable length that mostly has a reading, where they come after such a pause. */
export const stepOf = (pause: number): number => steps.find((step) => step >= pause * 0.95) ?? steps.at(-1)!

/** The median of the pauses between readings. */
export function usualPause(times: readonly number[]): number {
  const pauses = times.slice(1).map((time, index) => time - times[index]!)
  return pauses.toSorted((one, other) => one - other)[Math.floor(pauses.length / 2)] ?? 0
}
