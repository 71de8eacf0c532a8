/** Time is asked for, never taken, so that a test can own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds that never go back; only differences mean anything. */
  monotonic(): number
  /** Resolves after the time or as soon as the signal aborts; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      signal.addEventListener('abort', done, { once: true })
    }),
}

/** ISO 8601 in UTC with milliseconds, as everything of ours writes times. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString()
