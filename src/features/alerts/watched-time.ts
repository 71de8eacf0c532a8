/** The longest time between two turns that counts as watching; what is beyond it, nobody watched. */
const longestTurn = 10_000

/**
 * Time in which we watched, in milliseconds from the start of this process: it stands still while the process does,
 * and no clock on a wall can move it.
 */
export function createWatchedTime(): (monotonic: number) => number {
  let watched = 0
  let last: number | undefined
  return (monotonic) => {
    if (last !== undefined) watched += Math.min(longestTurn, Math.max(0, monotonic - last))
    last = monotonic
    return watched
  }
}
