import type { Config } from '#config.ts'
import type { ServerMemory } from '#features/servers/known-servers.ts'
import type { Reading, Refusal } from '#features/servers/receipt.ts'
import { toTimestamp } from '#kernel/clock.ts'
import { coreMetrics } from '#model/sample.ts'
import type { Entry } from '#model/sample.ts'

type Monitoring = Pick<Config['monitoring'], 'rawDays' | 'intervalSeconds'>

/** A reading from further ahead than this is not believed; milliseconds. */
const ahead = 600_000
const day = 86_400_000
const nothingTold = coreMetrics.map(() => null)

/** Where a reading belongs in time; an entry beside a refusal is the proof of life that even a wrong clock gives. */
export type Placed = { entry: Entry } | { refusal: Omit<Refusal, 'index'>; entry: Entry | undefined }

/**
 * Tells live readings from such that were stored and sent late. The sender's clock only labels: one that is far off
 * cannot label, so its reading is refused, but it still proves that its server lives.
 */
export function placeInTime(
  server: ServerMemory,
  reading: Reading,
  received: number,
  { rawDays, intervalSeconds }: Monitoring,
): Placed {
  const { subject, at, core, extra } = reading
  const interval = (server.interval ?? reading.told?.interval ?? intervalSeconds) * 1_000
  const backfill = reading.backfill ?? isLate(server, at, received, interval)
  server.pace = { at, received }
  if (at > received + ahead || at < received - rawDays * day) {
    const refusal = {
      code: 'INPUT_INVALID' as const,
      path: 'timestamp',
      value: isNameable(at) ? toTimestamp(at) : at,
      expected:
        at > received
          ? `at most ${ahead / 60_000} minutes ahead of our clock, which says ${toTimestamp(received)}`
          : `not older than the ${rawDays} days for which readings are kept`,
    }
    if (backfill) return { refusal, entry: undefined }
    const skew = { clock_skew_seconds: Math.round((received - at) / 1_000) }
    return {
      refusal,
      entry: { subject, at: received, received, core: nothingTold, extra: skew, backfill: false },
    }
  }
  return { entry: { subject, at, received, core, extra, backfill } }
}

/**
 * Older than two intervals is late, unless the reading before was as old and came as long ago as it was measured: then
 * the sender's clock is behind. What comes out of a store comes faster than that.
 */
function isLate({ pace }: ServerMemory, at: number, received: number, interval: number): boolean {
  if (received - at <= 2 * interval) return false
  if (pace === undefined) return true
  const gap = received - pace.received
  return gap < interval / 2 || Math.abs(at - pace.at - gap) > interval / 2
}

/** Years that text of fixed width can name. */
const isNameable = (at: number): boolean => at > -62_000_000_000_000 && at < 250_000_000_000_000
