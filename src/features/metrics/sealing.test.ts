import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { decodePoints } from '#features/metrics/chunk-codec.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { decodeRollups } from '#features/metrics/rollup-codec.ts'
import { dayLength, hourLength, type Rollup } from '#features/metrics/rollup.ts'
import type { Entry } from '#model/sample.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { alwaysMine, reading } from '#test/metric-readings.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
const start = Date.parse('2026-01-01T00:00:00.000Z')
const minute = 60_000

async function world(opened: OpenDatabase) {
  const context = testContext(opened)
  await context.db
    .insertInto('servers')
    .values(
      ['a', 'b'].map((id) => ({
        id,
        hostname: id,
        created_at: context.clock.now(),
        updated_at: context.clock.now(),
      })),
    )
    .execute()
  const engine = createMetrics(context)
  let session = engine.begin(alwaysMine(context), () => {})
  await session.replay(never)
  const told = new Map<string, Entry>()
  const goTo = (time: number) => context.clock.advance(start + time - Date.parse(context.clock.now()))
  return {
    context,
    engine,
    goTo,
    told,
    async tell(...entries: Entry[]) {
      const received = Date.parse(context.clock.now())
      for (const entry of entries) {
        const key = `${entry.subject} ${entry.at}`
        if (!told.has(key)) told.set(key, entry)
      }
      await engine.append(entries.map((entry) => ({ ...entry, received })))
    },
    /** Turns until all is sealed that can be. */
    async turns() {
      for (let turn = 0; turn < 6; turn += 1) await session.tick(never)
    },
    async restart() {
      await session.end()
      session = engine.begin(alwaysMine(context), () => {})
      await session.replay(never)
    },
  }
}

/** Everything that is told must be in the roll-ups of its hour and its day, once. */
async function assertConserved(opened: OpenDatabase, given: Iterable<Entry>): Promise<void> {
  const told = [...given]
  const rows = await opened.db.selectFrom('metric_rollups').selectAll().execute()
  for (const tier of ['hour', 'day'] as const) {
    const length = tier === 'hour' ? hourLength : dayLength
    const spans = new Map<string, Rollup>()
    for (const { subject, payload } of rows.filter((row) => row.tier === tier))
      for (const [at, rollups] of decodeRollups(payload))
        for (const [metric, rollup] of rollups) spans.set(`${subject} ${at} ${metric}`, rollup)
    const expected = Map.groupBy(
      told.flatMap((entry) => [
        { ...entry, metric: 'cpu_percent', value: entry.core[0]! },
        { ...entry, metric: 'network_rx_bytes', value: entry.core[7]! },
        ...Object.entries(entry.extra ?? {}).map(([metric, value]) => ({ ...entry, metric, value })),
      ]),
      ({ subject, at, metric }) => `${subject} ${Math.floor(at / length) * length} ${metric}`,
    )
    assert.deepEqual(
      [...spans.keys()].filter((key) => /cpu_percent|network_rx|watts/.test(key)).toSorted(),
      [...expected.keys()].toSorted(),
    )
    for (const [key, given] of expected) {
      const values = given.toSorted((one, other) => one.at - other.at).map(({ value }) => value)
      const rollup = spans.get(key)!
      assert.equal(rollup.n, values.length, `${tier} ${key}`)
      assert.ok(
        Math.abs(rollup.sum - values.reduce((sum, value) => sum + value, 0)) <= 1e-9 * Math.abs(rollup.sum),
      )
      assert.equal(rollup.min, Math.min(...values))
      assert.equal(rollup.max, Math.max(...values))
      assert.equal(rollup.first, values[0])
      assert.equal(rollup.last, values.at(-1))
    }
  }
}

/** A day and a half of readings, five minutes apart. */
const halfDays = (subject: string, from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) =>
    reading(
      subject,
      from + index * 5 * minute,
      {
        cpu_percent: ((index * 7) % 1_000) / 10,
        network_rx_bytes: index * 1_000,
        uptime_seconds: index * 300,
      },
      index % 4 === 0 ? { watts: index / 8 } : undefined,
    ),
  )

onEachDatabase('sealed metrics', (fresh) => {
  test('lose nothing and count nothing twice: late, back-filled, repeated, and over a restart', async () => {
    const opened = await fresh()
    const { context, goTo, tell, turns, restart, told } = await world(opened)
    const all = halfDays('a', start, 430)
    const late = all.filter((_, index) => index % 9 === 0)
    const onTime = all.filter((_, index) => index % 9 !== 0)
    for (let hour = 0; hour < 36; hour += 1) {
      goTo((hour + 1) * hourLength)
      await tell(...onTime.filter(({ at }) => Math.floor((at - start) / hourLength) === hour))
      if (hour === 17) await restart()
      if (hour % 2 === 0) await turns()
    }
    // Far out of order, some of it again, with other values: what was told first stays.
    await tell(
      ...late.toReversed(),
      ...onTime.slice(0, 20).map((entry) => ({ ...entry, core: entry.core.map(() => 50) })),
    )
    goTo(38 * hourLength + 6 * minute)
    await turns()
    // On PostgreSQL a number counts as settled after a while only.
    context.clock.advance(minute)
    await turns()

    await assertConserved(opened, told.values())
    const rows = await opened.db.selectFrom('metric_chunks').selectAll().execute()
    assert.equal(
      rows.reduce((sum, { payload }) => sum + decodePoints(payload).times.length, 0),
      told.size,
    )
    const log = await opened.db.selectFrom('metrics_log').select('id').execute()
    assert.equal(log.length, 1, 'the log is emptied but for its newest')
  })

  test('stay the same when they are sealed again after a crash before the log was emptied', async () => {
    const opened = await fresh()
    const { context, goTo, tell, turns, restart } = await world(opened)
    await tell(...halfDays('a', start, 24), ...halfDays('b', start, 24))
    goTo(2 * hourLength + 6 * minute)
    const log = await opened.db.selectFrom('metrics_log').selectAll().execute()
    await turns()
    const sealed = await opened.db.selectFrom('metric_chunks').selectAll().orderBy('subject').execute()

    for (const row of log)
      await opened.db
        .insertInto('metrics_log')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    await restart()
    context.clock.advance(2 * hourLength)
    await turns()

    assert.equal(sealed.length, 2)
    assert.deepEqual(
      await opened.db.selectFrom('metric_chunks').selectAll().orderBy('subject').execute(),
      sealed,
    )
  })

  test('are no longer made of a server that is gone', async () => {
    const opened = await fresh()
    const { goTo, tell, turns } = await world(opened)
    await tell(...halfDays('a', start, 3), ...halfDays('b', start, 3), {
      ...reading('check:1', start),
      core: [],
    })
    await opened.db.deleteFrom('servers').where('id', '=', 'b').execute()
    goTo(2 * hourLength + 6 * minute)
    await turns()

    const rows = await opened.db.selectFrom('metric_chunks').select('subject').orderBy('subject').execute()
    assert.deepEqual(
      rows.map(({ subject }) => subject),
      ['a', 'check:1'],
    )
  })
})

onEachDatabase('a chart', (fresh) => {
  test('is whole up to now on each tier, also where another process reads', async () => {
    const opened = await fresh()
    const { context, engine, goTo, tell, turns } = await world(opened)
    const all = halfDays('a', start, 430)
    for (const some of [all.slice(0, 300), all.slice(300)]) {
      goTo(some.at(-1)!.at - start)
      await tell(...some)
      await turns()
      context.clock.advance(6 * minute)
      await turns()
    }
    const now = Date.parse(context.clock.now())
    const other = createMetrics(context)
    const ask = (from: number, points: number) => ({
      subject: 'a',
      from,
      to: now,
      metrics: ['cpu_percent', 'network_rx_bytes'],
      points,
    })

    for (const [from, points, tier] of [
      [now - 3 * hourLength, 500, 'raw'],
      [start, 40, 'hour'],
      [start, 2, 'day'],
    ] as const) {
      const [watching, beside] = await Promise.all(
        [engine, other].map((each) => each.read(ask(from, points), never)),
      )
      assert.deepEqual(beside, watching)
      assert.equal(watching!.tier, tier)
      const { avg, max } = watching!.series.cpu_percent!
      assert.notEqual(
        avg.findLast((value) => value !== null),
        undefined,
      )
      assert.ok(
        now - watching!.times[avg.findLastIndex((value) => value !== null)]! <= watching!.step + 12 * minute,
      )
      assert.ok(Math.max(...max.filter((value) => value !== null)) <= 100)
      const rates = watching!.series.network_rx_bytes!.avg.filter((value) => value !== null)
      assert.ok(rates.length > 0)
      for (const rate of rates) assert.ok(Math.abs(rate - 1_000 / 300) < 1e-9, `${tier} ${rate}`)
    }
  })

  test('shows a restart of the machine as no loss, and nothing where nothing was told', async () => {
    const opened = await fresh()
    const { engine, goTo, tell } = await world(opened)
    const at = (index: number, bytes: number, uptime: number) =>
      reading('a', start + index * minute, { network_rx_bytes: bytes, uptime_seconds: uptime })
    await tell(at(0, 1_000, 500), at(1, 7_000, 560), at(2, 9_000, 20), at(5, 15_000, 200))
    goTo(10 * minute)

    const { series } = await engine.read(
      {
        subject: 'a',
        from: start,
        to: start + 7 * minute,
        metrics: ['network_rx_bytes', 'nothing'],
        points: 100,
      },
      never,
    )

    assert.deepEqual(series.network_rx_bytes!.avg, [null, 100, 150, null, null, 6_000 / 180, null])
    assert.deepEqual(series.nothing!.avg, [null, null, null, null, null, null, null])
  })
})
