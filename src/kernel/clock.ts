/** UTC, ISO 8601 with milliseconds, always 24 characters: text order is time order on both engines. */
export type Timestamp = string

/** Time is asked for, never taken, so that a test can own it. */
export interface Clock {
  /** The time of day as fixed-width UTC text. */
  now(): Timestamp
  /** Milliseconds that never go back; only differences mean anything. */
  monotonic(): number
  /** Resolves after the time or as soon as the signal aborts; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
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

/** Milliseconds since 1970 of a timestamp. */
export const toMilliseconds = (timestamp: Timestamp): number => Date.parse(timestamp)

/** A timestamp as mail and feeds write it. */
export const toMailTime = (timestamp: Timestamp): string => new Date(timestamp).toUTCString()

/** The timestamp of a number of milliseconds since 1970. */
export const toTimestamp = (milliseconds: number): Timestamp => new Date(milliseconds).toISOString()

/** The timestamp this many milliseconds after (or, negative, before) another. */
export const shift = (timestamp: Timestamp, milliseconds: number): Timestamp =>
  toTimestamp(toMilliseconds(timestamp) + milliseconds)

/** Any text that names an instant, as our fixed-width UTC text; undefined when it names none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const milliseconds = Date.parse(text)
  return Number.isNaN(milliseconds) ? undefined : toTimestamp(milliseconds)
}

/** Repeats the work with a pause between, until the signal aborts. */
export async function every(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await work()
    await clock.sleep(milliseconds, signal)
  }
}
