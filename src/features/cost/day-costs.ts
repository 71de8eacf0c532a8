import type { Context } from '#features/context.ts'
import { type CostServer, keepDays, keptDays } from '#features/cost/cost-queries.ts'
import { basisOf, type DayCost, tariffFor, todayOf, workOutDay } from '#features/cost/day-cost.ts'
import { dayAt, daysBetween } from '#features/cost/local-days.ts'
import type { Tariff } from '#features/cost/tariff.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { mapBounded } from '#kernel/map-bounded.ts'

type Parts = Pick<Context, 'db' | 'engine' | 'metrics' | 'clock' | 'config'>

/** A day that is not over is good for so long; milliseconds. */
const freshness = 600_000
/** Days of servers that one question may have to be worked out. */
const mostAtOnce = 1_000

export interface Days {
  days: DayCost[]
  /** Days of servers that are still to be worked out. */
  missing: number
  /** Those that were worked out for this question. */
  worked: number
}

/**
 * What servers took on some days: as it was worked out before, or now where something of it has changed. Days before a
 * server was there, and those to come, are none.
 */
export async function daysOf(
  parts: Parts,
  tariffs: readonly Tariff[],
  servers: readonly CostServer[],
  { from, to }: { from: string; to: string },
  signal: AbortSignal,
  most = mostAtOnce,
): Promise<Days> {
  const kept = await keptDays(
    parts.db,
    parts.engine,
    servers.map(({ id }) => id),
    from,
    to,
  )
  const now = toMilliseconds(parts.clock.now())
  const days: DayCost[] = []
  const due: { server: CostServer; tariff: Tariff | undefined; day: string }[] = []
  for (const server of servers) {
    const today = todayOf(parts, tariffs, server)
    const born = dayAt('UTC', toMilliseconds(server.createdAt) - 86_400_000)
    for (const day of daysBetween(from > born ? from : born, to < today ? to : today)) {
      const tariff = tariffFor(parts, tariffs, server, day)
      const known = kept.get(`${server.id} ${day}`)
      const isGood =
        known?.basis === basisOf(server, tariff) &&
        (known.closed || now - toMilliseconds(known.computedAt) < freshness)
      if (isGood) days.push(known)
      else due.push({ server, tariff, day })
    }
  }
  const worked = await mapBounded(due.slice(0, most), 4, ({ server, tariff, day }) =>
    workOutDay(parts, server, tariff, day, signal),
  )
  if (worked.length > 0)
    await parts.db.transaction().execute((transaction) => keepDays(transaction, parts.engine, worked))
  return { days: [...days, ...worked], missing: due.length - worked.length, worked: worked.length }
}
