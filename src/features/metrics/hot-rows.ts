import { maintainPartitions } from '#database/maintain-partitions.ts'
import type { Context } from '#features/context.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import { dayOf } from '#features/metrics/calendar.ts'
import { deleteOldRows, type HotRow, saveRows } from '#features/metrics/hot-queries.ts'
import { isServer } from '#features/metrics/is-server.ts'
import type { MemoryHead } from '#features/metrics/memory-head.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { type Timestamp, toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import type { Entry } from '#model/sample.ts'

const hour = 3_600_000
/** Up to so many servers every reading becomes a row: what that writes is little. */
export const fewServers = 300
const flushPause = 5_000
/** Where there are more, each has a row so often, of its newest reading, and for so long. */
const samplePause = 30 * 60_000
const sampleHours = 6
const rowsAtOnce = 1_000
const deletePause = 60_000
const partitionPause = hour

/**
 * The table `metrics`, in which readings can be asked for with SQL. With few servers it has each of them for
 * `monitoring.hotHours`; with many, a sample, because a row there costs more to write than all the rest together.
 */
export class HotRows {
  #waiting: HotRow[] = []
  #flushedAt = 0
  #sampledAt = 0
  #deletedAt = 0
  readonly #context: Pick<Context, 'db' | 'engine' | 'clock' | 'config'>
  readonly #lease: Lease
  readonly #head: MemoryHead

  constructor(context: Pick<Context, 'db' | 'engine' | 'clock' | 'config'>, lease: Lease, head: MemoryHead) {
    this.#context = context
    this.#lease = lease
    this.#head = head
  }

  hear(entries: readonly Entry[]): void {
    if (this.#areMany) return
    for (const { subject, at, core } of entries)
      if (core.length > 0 && isServer(subject))
        // A reading may come in parts: a row has what is known until now.
        this.#waiting.push({ server: subject, at, core: this.#head.window(subject)?.coreAt(at) ?? core })
  }

  /** Writes what waits and forgets what is too old; gives servers that are gone. */
  async tick(): Promise<string[]> {
    const now = toMilliseconds(this.#context.clock.now())
    const areMany = this.#areMany
    const keptFor =
      Math.min(this.#context.config.monitoring.hotHours, areMany ? sampleHours : Infinity) * hour
    await this.#forget(now, toTimestamp(now - keptFor))
    if (areMany) this.#sample(now)
    if (now - this.#flushedAt < flushPause || this.#waiting.length === 0) return []
    const { length } = this.#waiting
    const [first = [], ...rest] = chunksOf(
      this.#waiting.filter(({ at }) => at >= now - keptFor),
      rowsAtOnce,
    )
    const gone = await this.#lease.mine((each) => saveRows(each, this.#context.engine, first))
    // What came meanwhile stands at the end; the rest has its turn a second later.
    this.#waiting = [...rest.flat(), ...this.#waiting.slice(length)]
    if (rest.length === 0) this.#flushedAt = now
    return gone
  }

  /** On PostgreSQL whole days go as partitions; rows are looked for only where they came without one. */
  async #forget(now: number, before: Timestamp): Promise<void> {
    const isByDay = this.#context.engine === 'postgres'
    if (now - this.#deletedAt < (isByDay ? partitionPause : deletePause)) return
    if (isByDay) await maintainPartitions(this.#context, 'metrics', toTimestamp(now), { keepFrom: before })
    const until = isByDay ? toTimestamp(dayOf(toMilliseconds(before))) : before
    const deleted = await this.#lease.mine((transaction) => deleteOldRows(transaction, until, rowsAtOnce))
    if (deleted < rowsAtOnce) this.#deletedAt = now
  }

  get #areMany(): boolean {
    return this.#head.serverCount > fewServers
  }

  #sample(now: number): void {
    if (now - this.#sampledAt < samplePause) return
    this.#sampledAt = now
    const rows: HotRow[] = []
    for (const [server, window] of this.#head.windows()) {
      const newest = isServer(server) ? window.newestCore() : undefined
      if (newest !== undefined && newest.at > now - samplePause) rows.push({ server, ...newest })
    }
    this.#waiting = rows.toSorted((one, other) => (one.server < other.server ? -1 : 1))
  }
}
