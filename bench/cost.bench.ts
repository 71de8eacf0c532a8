import { parseArgs } from 'node:util'
import { bulkInsert } from '#database/bulk.ts'
import type { OpenDatabase } from '#database/open.ts'
import { costOperations } from '#features/cost/cost-operations.ts'
import { costServers } from '#features/cost/cost-queries.ts'
import { basisOf, tariffFor } from '#features/cost/day-cost.ts'
import { budgetOf, daysOf } from '#features/cost/day-costs.ts'
import { addDays } from '#features/cost/local-days.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { silentLog } from '#kernel/log.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { alwaysMine } from '#test/metric-readings.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'
import { onBothEngines } from './bench-databases.ts'
import { atMost, median, missedFigures } from './figures.ts'
import { addServers, heartbeats } from './metrics-fleet.ts'

/** What a fleet costs, asked on both engines: `npm run bench -- cost --servers=10000 --days=35`. */
const { values: given } = parseArgs({
  options: { servers: { type: 'string', default: '10000' }, days: { type: 'string', default: '35' } },
})
const count = Number(given.servers)
const days = Number(given.days)
const never = new AbortController().signal
const actor = systemActor('bench')

async function measure(opened: OpenDatabase): Promise<void> {
  const plain = testConfig()
  const cost = { currency: 'EUR', centsPerKwh: 30, zone: 'UTC' }
  const config = { ...plain, monitoring: { ...plain.monitoring, cost } }
  const context = testContext(opened, { config })
  context.clock.advance((days + 0.5) * 86_400_000)
  await addServers(opened, count)
  const servers = await costServers(opened.db, opened.engine, actor, { limit: count })
  const today = context.clock.now().slice(0, 10)
  const basis = basisOf(servers[0]!, tariffFor(context, [], servers[0]!, today))
  for (let ago = days; ago >= 0; ago -= 1)
    for (const some of chunksOf(servers, 2_000)) {
      const rows = some.map(({ id }) => ({
        server_id: id,
        day: addDays(today, -ago),
        basis,
        tariff_id: 0,
        currency: 'EUR',
        kwh: 2.4,
        low_kwh: 2,
        high_kwh: 3,
        cents: 72,
        low_cents: 60,
        high_cents: 90,
        seconds_on: 86_400,
        seconds_measured: 0,
        seconds_partial: 0,
        seconds_estimated: 0,
        closed: ago > 0,
        computed_at: context.clock.now(),
      }))
      await opened.db
        .transaction()
        .execute((transaction) => bulkInsert(transaction, opened.engine, 'cost_days', rows))
    }
  const timed = async (name: string, input: object): Promise<number> => {
    const times: number[] = []
    for (let turn = 0; turn < 5; turn += 1) {
      const begun = performance.now()
      const answer = (await answerOperation(
        costOperations.find((each) => each.name === name)!,
        context,
        actor,
        input,
        never,
      )) as { missing: number }
      times.push(performance.now() - begun)
      if (answer.missing > 0) throw new Error(`${answer.missing} days are missing`)
    }
    return median(times)
  }
  const on = `${opened.engine}, ${count} servers, ${days} days`
  const period = { from: addDays(today, -30), to: today }
  atMost(
    `milliseconds for the cost of a month by site (${on})`,
    await timed('cost.summary', { ...period, by: 'site' }),
    1_000,
  )
  atMost(
    `milliseconds for servers by cost (${on})`,
    await timed('cost.servers', { ...period, limit: 50 }),
    1_000,
  )
  atMost(`milliseconds for the forecast (${on})`, await timed('cost.forecast', {}), 1_000)
  await workOut(opened)
}

/** How long a day of a server takes whose readings are in memory. */
async function workOut(opened: OpenDatabase): Promise<void> {
  const context = testContext(opened, {})
  const engine = createMetrics({ ...opened, clock: context.clock, config: context.config, log: silentLog })
  const session = engine.begin(alwaysMine(opened), () => {})
  await session.replay(never)
  const start = Date.parse(context.clock.now())
  for (let minute = 0; minute < 720; minute += 1) {
    await engine.append(heartbeats(50, start + minute * 60_000))
    context.clock.advance(60_000)
    await session.tick(never)
  }
  const servers = (await costServers(opened.db, opened.engine, actor, { limit: count })).filter(({ id }) =>
    /^s\d$|^s[1-4]\d$/.test(id),
  )
  const day = context.clock.now().slice(0, 10)
  const begun = performance.now()
  const found = await daysOf(
    { ...context, metrics: engine },
    [],
    servers,
    { from: day, to: day },
    never,
    budgetOf(context, 60_000),
  )
  atMost(
    'milliseconds to work out half a day of a server',
    (performance.now() - begun) / found.worked.length,
    20,
  )
  await session.end()
  await engine.close()
}

await onBothEngines(measure)
process.exitCode = missedFigures() > 0 ? 1 : 0
