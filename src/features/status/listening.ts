import type { Clock } from '#kernel/clock.ts'

/** How often there is a turn, and how late one may come before we count as having been deaf; milliseconds. */
const turnEvery = 1_000
const mayBeLate = 2_000

/**
 * The time in which we listened, in milliseconds. It stands still while this process could hear nobody, so whoever is
 * silent is judged by our hearing only. It goes by the monotonic clock: no step of the time of day is felt.
 */
export interface Listening {
  now(): number
  /** At the beginning of each turn; how long we were deaf since the last one, 0 where it came in time. */
  turn(): number
  /** So much of the time that passed is no time of listening, after all. */
  lose(milliseconds: number): void
}

export function createListening(clock: Pick<Clock, 'monotonic'>): Listening {
  let lastTurn = clock.monotonic()
  let lost = 0
  let unsaid = 0
  /** What is heard after a stall and before the next turn must not count as heard at its end. */
  function notice(): void {
    const at = clock.monotonic()
    const late = at - lastTurn - turnEvery
    if (late <= mayBeLate) return
    lost += late
    unsaid += late
    lastTurn = at
  }
  return {
    now() {
      notice()
      return clock.monotonic() - lost
    },
    turn() {
      notice()
      lastTurn = clock.monotonic()
      const late = unsaid
      unsaid = 0
      return late
    },
    lose: (milliseconds) => void (lost += milliseconds),
  }
}
