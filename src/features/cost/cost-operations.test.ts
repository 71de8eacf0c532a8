import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SeriesRequest } from '#features/context.ts'
import { costOperations } from '#features/cost/cost-operations.ts'
import { costPart } from '#features/cost/cost-part.ts'
import { systemActor, type Actor } from '#model/actor.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { emptiedBetween, onEachDatabase, type FreshDatabase } from '#test/each-database.ts'
import { never } from '#test/http-lab.ts'
import { testConfig } from '#test/test-config.ts'
import { watchOf } from '#test/outbox-watch.ts'
import { type TestContext, testContext } from '#test/test-context.ts'

const minute = 60_000
const step = 15 * minute

/** Servers that take 100 W (measured) and a fleet that is asked on 20 January. */
async function fleet(fresh: FreshDatabase, ids: readonly string[] = ['a', 'b']) {
  let reads = 0
  const watts = new Map(ids.map((id) => [id, 100]))
  const metrics = {
    append: async () => {},
    latest: async () => new Map(),
    read: async ({ subject, from, to }: SeriesRequest) => {
      reads += 1
      const times = Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step)
      const values = times.map(() => watts.get(subject) ?? null)
      const series = { power_watts: { avg: values, min: values, max: values } }
      return { tier: 'raw' as const, step, times, series }
    },
  }
  const config = testConfig()
  const context = testContext(await fresh(), { metrics, config })
  context.clock.advance(19.5 * 86_400_000)
  const time = '2026-01-01T00:00:00.000Z'
  await context.db
    .insertInto('servers')
    .values(
      ids.map((id) => ({ id, hostname: `=${id}`, status: 'online', created_at: time, updated_at: time })),
    )
    .execute()
  const ask = async (name: string, input: object, actor: Actor = systemActor('test')): Promise<Answer> =>
    answerOperation(
      costOperations.find((each) => each.name === name)!,
      context,
      actor,
      input,
      never,
    )
  return { context, ask, watts, reads: () => reads }
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape are looked into
type Answer = any

/** One turn with all of its work, and the pause after it. */
async function turnOf(part: ReturnType<typeof costPart>, context: TestContext): Promise<void> {
  await part.start!(watchOf(context), never)
  await part.tick!(never)
  await part.stop!()
  context.clock.advance(5_000)
}

const period = { from: '2026-01-10', to: '2026-01-11' }
const home = { name: 'home', currency: 'EUR', centsPerKwh: 30, zone: 'UTC' }
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, not ${expected}`)

onEachDatabase('what servers cost', (freshOne, engine) => {
  const fresh = emptiedBetween(freshOne, engine, [
    'tariffs',
    'cost_days',
    'servers',
    'status_changes',
    'watch_gaps',
  ])

  test('servers add up to the fleet, and hours to days; without a tariff there is energy only', async () => {
    const { ask } = await fleet(fresh)
    const before = await ask('cost.summary', period)
    near(before.groups[0].amounts[0].kwh, 9.6)
    assert.deepEqual([before.groups[0].amounts[0].currency, before.groups[0].amounts[0].cents], [null, null])

    await ask('tariff.create', {
      ...home,
      baseFeeCents: 3_100,
      bands: [{ from: 17, to: 18, centsPerKwh: 90 }],
    })
    const all = await ask('cost.summary', period)
    const servers = await ask('cost.servers', { ...period, limit: 1 })
    const shown = await ask('cost.show', { id: 'a', ...period })

    // 2.4 kWh a day, of which 0.1 at three times the price.
    assert.equal(all.groups[0].amounts[0].cents, Math.round(4 * (2.3 * 30 + 0.1 * 90)))
    assert.deepEqual(all.fees, [{ tariff: 'home', currency: 'EUR', cents: 200 }])
    assert.equal(
      servers.items[0].cents +
        (await ask('cost.servers', { ...period, cursor: servers.nextCursor })).items[0].cents,
      312,
    )
    near(
      shown.days[0].hours.reduce((sum: number, hour: { cents: number }) => sum + hour.cents, 0),
      shown.days[0].cents,
    )
    near(shown.days[0].hours[17].cents, 9)
    assert.equal(all.groups[0].amounts[0].measuredShare, 1)
  })

  test('days that are over are read once, until a tariff changes or something is told late', async () => {
    const { ask, reads, watts, context } = await fleet(fresh, ['a'])
    const tariff = await ask('tariff.create', home)
    const cents = async () => (await ask('cost.summary', period)).groups[0].amounts[0].cents
    assert.equal(await cents(), 144)
    assert.equal(await cents(), 144)
    assert.equal(reads(), 2)

    await ask('tariff.update', { id: tariff.id, centsPerKwh: 60, expectedVersion: tariff.version })
    assert.equal(await cents(), 288)
    assert.equal(reads(), 4)

    watts.set('a', 200)
    const part = costPart()
    await part.start!(watchOf(context), never)
    const at = toMilliseconds('2026-01-10T12:00:00.000Z')
    part.hear!(
      [{ subject: 'a', at, received: toMilliseconds(context.clock.now()), backfill: true, core: [] }],
      { replayed: false },
    )
    await part.tick!(never)
    await part.stop!()
    assert.equal(await cents(), 576)
  })

  test('a changed machine is worked out anew, and the watch keeps today and the days before for a large fleet', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `s${index}`)
    const { ask, reads, context, watts } = await fleet(fresh, ids)
    await context.db.updateTable('servers').set({ created_at: '2026-01-20T00:00:00.000Z' }).execute()
    await ask('tariff.create', home)
    const today = { from: '2026-01-20', to: '2026-01-20' }
    const cents = async () => (await ask('cost.summary', today)).groups[0].amounts[0].cents
    assert.equal(await cents(), 120 * 36)
    const before = reads()

    // A quarter of an hour later a question of 120 servers reads nothing: it says as of when.
    context.clock.advance(15 * minute)
    assert.equal(await cents(), 120 * 36)
    assert.equal((await ask('cost.summary', today)).asOf, '2026-01-20T12:00:00.000Z')
    assert.equal(reads(), before)

    const part = costPart()
    for (let turn = 0; turn < 3; turn += 1) await turnOf(part, context)
    assert.equal((await ask('cost.summary', today)).asOf, '2026-01-20T12:15:00.000Z')
    assert.ok((await cents()) > 120 * 36.7)

    watts.set('s0', 200)
    await context.db.updateTable('servers').set({ tdp_watts: 500 }).where('id', '=', 's0').execute()
    assert.ok((await cents()) > 121 * 36.7)
  })

  test('hours are kept for some weeks, and days for good', async () => {
    const { ask, context } = await fleet(fresh, ['a'])
    await ask('tariff.create', home)
    assert.equal((await ask('cost.show', { id: 'a', ...period })).days[0].hours.length, 24)

    context.clock.advance(80 * 86_400_000)
    await turnOf(costPart(), context)

    const { days, amounts } = await ask('cost.show', { id: 'a', ...period })
    assert.deepEqual([days[0].hours.length, amounts[0].cents], [0, 144])
  })

  test('currencies are never added, and each server has the tariff of its day', async () => {
    const { ask } = await fleet(fresh)
    await ask('tariff.create', { ...home, validTo: '2026-01-10' })
    await ask('tariff.create', { ...home, name: 'new', currency: 'CHF', validFrom: '2026-01-11' })

    const { groups, days } = await ask('cost.summary', { ...period, daily: true })

    const ofDays = (wanted: string) =>
      days
        .filter(({ currency }: Answer) => currency === wanted)
        .reduce((sum: number, { cents }: Answer) => sum + cents, 0)
    assert.deepEqual([ofDays('CHF'), ofDays('EUR'), days[0].currency], [144, 144, 'EUR'])
    assert.deepEqual(
      groups[0].amounts.map(({ currency, cents }: Answer) => [currency, cents]),
      [
        ['CHF', 144],
        ['EUR', 144],
      ],
    )
    const csv = (await ask('cost.export', period)).csv as string
    assert.equal(csv.trim().split('\r\n').length, 5)
    assert.match(csv, /^a,'=a,2026-01-10,2\.4\d*,EUR,72/m)
  })

  test('a server that was off, and one that nobody could hear, cost what they took', async () => {
    const { ask, context, watts } = await fleet(fresh, ['a'])
    watts.clear()
    await ask('tariff.create', home)
    await context.db.updateTable('servers').set({ tdp_watts: 100 }).execute()
    await context.db
      .insertInto('status_changes')
      .values([
        {
          server_id: 'a',
          at: '2026-01-09T00:00:00.000Z',
          status: 'online',
          condition: null,
          cause: 'heard',
          incident_id: null,
        },
        {
          server_id: 'a',
          at: '2026-01-10T12:00:00.000Z',
          status: 'offline',
          condition: null,
          cause: 'silent',
          incident_id: null,
        },
      ])
      .execute()
    await context.db
      .insertInto('watch_gaps')
      .values({ from_at: '2026-01-10T06:00:00.000Z', until_at: '2026-01-10T07:00:00.000Z', cause: 'stopped' })
      .execute()

    const { days, amounts } = await ask('cost.show', { id: 'a', ...period })

    near(days[0].secondsOn, 12 * 3_600)
    assert.equal(days[1].kwh, 0)
    assert.ok(amounts[0].estimatedShare > 0)
    assert.ok(amounts[0].lowCents < amounts[0].cents && amounts[0].cents < amounts[0].highCents)
  })

  test('a month is forecast from the days of the week so far', async () => {
    const { ask } = await fleet(fresh, ['a'])
    await ask('tariff.create', home)

    const { month, items, missing } = await ask('cost.forecast', {})

    // 72 cents a day: 19 days and a half are over.
    assert.deepEqual(
      [month, missing, items[0].spentCents, items[0].forecastCents],
      ['2026-01', 0, 1_404, 2_232],
    )
    assert.equal(items[0].lowCents, items[0].highCents)
    assert.deepEqual((await ask('cost.forecast', { server: 'a' })).items, items)
    await assert.rejects(ask('cost.forecast', { server: 'nobody' }), /no server nobody/)
  })

  test('a tariff that ends before it begins, or has no such hour, is refused by name', async () => {
    const { ask } = await fleet(fresh, ['a'])
    await assert.rejects(
      ask('tariff.create', { ...home, validFrom: '2026-02-01', validTo: '2026-01-01' }),
      /ends after/,
    )
    await assert.rejects(ask('tariff.create', { ...home, bands: [{ from: 25, to: 3, centsPerKwh: 1 }] }))
    await assert.rejects(ask('cost.summary', { from: '2026-02-01', to: '2026-01-01' }), /period/)
  })
})
