import type { Context } from '#features/context.ts'
import { LogFollower } from '#features/metrics/log-follower.ts'
import { MemoryHead } from '#features/metrics/memory-head.ts'
import { scanLog } from '#features/metrics/scan-log.ts'

type Parts = Pick<Context, 'db' | 'engine' | 'clock'>

/** Who reads so often in a minute follows the log; one command reads it once. */
const seldom = 3
const minute = 60_000
/** What is sealed meanwhile stays in memory until the log is read anew, after so long. */
const lifetime = 30 * minute
/** Who was not asked for so long forgets everything. */
const idle = 5 * minute
const pollPause = 1_000

interface Followed {
  head: MemoryHead
  follower: LogFollower
  begunAt: number
  polledAt: number
  /** What is being read now; the next one waits for it. */
  reading: Promise<void>
}

/**
 * The recent readings for a process that does not watch: a command, a node that only answers. The first questions look
 * through the log for what they need; who asks more follows it, so that a question costs what came since the last.
 */
export class FollowedLog {
  #askedAt: number[] = []
  #followed: Followed | undefined
  #idleTimer: NodeJS.Timeout | undefined
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async headFor(subjects: readonly string[], signal: AbortSignal): Promise<MemoryHead> {
    const now = this.#parts.clock.monotonic()
    this.#askedAt = [...this.#askedAt.filter((at) => now - at < minute), now].slice(-seldom - 1)
    if (this.#followed === undefined && this.#askedAt.length <= seldom)
      return scanLog(this.#parts, subjects, signal)
    this.#forgetWhenIdle()
    const followed = this.#current(now)
    await followed.reading
    signal.throwIfAborted()
    return followed.head
  }

  close(): void {
    clearTimeout(this.#idleTimer)
    this.#followed = undefined
  }

  #current(now: number): Followed {
    const known = this.#followed
    if (known === undefined || now - known.begunAt >= lifetime) return (this.#followed = this.#begin(now))
    if (now - known.polledAt >= pollPause) {
      known.polledAt = now
      known.reading = this.#orForget(
        known,
        known.reading.then(() => known.follower.poll(never)),
      )
    }
    return known
  }

  #begin(now: number): Followed {
    const head = new MemoryHead()
    const follower = new LogFollower(this.#parts, (id, { entries, forget }) => {
      for (const subject of forget ?? []) head.forget(subject)
      for (const entry of entries) head.add(entry, id)
    })
    const followed: Followed = { head, follower, begunAt: now, polledAt: now, reading: Promise.resolve() }
    followed.reading = this.#orForget(followed, follower.readAll(never))
    return followed
  }

  /** One that could not be read is begun anew by the next question. */
  #orForget(followed: Followed, reading: Promise<void>): Promise<void> {
    return reading.catch((error: unknown) => {
      if (this.#followed === followed) this.#followed = undefined
      throw error
    })
  }

  #forgetWhenIdle(): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.close(), idle)
    this.#idleTimer.unref()
  }
}

const never = new AbortController().signal
