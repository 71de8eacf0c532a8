import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { test, type TestContext as Test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { scrapeOperations } from '#features/ingest/scrape-operations.ts'
import type { Scrape } from '#features/ingest/scrape-shapes.ts'
import { nextTurn } from '#features/ingest/scrape-turns.ts'
import { scrapesPart } from '#features/ingest/scrapes-part.ts'
import type { PageTrial } from '#features/ingest/try-page.ts'
import type { Watch } from '#features/monitoring/watch.ts'
import { AppError } from '#kernel/errors.ts'
import { rolePermissions, type Actor } from '#model/actor.ts'
import type { Entry } from '#model/sample.ts'
import { emptiedBetween, onEachDatabase, onSqlite } from '#test/each-database.ts'
import { failing, listening, never } from '#test/http-lab.ts'
import { callBy, testContext, type TestContext } from '#test/test-context.ts'

const admin: Actor = { kind: 'user', name: 'ada', role: 'admin', permissions: new Set(rolePermissions.admin) }

const page = `node_load1 0.5
node_memory_MemTotal_bytes 8589934592
node_memory_MemAvailable_bytes 6442450944
node_cpu_seconds_total{cpu="0",mode="idle"} 100
node_cpu_seconds_total{cpu="0",mode="user"} 10
node_network_receive_bytes_total{device="eth0"} 1000
node_network_transmit_bytes_total{device="eth0"} 2000
node_uname_info{nodename="nas",release="6.1",machine="x86_64"} 1
orders_total 3
`

interface World {
  context: TestContext
  entries: Entry[]
  ask<Answer = Scrape>(name: string, input: object, actor?: Actor): Promise<Answer>
  /** Begins to watch, and gives a turn that ends when everything that it began has ended. */
  watching(): Promise<{ turn(): Promise<void>; stop(): Promise<void> }>
}

function worldOver(t: Test, opened: OpenDatabase): World {
  const entries: Entry[] = []
  const context = testContext(opened, {
    metrics: {
      append: async (some) => void entries.push(...some),
      latest: async () => new Map(),
      read: async () => ({ tier: 'raw', step: 60_000, times: [], series: {} }),
    },
  })
  const ending = new AbortController()
  return {
    context,
    entries,
    async ask(name, input, actor = admin) {
      const operation = scrapeOperations.find((each) => each.name === name)!
      const parsed = operation.input.parse(input)
      return operation.output.parse(await operation.run(callBy(context, actor), parsed, never))
    },
    async watching() {
      const part = scrapesPart()
      const watch = {
        context,
        lease: {
          mine: (work: Parameters<Watch['lease']['mine']>[0]) => context.db.transaction().execute(work),
          renew: async () => true,
        },
      } as unknown as Watch
      await part.start?.(watch, ending.signal)
      t.after(() => ending.abort())
      return {
        turn: async () => {
          await part.tick!(ending.signal)
          await part.settled()
        },
        stop: async () => {
          ending.abort()
          await part.stop?.()
        },
      }
    },
  }
}

const serve = (t: Test, listener: RequestListener) =>
  listening(t, createServer(listener), 'http', '127.0.0.1')

onEachDatabase('pages of metrics', (freshDatabase, engine) => {
  const fresh = emptiedBetween(freshDatabase, engine, ['scrapes', 'servers'])

  test('a page is read when it is its time, and tells of the machine that it is of', async (t) => {
    const world = worldOver(t, await fresh())
    let asked: string | undefined
    const base = await serve(t, (request, reply) => {
      asked = request.headers.authorization
      reply.end(page)
    })
    const made = await world.ask('scrape.create', {
      name: 'nas',
      url: `${base}/metrics`,
      intervalSeconds: 10,
      auth: { token: 'very-secret' },
    })
    const watching = await world.watching()

    await watching.turn()
    assert.equal(world.entries.length, 0, 'not before its time')
    world.context.clock.advance(10_000)
    await watching.turn()
    world.context.clock.advance(10_000)
    await watching.turn()
    await watching.stop()

    assert.equal(asked, 'Bearer very-secret')
    assert.deepEqual(
      world.entries.map(({ subject, backfill }) => [subject, backfill]),
      [
        ['nas', false],
        ['nas', false],
      ],
    )
    const [first] = world.entries
    assert.equal(first!.at, first!.received)
    assert.equal(first!.core[1], 25)
    assert.equal(first!.core[7], 1_000, 'a whole page needs no second one to know all interfaces')
    assert.deepEqual(first!.extra?.['orders_total'], 3)
    assert.deepEqual(first!.told?.interval, 10)
    const shown = await world.ask('scrape.show', { id: 'nas' })
    assert.deepEqual([shown.outcome, shown.foundServerId, shown.auth], ['read', 'nas', 'token'])
    assert.equal(JSON.stringify([made, shown]).includes('very-secret'), false)
  })

  test('names are one page’s only, versions are looked at, and what is gone is not found', async (t) => {
    const world = worldOver(t, await fresh())
    const made = await world.ask('scrape.create', { name: 'nas', url: 'http://nas:9100/metrics' })

    const again = { name: 'nas', url: 'http://nas:9100/metrics' }
    await assert.rejects(world.ask('scrape.create', again), failing('ALREADY_EXISTS'))
    const nobodys = { ...again, name: 'x', serverId: 'nobody' }
    await assert.rejects(world.ask('scrape.create', nobodys), failing('NOT_FOUND'))
    const expectedVersion = made.version
    const changed = await world.ask('scrape.update', { id: 'nas', intervalSeconds: 30, expectedVersion })
    const late = world.ask('scrape.update', { id: 'nas', paused: true, expectedVersion })
    await assert.rejects(late, failing('CHANGED_SINCE'))
    assert.deepEqual(
      [changed.intervalSeconds, changed.url, changed.version],
      [30, made.url, made.version + 1],
    )
    await world.ask('scrape.delete', { id: 'nas' })
    await assert.rejects(world.ask('scrape.show', { id: 'nas' }), failing('NOT_FOUND'))
  })
})

onSqlite('pages of metrics', (fresh) => {
  test('a page that cannot be read says why, once, and nothing of its server', async (t) => {
    const world = worldOver(t, await fresh())
    let status = 500
    const base = await serve(t, (_request, reply) => void reply.writeHead(status).end(page))
    await world.ask('scrape.create', { name: 'nas', url: `${base}/metrics`, intervalSeconds: 10 })
    const watching = await world.watching()
    await watching.turn()
    const outcomes: unknown[] = []
    for (const next of [500, 500, 200]) {
      status = next
      world.context.clock.advance(10_000)
      await watching.turn()
      const { outcome, outcomeSince, message } = await world.ask('scrape.show', { id: 'nas' })
      outcomes.push([outcome, outcomeSince?.slice(14, 19), message === null])
    }
    await watching.stop()

    assert.deepEqual(outcomes, [
      ['failed', '00:10', false],
      ['failed', '00:10', false],
      ['read', '00:30', true],
    ])
    assert.equal(world.entries.length, 1)
  })

  test('a trial says what would be kept and keeps nothing; a page of something else is told', async (t) => {
    const world = worldOver(t, await fresh())
    const base = await serve(
      t,
      (request, reply) => void reply.end(request.url === '/metrics' ? page : '<html>'),
    )

    const good = await world.ask<PageTrial>('scrape.test', { url: `${base}/metrics` })
    const bad = await world.ask<PageTrial>('scrape.test', { url: `${base}/` })
    const away = await world.ask<PageTrial>('scrape.test', { url: 'http://127.0.0.1:1/metrics' })

    assert.deepEqual([good.ok, good.server, good.isNew], [true, 'nas', true])
    assert.ok(good.series.includes('memory_percent') && good.series.includes('orders_total'))
    assert.deepEqual([bad.ok, bad.errorCode], [false, 'INPUT_INVALID'])
    assert.deepEqual([away.ok, away.errorCode], [false, 'SOURCE_UNREACHABLE'])
    assert.deepEqual(world.entries, [])
    assert.equal((await world.context.db.selectFrom('servers').selectAll().execute()).length, 0)
  })

  test('a secret does not go to another address than the one it was given for', async (t) => {
    const world = worldOver(t, await fresh())
    const auth = { username: 'prom', password: 'very-secret' }
    await world.ask('scrape.create', { name: 'nas', url: 'http://nas:9100/metrics', auth })

    await assert.rejects(
      world.ask('scrape.update', { id: 'nas', url: 'http://elsewhere:9100/metrics' }),
      (error) => error instanceof AppError && error.complaints[0]?.path === 'auth',
    )
    const moved = await world.ask('scrape.update', { id: 'nas', url: 'http://nas:9100/other' })
    const rid = await world.ask('scrape.update', {
      id: 'nas',
      url: 'http://elsewhere:9100/metrics',
      auth: null,
    })
    assert.deepEqual([moved.auth, rid.auth], ['password', null])
  })
})

test('pages are read at fixed times that are spread over the interval', () => {
  const at = (id: number, after: number) => nextTurn({ id, interval_seconds: 60 }, after)
  const phases = Array.from({ length: 60 }, (_, id) => at(id, 0))

  assert.equal(at(3, at(3, 0)), at(3, 0) + 60_000)
  assert.equal(at(3, at(3, 0) - 1), at(3, 0))
  const perSecond = Map.groupBy(phases, (phase) => Math.floor(phase / 1_000))
  assert.ok(Math.max(...[...perSecond.values()].map((each) => each.length)) <= 2)
})
