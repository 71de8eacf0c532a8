import type { Context } from '#features/context.ts'
import { keepDays, type KeptDay, keptDays } from '#features/cost/cost-day-queries.ts'
import type { CostServer } from '#features/cost/cost-queries.ts'
import { basisOf, type DayCost, tariffFor, todayOf, workOutDay } from '#features/cost/day-cost.ts'
import { addDays, dayAt, daysBetween } from '#features/cost/local-days.ts'
import type { Tariff } from '#features/cost/tariff.ts'
import { shift, toMilliseconds } from '#kernel/clock.ts'
import { mapBounded } from '#kernel/map-bounded.ts'

type Parts = Pick<Context, 'db' | 'engine' | 'metrics' | 'clock' | 'config'>

/** A day that is not over is worked out again when it is older than this; milliseconds. */
export const freshness = 600_000
/** As long as it is good enough where there are too many to work out at once; milliseconds. */
export const usefulness = 2 * 3_600_000
/** Hours are kept for so many days: in a fleet they would be the larger part of all. */
export const hourDays = 62
/** Worked out together, and kept in one go. */
const together = 50

/** How much of the work a question or a turn may do: days of servers, and milliseconds. */
export interface Budget {
  days: number
  until: number
}

/** What one question may do. */
export const budgetOf = ({ clock }: Pick<Context, 'clock'>, milliseconds: number, days = 1_000): Budget => ({
  days,
  until: clock.monotonic() + milliseconds,
})

export interface Days {
  days: KeptDay[]
  /** Days of servers that are still to be worked out. */
  missing: number
  /** Those that were worked out for this question. */
  worked: DayCost[]
}

/** The days of a stretch on which a server was there; as text, from the first to the last. */
export function daysOfServer(
  { createdAt }: Pick<CostServer, 'createdAt'>,
  { from, to }: { from: string; to: string },
  today: string,
): { from: string; to: string } {
  // Somewhere it was the day before.
  const born = dayAt('UTC', toMilliseconds(createdAt) - 86_400_000)
  return { from: from > born ? from : born, to: to < today ? to : today }
}

/**
 * What servers took on some days: as it was worked out before, or now where something of it has changed, the newest
 * days first. Days before a server was there, and those to come, are none.
 */
export async function daysOf(
  parts: Parts,
  tariffs: readonly Tariff[],
  servers: readonly CostServer[],
  period: { from: string; to: string },
  signal: AbortSignal,
  budget = budgetOf(parts, 5_000),
): Promise<Days> {
  const { clock, db, engine } = parts
  const kept = await keptDays(
    db,
    engine,
    servers.map(({ id }) => id),
    period.from,
    period.to,
  )
  const now = clock.now()
  const days: KeptDay[] = []
  const due: { server: CostServer; tariff: Tariff | undefined; day: string; stale: KeptDay | undefined }[] =
    []
  for (const server of servers) {
    const { from, to } = daysOfServer(server, period, todayOf(parts, tariffs, server))
    for (const day of daysBetween(from, to)) {
      const tariff = tariffFor(parts, tariffs, server, day)
      const found = kept.get(`${server.id} ${day}`)
      const known = found?.basis === basisOf(server, tariff) ? found : undefined
      if (known && (known.closed || known.computedAt > shift(now, -freshness))) days.push(known)
      else due.push({ server, tariff, day, stale: known })
    }
  }
  due.sort((one, other) => (one.day < other.day ? 1 : one.day > other.day ? -1 : 0))
  const worked: DayCost[] = []
  while (worked.length < due.length && budget.days > 0 && clock.monotonic() < budget.until) {
    const some = due.slice(worked.length, worked.length + Math.min(together, budget.days))
    const done = await mapBounded(some, 4, ({ server, tariff, day }) =>
      workOutDay(parts, server, tariff, day, signal),
    )
    await db
      .transaction()
      .execute((transaction) => keepDays(transaction, engine, done, addDays(now.slice(0, 10), -hourDays)))
    worked.push(...done)
    budget.days -= done.length
  }
  const left = due.slice(worked.length)
  const good = left.flatMap(({ stale }) =>
    stale && stale.computedAt >= shift(now, -usefulness) ? [stale] : [],
  )
  return { days: [...days, ...good, ...worked], missing: left.length - good.length, worked }
}
