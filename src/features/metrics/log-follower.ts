import { setImmediate as turn } from 'node:timers/promises'
import type { Context } from '#features/context.ts'
import { decodeGroup, type LogGroup } from '#features/metrics/log-codec.ts'
import { groupsAfter, groupsByIds, idsAfter, runningTransactions } from '#features/metrics/log-queries.ts'
import { chunksOf } from '#kernel/chunks-of.ts'

/** Milliseconds in which nobody takes a number without having begun a transaction. */
const settling = 10_000
const groupsAtOnce = 100
/** Milliseconds of work before others have their turn. */
const slice = 10

/**
 * Gives every group of the log once. On PostgreSQL several nodes write: a number may become visible after a higher one,
 * so numbers count as settled only when every transaction is over that ran when they were the highest.
 */
export class LogFollower {
  /** Every number up to here was given or will never be. */
  settled = 0
  readonly #given = new Set<number>()
  #marks: { highest: number; next: bigint; at: number }[] = []
  readonly #context: Pick<Context, 'db' | 'engine' | 'clock'>
  readonly #give: (id: number, group: LogGroup) => void

  constructor(
    context: Pick<Context, 'db' | 'engine' | 'clock'>,
    give: (id: number, group: LogGroup) => void,
  ) {
    this.#context = context
    this.#give = give
  }

  /** Gives one that is known already, such as one that this process wrote. */
  take(id: number, group: LogGroup): void {
    if (id <= this.settled || this.#given.has(id)) return
    this.#given.add(id)
    this.#give(id, group)
  }

  /** Gives all that is there, from the beginning. */
  async readAll(signal: AbortSignal): Promise<void> {
    let last = this.settled
    for (;;) {
      signal.throwIfAborted()
      const groups = await groupsAfter(this.#context.db, last, groupsAtOnce)
      if (groups.length === 0) return
      await this.#giveAll(groups)
      last = groups.at(-1)!.id
    }
  }

  /** Gives what others wrote since. */
  async poll(signal: AbortSignal): Promise<void> {
    const { db, engine, clock } = this.#context
    const running = await runningTransactions(db, engine)
    const ids = await idsAfter(db, this.settled)
    const fresh = ids.filter((id) => !this.#given.has(id))
    for (const some of chunksOf(fresh, groupsAtOnce)) {
      signal.throwIfAborted()
      await this.#giveAll(await groupsByIds(db, some))
    }
    const highest = ids.at(-1)
    if (highest === undefined) return
    if (engine === 'sqlite') return this.#settle(highest)
    const now = clock.monotonic()
    this.#marks.push({ highest, next: running.next, at: now })
    const over = this.#marks.findLastIndex(({ next, at }) => running.oldest >= next && now - at >= settling)
    if (over < 0) return
    this.#settle(this.#marks[over]!.highest)
    this.#marks = this.#marks.slice(over + 1)
  }

  #settle(upTo: number): void {
    this.settled = Math.max(this.settled, upTo)
    for (const id of this.#given) if (id <= this.settled) this.#given.delete(id)
  }

  async #giveAll(groups: readonly { id: number; payload: Uint8Array }[]): Promise<void> {
    let begun = performance.now()
    for (const { id, payload } of groups) {
      if (!this.#given.has(id)) this.take(id, decodeGroup(payload))
      if (performance.now() - begun < slice) continue
      await turn()
      begun = performance.now()
    }
  }
}
