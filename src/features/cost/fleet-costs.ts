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
/** Whoever asks, who may be limited to some servers. */
type Visitor = Parts & { actor: Pick<Actor, 'tags'> }

interface Period {
  from: string
  to: string
}

/** Servers that are read in one go. */
const together = 2_500
/** Milliseconds that one question may spend on days that are not worked out yet. */
const patience = 300
/** So many servers have today worked out for a question. */
const mostLive = 100
/** More days of servers than this are a long answer. */
const mostHere = 20_000

export interface FleetCosts {
  servers: CostServer[]
  tariffs: Tariff[]
  /** By server: a sum for each stretch of days with one tariff. */
  sums: Map<string, Taken[]>
  /** Days of servers that are still to be worked out. */
  missing: number
  /** Days that are not over are known until then; null where there are none. */
  asOf: string | null
}

/** What the servers that somebody may see took in a period, out of days that are kept; a few are worked out for it. */
export async function fleetCosts(parts: Visitor, period: Period, signal: AbortSignal): Promise<FleetCosts> {
  const tariffs = await listTariffs(parts.db)
  const servers = await everyServer(parts, signal)
  const first = await addUp(parts, tariffs, servers, period)
  signal.throwIfAborted()
  // In a large fleet the watch keeps today up to date, and a question would not make a difference.
  if (first.missing === 0 && first.lacking.length > mostLive) return { servers, tariffs, ...first }
  const budget = budgetOf(parts, patience)
  let worked = 0
  for (const some of chunksOf(first.lacking, 100)) {
    if (budget.days <= 0 || parts.clock.monotonic() >= budget.until) break
    worked += (await daysOf(parts, tariffs, some, period, signal, budget)).worked.length
  }
  const { lacking: _, ...sums } = worked === 0 ? first : await addUp(parts, tariffs, servers, period)
  return { servers, tariffs, ...sums }
}

async function everyServer({ db, engine, actor }: Visitor, signal: AbortSignal): Promise<CostServer[]> {
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
  parts: Visitor,
  tariffs: readonly Tariff[],
  servers: readonly CostServer[],
  period: Period,
) {
  const now = parts.clock.now()
  const { db, ids } = asksFor(parts, servers, period)
  const sums = new Map<string, Taken[]>()
  const lacking = new Set<CostServer>()
  let missing = 0
  let asOf: string | null = null
  for (const stretch of stretchesOf(tariffs, period)) {
    const asked = { ...stretch, since: shift(now, -usefulness) }
    const found = await sumByServer(db, parts.engine, asked, ids)
    const byServer = Map.groupBy(found, ({ serverId }) => serverId)
    const known = knownOf(parts, tariffs, stretch)
    for (const server of servers) {
      const { basis, today } = known(server)
      const { from, to } = daysOfServer(server, stretch, today)
      const those = (byServer.get(server.id) ?? []).filter((sum) => sum.basis === basis)
      const lacks = daysApart(from, to) - those.reduce((sum, each) => sum + each.days, 0)
      const [open = null] = those.flatMap(({ openSince }) => openSince ?? []).sort()
      if (open !== null && (asOf === null || open < asOf)) asOf = open
      if (lacks > 0 || (open !== null && open <= shift(now, -freshness))) lacking.add(server)
      missing += Math.max(0, lacks)
      if (those.length > 0) sums.set(server.id, [...(sums.get(server.id) ?? []), ...those])
    }
  }
  return { sums, missing, asOf, lacking: [...lacking] }
}

/** What all of the servers cost on each day of a period, out of days that are kept. */
export async function costByDay(
  parts: Visitor,
  { servers, tariffs }: Pick<FleetCosts, 'servers' | 'tariffs'>,
  period: Period,
): Promise<DaySum[]> {
  const { db, ids } = asksFor(parts, servers, period)
  const since = shift(parts.clock.now(), -usefulness)
  const days: DaySum[] = []
  for (const stretch of stretchesOf(tariffs, period)) {
    const known = knownOf(parts, tariffs, stretch)
    // What was worked out with a tariff or a machine of before is no part of any day.
    const bases = new Set(servers.map((server) => known(server).basis))
    const found = await sumByDay(db, parts.engine, { ...stretch, since }, ids)
    days.push(...found.filter(({ basis }) => bases.has(basis)))
  }
  return days
}

/** Of whom it is asked, and where: a long answer is put together beside the server, so that nobody waits for it. */
function asksFor(parts: Visitor, servers: readonly CostServer[], { from, to }: Period) {
  return {
    db: servers.length * daysApart(from, to) > mostHere ? parts.reports : parts.db,
    ids: parts.actor.tags === undefined ? undefined : servers.map(({ id }) => id),
  }
}

/** With what servers are worked out on a stretch of days, and which day it is for them; alike for those that are alike. */
function knownOf(parts: Parts, tariffs: readonly Tariff[], { from }: Period) {
  const places = new Map<string, { tariff: Tariff | undefined; today: string }>()
  const bases = new Map<string, string>()
  return (server: CostServer): { basis: string; today: string } => {
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
