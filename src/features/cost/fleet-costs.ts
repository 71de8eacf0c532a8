import type { Context } from '#features/context.ts'
import { type DaySum, sumByDay, sumByServer, type Taken } from '#features/cost/cost-day-queries.ts'
import { type CostServer, costServers } from '#features/cost/cost-queries.ts'
import { basisOf, tariffFor, todayOf } from '#features/cost/day-cost.ts'
import { budgetOf, daysOf, daysOfServer, freshness, usefulness } from '#features/cost/day-costs.ts'
import { addDays, daysApart } from '#features/cost/local-days.ts'
import { listTariffs } from '#features/cost/tariff-queries.ts'
import type { Tariff } from '#features/cost/tariff.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { shift } from '#kernel/clock.ts'
import type { Actor } from '#model/actor.ts'

type Parts = Pick<Context, 'db' | 'reports' | 'engine' | 'metrics' | 'clock' | 'config'>

interface Period {
  from: string
  to: string
}

/** Servers that are read in one go. */
const together = 2_500
/** Milliseconds that one question may spend on days that are not worked out yet. */
const patience = 500
/** More days of servers than this are summed up beside the server, so that nobody else waits for it. */
const mostHere = 20_000

export interface FleetCosts {
  servers: CostServer[]
  tariffs: Tariff[]
  /** By server: a sum for each stretch of days with one tariff. */
  sums: Map<string, Taken[]>
  days: DaySum[]
  /** Days of servers that are still to be worked out. */
  missing: number
  /** Days that are not over are known until then; null where there are none. */
  asOf: string | null
}

/** What the servers that somebody may see took in a period, out of days that are kept; a few are worked out for it. */
export async function fleetCosts(
  parts: Parts & { actor: Pick<Actor, 'tags'> },
  period: Period,
  signal: AbortSignal,
): Promise<FleetCosts> {
  const tariffs = await listTariffs(parts.db)
  const servers = await everyServer(parts, signal)
  const first = await addUp(parts, tariffs, servers, period)
  signal.throwIfAborted()
  const budget = budgetOf(parts, patience)
  let worked = 0
  for (const some of chunksOf(first.lacking, 100)) {
    if (budget.days <= 0 || parts.clock.monotonic() >= budget.until) break
    worked += (await daysOf(parts, tariffs, some, period, signal, budget)).worked.length
  }
  const { lacking: _, ...sums } = worked === 0 ? first : await addUp(parts, tariffs, servers, period)
  return { servers, tariffs, ...sums }
}

async function everyServer(
  { db, engine, actor }: Parts & { actor: Pick<Actor, 'tags'> },
  signal: AbortSignal,
): Promise<CostServer[]> {
  const all: CostServer[] = []
  for (let after: string | undefined; ;) {
    signal.throwIfAborted()
    const some = await costServers(db, engine, actor, { after, limit: together })
    all.push(...some)
    if (some.length < together) return all
    after = some.at(-1)!.id
  }
}

async function addUp(
  parts: Parts & { actor: Pick<Actor, 'tags'> },
  tariffs: readonly Tariff[],
  servers: readonly CostServer[],
  period: Period,
) {
  const now = parts.clock.now()
  const db = servers.length * daysApart(period.from, period.to) > mostHere ? parts.reports : parts.db
  const ids = parts.actor.tags === undefined ? undefined : servers.map(({ id }) => id)
  const sums = new Map<string, Taken[]>()
  const days: DaySum[] = []
  const lacking = new Set<CostServer>()
  let missing = 0
  let asOf: string | null = null
  for (const stretch of stretchesOf(tariffs, period)) {
    const asked = { ...stretch, since: shift(now, -usefulness) }
    const found = await sumByServer(db, parts.engine, asked, ids)
    const byServer = Map.groupBy(found, ({ serverId }) => serverId)
    const known = knownOf(parts, tariffs, stretch)
    for (const server of servers) {
      const { basis, today } = known.of(server)
      const { from, to } = daysOfServer(server, stretch, today)
      const those = (byServer.get(server.id) ?? []).filter((sum) => sum.basis === basis)
      const lacks = daysApart(from, to) - those.reduce((sum, each) => sum + each.days, 0)
      const [open = null] = those.flatMap(({ openSince }) => openSince ?? []).sort()
      if (open !== null && (asOf === null || open < asOf)) asOf = open
      if (lacks > 0 || (open !== null && open <= shift(now, -freshness))) lacking.add(server)
      missing += Math.max(0, lacks)
      if (those.length > 0) sums.set(server.id, [...(sums.get(server.id) ?? []), ...those])
    }
    // What was worked out with a tariff or a machine of before is no part of any day.
    const ofDays = await sumByDay(db, parts.engine, asked, ids)
    days.push(...ofDays.filter(({ basis }) => known.bases.has(basis)))
  }
  return { sums, days, missing, asOf, lacking: [...lacking] }
}

/** With what servers are worked out on a stretch of days, and which day it is for them; alike for those that are alike. */
function knownOf(parts: Parts, tariffs: readonly Tariff[], { from }: Period) {
  const places = new Map<string, { tariff: Tariff | undefined; today: string }>()
  const bases = new Map<string, string>()
  return {
    bases: {
      has: (basis: string): boolean => bases.values().some((each) => each === basis),
    },
    of(server: CostServer): { basis: string; today: string } {
      const place = JSON.stringify([server.site, server.tags])
      const there = places.get(place) ?? {
        tariff: tariffFor(parts, tariffs, server, from),
        today: todayOf(parts, tariffs, server),
      }
      places.set(place, there)
      const kind = JSON.stringify([server.traits, there.tariff?.id])
      const basis = bases.get(kind) ?? basisOf(server, there.tariff)
      bases.set(kind, basis)
      return { basis, today: there.today }
    },
  }
}

/** A period in stretches within which no tariff begins or ends. */
function stretchesOf(tariffs: readonly Tariff[], { from, to }: Period): Period[] {
  const begins = tariffs
    .flatMap(({ validFrom, validTo }) => [validFrom, validTo === null ? null : addDays(validTo, 1)])
    .filter((day) => day !== null && day > from && day <= to) as string[]
  const starts = [from, ...[...new Set(begins)].sort()]
  return starts.map((start, index) => {
    const next = starts[index + 1]
    return { from: start, to: next === undefined ? to : addDays(next, -1) }
  })
}
