import { sql } from 'kysely'
import { bulkUpsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import type { DayCost, HourCost } from '#features/cost/day-cost.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import { toTimestamp } from '#kernel/clock.ts'

/** A day as it is kept, without its hours. */
export type KeptDay = Omit<DayCost, 'hours'>

/** Days as they were worked out before, by server and day. */
export async function keptDays(
  db: Database,
  engine: Engine,
  ids: readonly string[],
  from: string,
  to: string,
): Promise<Map<string, KeptDay>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('cost_days')
    .selectAll()
    .where(textsIn(engine, 'server_id', ids))
    .where('day', '>=', from)
    .where('day', '<=', to)
    .execute()
  return new Map(
    rows.map((row) => [
      `${row.server_id} ${row.day}`,
      {
        serverId: row.server_id,
        day: row.day,
        basis: row.basis,
        tariffId: row.tariff_id,
        currency: row.currency,
        kwh: row.kwh,
        lowKwh: row.low_kwh,
        highKwh: row.high_kwh,
        cents: row.cents,
        lowCents: row.low_cents,
        highCents: row.high_cents,
        secondsOn: row.seconds_on,
        secondsMeasured: row.seconds_measured,
        secondsPartial: row.seconds_partial,
        secondsEstimated: row.seconds_estimated,
        closed: Boolean(row.closed),
        computedAt: row.computed_at,
      },
    ]),
  )
}

/** The hours of a server's days, as far back as they are kept. */
export async function keptHours(
  db: Database,
  id: string,
  from: string,
  to: string,
): Promise<Map<string, HourCost[]>> {
  const rows = await db
    .selectFrom('cost_hours')
    .select(['day', 'hours'])
    .where('server_id', '=', id)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .execute()
  return new Map(rows.map(({ day, hours }) => [day, JSON.parse(hours) as HourCost[]]))
}

/** Keeps days, in place of those that were kept before; of those before `hoursFrom` the day only. */
export async function keepDays(
  transaction: Transaction,
  engine: Engine,
  days: readonly DayCost[],
  hoursFrom: string,
): Promise<void> {
  const key = ['day', 'server_id'] as const
  await bulkUpsert(
    transaction,
    engine,
    'cost_days',
    key,
    days.map((day) => ({
      server_id: day.serverId,
      day: day.day,
      basis: day.basis,
      tariff_id: day.tariffId,
      currency: day.currency,
      kwh: day.kwh,
      low_kwh: day.lowKwh,
      high_kwh: day.highKwh,
      cents: day.cents,
      low_cents: day.lowCents,
      high_cents: day.highCents,
      seconds_on: day.secondsOn,
      seconds_measured: day.secondsMeasured,
      seconds_partial: day.secondsPartial,
      seconds_estimated: day.secondsEstimated,
      closed: day.closed,
      computed_at: day.computedAt,
    })),
  )
  await bulkUpsert(
    transaction,
    engine,
    'cost_hours',
    key,
    days
      .filter(({ day }) => day >= hoursFrom)
      .map(({ serverId, day, hours }) => ({ server_id: serverId, day, hours: JSON.stringify(hours) })),
  )
}

/** Forgets the hours of days before one; the days stay. */
export const forgetHours = (transaction: Transaction, before: string): Promise<unknown> =>
  transaction.deleteFrom('cost_hours').where('day', '<', before).execute()

/** Forgets days of servers of which something was told late: from the one before on, whatever zone they are of. */
export async function forgetDays(transaction: Transaction, late: ReadonlyMap<string, number>): Promise<void> {
  for (const [serverId, at] of late)
    await transaction
      .deleteFrom('cost_days')
      .where('server_id', '=', serverId)
      .where('day', '>=', toTimestamp(at - 86_400_000).slice(0, 10))
      .execute()
}

/** What was taken, summed up: of a day, or of many. */
export type Taken = Pick<
  DayCost,
  | 'currency'
  | 'kwh'
  | 'cents'
  | 'lowCents'
  | 'highCents'
  | 'secondsOn'
  | 'secondsMeasured'
  | 'secondsPartial'
  | 'secondsEstimated'
>

/** Days of a server that were worked out with the same tariff. */
export interface ServerSum extends Taken {
  serverId: string
  basis: string
  days: number
  /** Of days that are not over, when the oldest of them was worked out. */
  openSince: string | null
}

interface Stretch {
  from: string
  to: string
  /** Days that are not over count only when they were worked out since. */
  since: string
}

const counted = (db: Database, { from, to, since }: Stretch) =>
  db
    .selectFrom('cost_days')
    .where('day', '>=', from)
    .where('day', '<=', to)
    .where((eb) => eb.or([eb('closed', '=', true), eb('computed_at', '>=', since)]))

/** Sums of a stretch of days by server and basis; of some servers, or of all. */
export async function sumByServer(
  db: Database,
  engine: Engine,
  stretch: Stretch,
  ids: readonly string[] | undefined,
): Promise<ServerSum[]> {
  const query = counted(db, stretch)
    .select((eb) => [
      'server_id as serverId',
      'basis',
      // Its tariff is part of a basis, so there is one currency only.
      eb.fn.min('currency').as('currency'),
      eb.fn.sum<number>('kwh').as('kwh'),
      eb.fn.sum<number | null>('cents').as('cents'),
      eb.fn.sum<number | null>('low_cents').as('lowCents'),
      eb.fn.sum<number | null>('high_cents').as('highCents'),
      eb.fn.sum<number>('seconds_on').as('secondsOn'),
      eb.fn.sum<number>('seconds_measured').as('secondsMeasured'),
      eb.fn.sum<number>('seconds_partial').as('secondsPartial'),
      eb.fn.sum<number>('seconds_estimated').as('secondsEstimated'),
      eb.fn.countAll<number>().as('days'),
      sql<string | null>`min(case when closed then null else computed_at end)`.as('openSince'),
    ])
    .groupBy(['server_id', 'basis'])
  const rows = await (ids === undefined ? query : query.where(textsIn(engine, 'server_id', ids))).execute()
  return rows.map((row) => ({ ...row, days: Number(row.days) }))
}

/** What all of some servers, or all, cost on a day. */
export interface DaySum {
  day: string
  basis: string
  currency: string
  cents: number
}

/** Sums of a stretch of days by day and basis, where there is a price. */
export async function sumByDay(
  db: Database,
  engine: Engine,
  stretch: Stretch,
  ids: readonly string[] | undefined,
): Promise<DaySum[]> {
  const query = counted(db, stretch)
    .select((eb) => ['day', 'basis', 'currency', eb.fn.sum<number>('cents').as('cents')])
    .where('currency', 'is not', null)
    .groupBy(['day', 'basis', 'currency'])
  const rows = await (ids === undefined ? query : query.where(textsIn(engine, 'server_id', ids))).execute()
  return rows.map((row) => ({ ...row, currency: row.currency! }))
}
