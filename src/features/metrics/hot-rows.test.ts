import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { forgetMetrics } from '#features/metrics/forget-metrics.ts'
import { fewServers } from '#features/metrics/hot-rows.ts'
import { bulkInsert } from '#database/bulk.ts'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { alwaysMine, reading } from '#test/metric-readings.ts'
import { testConfig } from '#test/test-config.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
const start = Date.parse('2026-01-01T00:00:00.000Z')
const minute = 60_000
const hour = 60 * minute

async function world(opened: OpenDatabase, servers: readonly string[]) {
  const config = testConfig({ monitoring: { hotHours: 3, rawDays: 2, hourDays: 3, dayDays: 40 } })
  const context = testContext(opened, { config })
  const now = context.clock.now()
  const rows = servers.map((id) => ({ id, hostname: id, created_at: now, updated_at: now }))
  await context.db.transaction().execute((each) => bulkInsert(each, opened.engine, 'servers', rows))
  const engine = createMetrics(context)
  const session = engine.begin(alwaysMine(context), () => {})
  await session.replay(never)
  return {
    context,
    engine,
    session,
    async turns(after: number, count = 1) {
      context.clock.advance(after)
      for (let turn = 0; turn < count; turn += 1) await session.tick(never)
    },
    async rows() {
      const found = await opened.db.selectFrom('metrics').selectAll().orderBy('id').execute()
      return found.map(
        ({ server_id, timestamp, cpu_percent }) => [server_id, timestamp, cpu_percent] as const,
      )
    },
  }
}

onEachDatabase('metrics', (fresh, engine) => {
  const tables = ['servers', 'metrics', 'metrics_log', 'metric_chunks', 'metric_rollups', 'metric_latest']
  const empty = emptiedBetween(fresh, engine, tables)
  const isByDay = engine === 'postgres'

  test('of few servers are rows within seconds, each once, and go when they are old', async () => {
    const { engine: metrics, turns, rows } = await world(await empty(), ['a', 'b'])
    await metrics.append([
      reading('b', start, { cpu_percent: 2 }),
      reading('a', start, { cpu_percent: 1.5, memory_used_mb: 1.7, network_rx_bytes: 1e300 }),
      reading('a', start, { cpu_percent: 9 }),
      { ...reading('check:1', start), core: [] },
      reading('gone', start),
      reading('a', start - 4 * hour),
    ])
    await turns(6_000)
    const written = await rows()
    // On PostgreSQL they go with their day.
    await turns((isByDay ? 27 : 3) * hour, 3)

    assert.deepEqual(written, [
      ['a', '2026-01-01T00:00:00.000Z', 1.5],
      ['b', '2026-01-01T00:00:00.000Z', 2],
    ])
    assert.deepEqual(await rows(), [])
  })

  test('of parts of one reading are one row, also when the second comes after the first is written', async () => {
    const { engine: metrics, context, turns } = await world(await empty(), ['a'])
    const part = (core: (number | null)[]) => ({ ...reading('a', start), core })
    await metrics.append([part([null, 3]), part([null, null, 8])])
    await turns(6_000)
    await metrics.append([part([5, 9])])
    await turns(6_000)

    const columns = ['cpu_percent', 'memory_percent', 'memory_total_mb', 'load_1m'] as const
    assert.deepEqual(
      (await context.db.selectFrom('metrics').select(columns).execute()).map((row) => Object.values(row)),
      [[5, 3, 8, null]],
    )
  })

  test('of many servers are a sample in rows, and whole in chunks', async () => {
    const servers = Array.from({ length: fewServers + 1 }, (_, index) => `s${String(index).padStart(3, '0')}`)
    const { context, engine: metrics, turns, rows } = await world(await empty(), servers)
    for (let index = 0; index < 3; index += 1)
      await metrics.append(servers.map((server) => reading(server, start + index * minute)))
    await turns(3 * minute)
    const written = await rows()
    await turns(2 * hour + 6 * minute, 6)

    assert.equal(written.length, servers.length)
    assert.deepEqual(
      new Set(written.map(([, timestamp]) => timestamp)),
      new Set(['2026-01-01T00:02:00.000Z']),
    )
    const chunks = await context.db.selectFrom('metric_chunks').select('points').execute()
    assert.equal(
      chunks.reduce((sum, { points }) => sum + points, 0),
      3 * servers.length,
    )
  })

  test('of what is deleted are gone, from memory and from what was not yet sealed', async () => {
    const { context, engine: metrics, session, turns } = await world(await empty(), ['a', 'b'])
    await metrics.append([reading('a', start), reading('b', start)])
    await turns(2 * hour + 6 * minute, 2)
    await metrics.append([reading('a', start + 2 * hour), reading('b', start + 2 * hour)])

    await context.db.transaction().execute((each) => forgetMetrics(each, ['a'], context.clock.now()))
    await turns(1_000)
    await turns(4 * hour, 4)

    assert.equal(session.head.latest('a'), undefined)
    const other = await createMetrics(context).latest(['a', 'b'])
    assert.deepEqual([...other.keys()], ['b'])
    for (const table of ['metric_chunks', 'metric_rollups', 'metric_latest'] as const) {
      const subjects = await context.db.selectFrom(table).select('subject').distinct().execute()
      assert.deepEqual(
        subjects.map(({ subject }) => subject),
        ['b'],
        table,
      )
    }
  })

  test('are kept as long as each tier says', async () => {
    const { context, engine: metrics, turns } = await world(await empty(), ['a'])
    await metrics.append([reading('a', start)])
    await turns(2 * hour + 6 * minute, 2)
    const starts = async () => {
      const chunks = await context.db.selectFrom('metric_chunks').select('start').execute()
      const rollups = await context.db.selectFrom('metric_rollups').select('tier').orderBy('tier').execute()
      return [chunks.length, ...rollups.map(({ tier }) => tier)]
    }

    const seen = [await starts()]
    for (const after of [46, 24, 24, 24 * 75]) {
      await turns(after * hour, 2)
      seen.push(await starts())
    }

    assert.deepEqual(seen, [[1, 'day', 'hour'], [1, 'day', 'hour'], [0, 'day', 'hour'], [0, 'day'], [0]])
  })
})
