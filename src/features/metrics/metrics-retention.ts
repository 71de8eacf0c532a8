import type { Context } from '#features/context.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import { monthOf } from '#features/metrics/calendar.ts'
import { deleteOldChunks, deleteOldRollups } from '#features/metrics/chunk-queries.ts'
import { bucketLength } from '#features/metrics/points.ts'
import { dayLength } from '#features/metrics/rollup.ts'
import { toMilliseconds } from '#kernel/clock.ts'

const rowsAtOnce = 500
const pause = 600_000

/** Deletes chunks and roll-ups that are older than the configuration keeps them, a part at a time. */
export class MetricsRetention {
  #doneAt = Number.NEGATIVE_INFINITY
  readonly #context: Pick<Context, 'clock' | 'config'>
  readonly #lease: Lease

  constructor(context: Pick<Context, 'clock' | 'config'>, lease: Lease) {
    this.#context = context
    this.#lease = lease
  }

  async tick(): Promise<void> {
    const now = toMilliseconds(this.#context.clock.now())
    if (now - this.#doneAt < pause) return
    const { rawDays, hourDays, dayDays } = this.#context.config.monitoring
    const before = (days: number) => now - days * dayLength
    const deleted = await this.#lease.mine(async (transaction) => [
      await deleteOldChunks(transaction, before(rawDays) - bucketLength + 1, rowsAtOnce),
      await deleteOldRollups(transaction, 'hour', before(hourDays) - dayLength + 1, rowsAtOnce),
      // A whole month is one row; it goes when its last day does.
      await deleteOldRollups(transaction, 'day', monthOf(before(dayDays)), rowsAtOnce),
    ])
    if (deleted.every((count) => count < rowsAtOnce)) this.#doneAt = now
  }
}
