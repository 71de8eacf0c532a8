import type { Clock } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'

/** So many wrong tokens in a minute are looked at; a good one is taken however many wrong ones came. */
const triesAtMost = 30
const minute = 60_000

/** Counts wrong tokens of one process. */
export class WrongTries {
  #since = Number.NEGATIVE_INFINITY
  #count = 0

  /** The error as it is, or TOO_MANY_REQUESTS when there were too many of them. */
  counted(clock: Clock, error: AppError): AppError {
    const now = clock.monotonic()
    if (now - this.#since >= minute) {
      this.#since = now
      this.#count = 0
    }
    this.#count += 1
    if (this.#count <= triesAtMost) return error
    return new AppError('TOO_MANY_REQUESTS', 'Too many wrong enrolment tokens', {
      retryAfterSeconds: Math.ceil((this.#since + minute - now) / 1_000),
    })
  }
}
