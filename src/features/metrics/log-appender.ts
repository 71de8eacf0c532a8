import type { Context } from '#features/context.ts'
import { AppError } from '#kernel/errors.ts'
import type { Entry } from '#model/sample.ts'
import { noteCommit } from '#features/metrics/commit-times.ts'
import { encodeGroup } from '#features/metrics/log-codec.ts'
import { insertGroup } from '#features/metrics/log-queries.ts'

/**
 * A commit costs whole pages, so a fleet's entries wait for company: so long at most, or until they are as many as most
 * of those that lately were under way together, which is within these bounds.
 */
const patience = 250
const company = { least: 42, most: 256 }
/** A rate, in entries a second, at which company comes within a moment: what is more than that hardly waits. */
const crowd = 400
const moment = 10
/** Fewer senders than this a second are a small installation: they never wait. */
const fleet = 8
const mostWaiting = 50_000
/** Entries of one commit. */
const mostAtOnce = 5_000

interface Waiting {
  entries: readonly Entry[]
  resolve(): void
  reject(error: unknown): void
}

/** Writes entries into the log, as many as wait in one durable commit. `onDurable` hears each group in its order. */
export class LogAppender {
  #waiting: Waiting[] = []
  #count = 0
  #company = company.least
  #isWriting = false
  #whole: Promise<void> = Promise.resolve()
  #enough: (() => void) | undefined
  #isClosing = false
  #senders = { until: 0, now: new Set<string>(), before: 0, count: 0, countBefore: 0 }
  readonly #db: Context['db']
  readonly #onDurable: (id: number, entries: readonly Entry[]) => void

  constructor(db: Context['db'], onDurable: (id: number, entries: readonly Entry[]) => void) {
    this.#db = db
    this.#onDurable = onDurable
  }

  /** How many entries are not yet on disk. */
  get waiting(): number {
    return this.#count
  }

  async append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return
    if (this.#count > 0 && this.#count + entries.length > mostWaiting)
      throw new AppError('BUSY', 'More metrics wait to be written than this server takes', {
        hint: 'Send them again later; a sender that keeps what it could not send loses nothing.',
        retryAfterSeconds: 5,
      })
    this.#countSenders(entries)
    this.#count += entries.length
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ entries, resolve, reject }))
    if (this.#count >= this.#company) this.#enough?.()
    if (!this.#isWriting) {
      this.#isWriting = true
      this.#whole = this.#write()
    }
    await done
  }

  /** What is waiting goes to disk. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#enough?.()
    await this.#whole
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#wait()
      const group = this.#take()
      const entries = group.flatMap((each) => each.entries)
      try {
        const begun = performance.now()
        const id = await insertGroup(this.#db, encodeGroup({ entries }))
        noteCommit(this.#db, performance.now() - begun)
        this.#onDurable(id, entries)
        for (const each of group) each.resolve()
      } catch (error) {
        for (const each of group) each.reject(error)
      }
      const together = this.#count * 0.75
      this.#company = Math.min(company.most, Math.max(company.least, together))
      this.#count -= entries.length
    }
    this.#isWriting = false
  }

  /** Waits for others where many send. */
  async #wait(): Promise<void> {
    if (this.#isFleet() && this.#count < this.#company && !this.#isClosing) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#patience())
        this.#enough = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#enough = undefined
    }
    // Whoever comes in the same turn of the event loop comes along.
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  #take(): Waiting[] {
    const group: Waiting[] = []
    let count = 0
    while (
      this.#waiting.length > 0 &&
      (count === 0 || count + this.#waiting[0]!.entries.length <= mostAtOnce)
    ) {
      const next = this.#waiting.shift()!
      count += next.entries.length
      group.push(next)
    }
    return group
  }

  #countSenders(entries: readonly Entry[]): void {
    const now = performance.now()
    if (now > this.#senders.until) {
      const isRecent = now < this.#senders.until + 1_000
      const { now: senders, count } = this.#senders
      this.#senders = {
        until: now + 1_000,
        now: new Set(),
        before: isRecent ? senders.size : 0,
        count: 0,
        countBefore: isRecent ? count : 0,
      }
    }
    for (const { subject } of entries) this.#senders.now.add(subject)
    this.#senders.count += entries.length
  }

  #patience(): number {
    return Math.max(this.#senders.countBefore, this.#senders.count) > crowd ? moment : patience
  }

  #isFleet(): boolean {
    return Math.max(this.#senders.before, this.#senders.now.size) > fleet
  }
}
