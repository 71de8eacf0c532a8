import type { Clock } from '#kernel/clock.ts'

/** Lets requests go one after another, no more a second than the rate; without a rate, at once. */
export function createPace(
  perSecond: number | undefined,
  clock: Clock,
): (signal: AbortSignal) => Promise<void> {
  if (perSecond === undefined) return () => Promise.resolve()
  const apart = 1000 / perSecond
  let next = -Infinity
  return async (signal) => {
    const now = clock.monotonic()
    const turn = Math.max(next, now)
    next = turn + apart
    if (turn > now) await clock.sleep(turn - now, signal)
    signal.throwIfAborted()
  }
}
