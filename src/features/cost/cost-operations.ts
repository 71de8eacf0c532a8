import { z } from 'zod'
import { type DaySum, keptHours, type Taken } from '#features/cost/cost-day-queries.ts'
import { type CostServer, costServers } from '#features/cost/cost-queries.ts'
import { todayOf } from '#features/cost/day-cost.ts'
import { daysOf } from '#features/cost/day-costs.ts'
import { sumOf } from '#features/cost/exact-sum.ts'
import { exportCosts } from '#features/cost/export-costs.ts'
import { costByDay, fleetCosts } from '#features/cost/fleet-costs.ts'
import { forecastMonth } from '#features/cost/forecast-month.ts'
import { addDays, daysBetween } from '#features/cost/local-days.ts'
import { profileOf } from '#features/cost/power-profile.ts'
import { Amount, amountsOf } from '#features/cost/sum-days.ts'
import { tariffOperations } from '#features/cost/tariff-operations.ts'
import { listTariffs } from '#features/cost/tariff-queries.ts'
import { Day, isValid } from '#features/cost/tariff.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

const period = {
  from: Day.exactOptional().describe('The first day; the first of the month when absent.'),
  to: Day.exactOptional().describe('The last day; today when absent.'),
}
const groupings = ['fleet', 'tag', 'site', 'rack', 'owner'] as const
const missing = z
  .number()
  .int()
  .describe('Days of servers that are still to be worked out and so left out; ask again.')
const asOf = z
  .string()
  .nullable()
  .describe('Days that are not over are counted until then at least; null where there are none.')
const mostDays = 800

function periodOf(call: Call, given: { from?: string; to?: string }): { from: string; to: string } {
  const today = call.clock.now().slice(0, 10)
  const to = given.to ?? today
  const from = given.from ?? `${(given.to ?? today).slice(0, 7)}-01`
  if (from > to || addDays(from, mostDays) < to)
    throw new AppError('INPUT_INVALID', 'The period is no period', {
      complaints: [
        { path: 'to', value: to, expected: `a day from ${from} on, at most ${mostDays} days later` },
      ],
    })
  return { from, to }
}

/** Somewhere it is tomorrow already: what is asked for until now has no end. */
const untilNow = (call: Call, given: { from?: string; to?: string }): { from: string; to: string } => {
  const { from, to } = periodOf(call, given)
  return { from, to: given.to === undefined ? addDays(to, 1) : to }
}

const groupsOf = (server: CostServer, by: (typeof groupings)[number]): (string | null)[] => {
  if (by === 'fleet') return ['fleet']
  if (by === 'tag') return server.tags.length === 0 ? [null] : server.tags
  return [server[by]]
}

const ServerCost = Amount.extend({
  id: z.string(),
  name: z.string(),
  site: z.string().nullable(),
  basis: z.enum(['tdp', 'guess', 'host']).describe('What its power rests on where it is not measured.'),
  category: z.string(),
})
type ServerCost = z.output<typeof ServerCost>

async function findServer(call: Call, id: string): Promise<CostServer> {
  const [server] = await costServers(call.db, call.engine, call.actor, { id, limit: 1 })
  if (server !== undefined) return server
  throw new AppError('NOT_FOUND', `There is no server ${id}`)
}

const nothing = (currency: string | null): Amount => ({
  currency,
  kwh: 0,
  cents: currency === null ? null : 0,
  lowCents: null,
  highCents: null,
  measuredShare: 0,
  partialShare: 0,
  estimatedShare: 0,
})

/** A row for each server and currency. */
function serverRows(servers: readonly CostServer[], sums: ReadonlyMap<string, Taken[]>): ServerCost[] {
  return servers.flatMap((server) => {
    const { basis, category } = profileOf(server.traits)
    const amounts = amountsOf(sums.get(server.id) ?? [])
    return (amounts.length === 0 ? [nothing(null)] : amounts).map((amount) => ({
      ...amount,
      id: server.id,
      name: server.name,
      site: server.site,
      basis,
      category,
    }))
  })
}

/** What servers cost. */
export const costOperations: readonly AnyOperation[] = [
  ...tariffOperations,
  operation({
    name: 'cost.summary',
    summary: 'Show what all servers cost in a period, or groups of them.',
    http: 'GET /cost',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({
      ...period,
      by: z.enum(groupings).default('fleet'),
      daily: z.boolean().default(false).describe('Also tell what each day cost.'),
    }),
    output: z.object({
      from: z.string(),
      to: z.string(),
      groups: z.array(
        z.object({
          group: z
            .string()
            .nullable()
            .describe('Null for servers that have none; one with two tags is in both.'),
          servers: z.number().int(),
          amounts: z.array(Amount),
        }),
      ),
      fees: z
        .array(z.object({ tariff: z.string(), currency: z.string(), cents: z.number().int() }))
        .describe('Monthly fees of tariffs, by their days.'),
      days: z
        .array(z.object({ day: z.string(), currency: z.string(), cents: z.number().int() }))
        .describe('Without fees; empty unless asked for with `daily`.'),
      missing,
      asOf,
    }),
    async run(call, { by, daily, ...given }, signal) {
      const days = periodOf(call, given)
      const counted = untilNow(call, given)
      const all = await fleetCosts(call, counted, signal)
      const groups = new Map<string | null, { servers: number; taken: Taken[] }>()
      for (const server of all.servers)
        for (const group of groupsOf(server, by)) {
          const entry = groups.get(group) ?? { servers: 0, taken: [] }
          entry.servers += 1
          entry.taken.push(...(all.sums.get(server.id) ?? []))
          groups.set(group, entry)
        }
      return {
        ...days,
        groups: [...groups]
          .map(([group, entry]) => ({ group, servers: entry.servers, amounts: amountsOf(entry.taken) }))
          .toSorted((one, other) => (one.group ?? '\uFFFF').localeCompare(other.group ?? '\uFFFF')),
        fees: call.actor.tags === undefined ? await feesOf(call, days) : [],
        days: daily ? centsByDay(await costByDay(call, all, counted)) : [],
        missing: all.missing,
        asOf: all.asOf,
      }
    },
  }),
  operation({
    name: 'cost.servers',
    summary: 'List servers with what each costs in a period.',
    http: 'GET /cost/servers',
    effect: 'read',
    permission: 'monitoring.read',
    paged: true,
    input: z.object({
      ...pageInput,
      ...period,
      sort: z.enum(['-cents', 'cents', '-kwh', 'kwh', 'name']).default('-cents'),
    }),
    output: pageOf(ServerCost).extend({ missing, asOf }),
    cli: { columns: ['id', 'name', 'kwh', 'cents', 'currency', 'basis', 'category'] },
    async run(call, { limit, cursor, sort, ...given }, signal) {
      const all = await fleetCosts(call, untilNow(call, given), signal)
      const field = sort.replace('-', '') as 'cents' | 'kwh' | 'name'
      const value = (row: ServerCost) => row[field] ?? -1
      const rows = serverRows(all.servers, all.sums).toSorted((one, other) => {
        const [left, right] = [value(one), value(other)]
        const order = left < right ? -1 : left > right ? 1 : 0
        return (sort.startsWith('-') ? -order : order) || one.id.localeCompare(other.id)
      })
      const from = cursor === undefined ? 0 : decodeCursor(cursor, z.tuple([z.number().int()]))[0]
      const next = from + limit < rows.length ? encodeCursor([from + limit]) : null
      return {
        items: rows.slice(from, from + limit),
        nextCursor: next,
        total: rows.length,
        missing: all.missing,
        asOf: all.asOf,
      }
    },
  }),
  operation({
    name: 'cost.show',
    summary: 'Show what one server costs, by day and hour.',
    http: 'GET /servers/:id/cost',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({ id: z.string().min(1).max(100), ...period }),
    output: z.object({
      id: z.string(),
      profile: z.object({
        category: z.string(),
        idleWatts: z.number(),
        maxWatts: z.number(),
        basis: z.enum(['tdp', 'guess', 'host']),
        error: z.number(),
      }),
      amounts: z.array(Amount),
      days: z.array(
        z.object({
          day: z.string(),
          currency: z.string().nullable(),
          kwh: z.number(),
          cents: z.number().nullable().describe('Not rounded.'),
          lowCents: z.number().nullable(),
          highCents: z.number().nullable(),
          secondsOn: z.number(),
          secondsMeasured: z.number(),
          secondsPartial: z.number().describe('Measured of the processor only.'),
          secondsEstimated: z.number(),
          closed: z.boolean().describe('The day is over.'),
          hours: z
            .array(z.object({ at: z.number(), kwh: z.number(), cents: z.number().nullable() }))
            .describe('None of days that are long ago.'),
        }),
      ),
      missing,
    }),
    cli: { arguments: ['id'] },
    async run(call, { id, ...given }, signal) {
      const server = await findServer(call, id)
      const days = untilNow(call, given)
      const found = await daysOf(call, await listTariffs(call.db), [server], days, signal)
      const hours = await keptHours(call.db, id, days.from, days.to)
      for (const day of found.worked) hours.set(day.day, day.hours)
      const { category, idleWatts, maxWatts, basis, error } = profileOf(server.traits)
      return {
        id: server.id,
        profile: { category, idleWatts, maxWatts, basis, error },
        amounts: amountsOf(found.days),
        days: found.days
          .toSorted((one, other) => (one.day < other.day ? -1 : 1))
          .map(
            ({ serverId: _s, basis: _b, tariffId: _t, computedAt: _c, lowKwh: _l, highKwh: _h, ...day }) => ({
              ...day,
              hours: hours.get(day.day) ?? [],
            }),
          ),
        missing: found.missing,
      }
    },
  }),
  operation({
    name: 'cost.forecast',
    summary: 'Show what this month has cost, and what it will have cost at its end.',
    http: 'GET /cost/forecast',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object({
      server: z.string().min(1).max(100).exactOptional().describe('Only this server, instead of all.'),
    }),
    output: z.object({
      month: z.string(),
      items: z.array(
        z.object({
          currency: z.string(),
          spentCents: z.number().int(),
          forecastCents: z.number().int(),
          lowCents: z.number().int(),
          highCents: z.number().int(),
        }),
      ),
      missing,
    }),
    async run(call, { server: id }, signal) {
      const now = call.clock.now().slice(0, 10)
      const recent = { from: addDays(now, -35), to: addDays(now, 1) }
      if (id !== undefined) {
        const server = await findServer(call, id)
        const tariffs = await listTariffs(call.db)
        const found = await daysOf(call, tariffs, [server], recent, signal)
        const priced = found.days.flatMap(({ currency, cents, ...day }) =>
          currency === null || cents === null ? [] : [{ ...day, currency, cents }],
        )
        const itsToday = todayOf(call, tariffs, server)
        return {
          month: itsToday.slice(0, 7),
          items: forecastMonth(priced, itsToday),
          missing: found.missing,
        }
      }
      const all = await fleetCosts(call, recent, signal)
      const days = await costByDay(call, all, recent)
      const [first] = all.servers
      const today = first === undefined ? now : todayOf(call, all.tariffs, first)
      return { month: today.slice(0, 7), items: forecastMonth(days, today), missing: all.missing }
    },
  }),
  operation({
    name: 'cost.export',
    summary: 'Give what each server cost on each day of a period, as CSV.',
    http: 'GET /cost/export',
    effect: 'read',
    permission: 'monitoring.read',
    input: z.object(period),
    output: z.object({ csv: z.string(), missing }),
    cli: { show: ({ csv }: { csv: string }) => csv },
    run: (call, given, signal) => exportCosts(call, untilNow(call, given), signal),
  }),
]

/** One sum for each day and currency, the oldest first. */
const centsByDay = (sums: readonly DaySum[]): { day: string; currency: string; cents: number }[] =>
  [...Map.groupBy(sums, ({ day, currency }) => `${day} ${currency}`).values()]
    .map((those) => ({
      day: those[0]!.day,
      currency: those[0]!.currency,
      cents: Math.round(sumOf(those.map(({ cents }) => cents))),
    }))
    .toSorted((one, other) => `${one.day} ${one.currency}`.localeCompare(`${other.day} ${other.currency}`))

/** The fees of tariffs for the days of a period on which they hold. */
async function feesOf({ db }: Pick<Call, 'db'>, { from, to }: { from: string; to: string }) {
  const tariffs = (await listTariffs(db)).filter(({ baseFeeCents }) => baseFeeCents > 0)
  return tariffs.map((tariff) => ({
    tariff: tariff.name,
    currency: tariff.currency,
    cents: Math.round(
      daysBetween(from, to)
        .filter((day) => isValid(tariff, day))
        .reduce((sum, day) => sum + tariff.baseFeeCents / Temporal.PlainDate.from(day).daysInMonth, 0),
    ),
  }))
}
