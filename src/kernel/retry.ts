import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'

/** Full-jitter backoff: a random part of base * 2^attempt, capped. All in milliseconds; random is 0 to 1. */
export const retryDelay = (attempt: number, random: number, base = 500, cap = 30_000): number =>
  Math.round(Math.min(cap, base * 2 ** attempt) * (0.5 + random / 2))

/** Longer than this nobody waits inside one piece of work; whoever planned it may plan it again. In milliseconds. */
const longestWait = 120_000

/** Runs the work again while it fails with an error that says trying again can help, not before the error says. */
export async function withRetries<T>(
  clock: Clock,
  tries: number,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof AppError && error.retry) || attempt + 1 >= tries) throw error
      const asked = (error.retryAfterSeconds ?? 0) * 1000
      if (asked > longestWait) throw error
      await clock.sleep(Math.max(asked, retryDelay(attempt, Math.random())), signal)
      signal.throwIfAborted()
    }
  }
}
