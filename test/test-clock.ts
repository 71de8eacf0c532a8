import { shift } from '#kernel/clock.ts'
import type { Clock, Timestamp } from '#kernel/clock.ts'

/** A clock that stands still until it is told to move; sleepers wake as time passes them. */
export class TestClock implements Clock {
  #now: Timestamp
  #elapsed = 0
  #sleepers: { until: number; wake: () => void }[] = []

  constructor(start: Timestamp = '2026-01-01T00:00:00.000Z') {
    this.#now = start
  }

  now(): Timestamp {
    return this.#now
  }

  monotonic(): number {
    return this.#elapsed
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      this.#sleepers.push({ until: this.#elapsed + milliseconds, wake: resolve })
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  advance(milliseconds: number): void {
    this.#now = shift(this.#now, milliseconds)
    this.#elapsed += milliseconds
    const due = this.#sleepers.filter((sleeper) => sleeper.until <= this.#elapsed)
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.until > this.#elapsed)
    for (const sleeper of due) sleeper.wake()
  }
}
