import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showStatusPage } from '#features/status-page/show-status-page-operation.ts'
import type { StatusPage } from '#features/status-page/show-status-page.ts'
import { alertOperations } from '#features/alerts/alert-operations.ts'
import { systemActor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { anonymous, sampleServer } from '#test/sample-server.ts'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { never, StatusWorld } from '#test/status-world.ts'
import { testConfig } from '#test/test-config.ts'

const tables = ['alerts', 'checks', 'servers', 'devices', 'watch_gaps', 'maintenance_windows']
const day = 86_400_000

const statusPage = {
  enabled: true,
  title: 'Acme <status>',
  path: '/status',
  showUptime: true,
  groups: [
    { name: 'Website', q: 'name:web*', checks: ['public site'] },
    { name: 'Mail', q: 'name:mail*', checks: [] },
    { name: 'Broken', q: 'nothing:such', checks: [] },
  ],
}

const configWith = (page: typeof statusPage) => {
  const config = testConfig()
  return { ...config, monitoring: { ...config.monitoring, statusPage: page } }
}

onEachDatabase('the public status page', (openFresh, engine) => {
  const fresh = emptiedBetween(openFresh, engine, tables)

  /** Two web servers of which one is down, a mail server in maintenance, a check, an alert and its notes. */
  async function open(page = statusPage) {
    const world = new StatusWorld(await fresh(), { config: configWith(page) })
    const { context } = world
    const { db } = context
    await world.addServers(['web-secret-1', 'web-secret-2', 'mail-secret', 'db-secret'])
    const at = context.clock.now()
    const set = (id: string, status: string, condition: string | null = null) =>
      db.updateTable('servers').set({ status, condition }).where('id', '=', id).execute()
    await set('web-secret-1', 'online')
    await set('web-secret-2', 'offline')
    await set('mail-secret', 'online', 'maintenance')
    await set('db-secret', 'offline')
    const check = await db
      .insertInto('checks')
      .values({
        name: 'public site',
        kind: 'http',
        target: 'https://192.0.2.77/secret-path',
        settings: '{}',
        interval_seconds: 60,
        timeout_ms: 1_000,
        retries: 0,
        severity: 'critical',
        state: 'up',
        state_since: at,
        message: 'secret message',
        created_by: 'secret person',
        created_at: at,
        updated_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await db
      .insertInto('alerts')
      .values({
        id: 7_001,
        fingerprint: 'secret',
        rule_name: 'secret rule',
        kind: 'server_offline',
        subject: 'web-secret-2',
        subject_name: 'web-secret-2',
        server_id: 'web-secret-2',
        part: '',
        severity: 'critical',
        importance: 3,
        state: 'firing',
        title: 'web-secret-2 is offline',
        started_at: at,
        changed_at: at,
        flapping: false,
        told_channels: '[]',
      })
      .execute()
    return { world, context, check: check.id }
  }
  const ask = (world: StatusWorld) =>
    answerOperation(showStatusPage, world.context, anonymous, {}, never) as Promise<StatusPage>
  const note = (world: StatusWorld, text: string, isPublic: boolean) =>
    answerOperation(
      alertOperations.find(({ name }) => name === 'alert.note')!,
      world.context,
      systemActor('secret person'),
      { id: 7_001, note: text, public: isPublic },
      never,
    )

  test('tells the state of groups and what people wrote for the world, and nothing else', async () => {
    const { world, context } = await open()
    await context.db
      .insertInto('maintenance_windows')
      .values({
        name: 'Maintenance of mail-secret',
        server_ids: '["mail-secret"]',
        starts_at: context.clock.now(),
        ends_at: '2999-01-01T00:00:00.000Z',
        created_by: 'secret person',
        created_at: context.clock.now(),
        updated_at: context.clock.now(),
      })
      .execute()
    await note(world, 'secret note', false)
    await note(world, 'We are on it & back soon', true)

    const page = await ask(world)

    assert.deepEqual(
      page.groups.map(({ name, state }) => [name, state]),
      [
        ['Website', 'degraded'],
        ['Mail', 'maintenance'],
        ['Broken', 'unknown'],
      ],
    )
    assert.equal(page.state, 'degraded')
    assert.deepEqual(
      page.incidents.map(({ group, updates }) => [group, updates.map(({ text }) => text)]),
      [['Website', ['We are on it & back soon']]],
    )
    assert.deepEqual(
      page.maintenance.map(({ group }) => group),
      ['Mail'],
    )
    assert.equal(page.groups[0]!.uptime!.days.length, 90)

    const { server } = sampleServer({ context, operations: [showStatusPage], statusPage: showStatusPage })
    for (const url of ['/status', '/status/feed.rss', '/api/v1/status-page']) {
      const answer = await server.inject({ url })
      assert.equal(answer.statusCode, 200, url)
      assert.doesNotMatch(answer.body, /secret|192\.0\.2|7001/, url)
    }
    const html = await server.inject({ url: '/status' })
    assert.match(html.body, /<h1>Acme &lt;status&gt;<\/h1>/)
    assert.match(html.body, /We are on it &amp; back soon/)
    assert.match(html.body, /noindex/)
    assert.match(String(html.headers['x-robots-tag']), /noindex/)
    assert.doesNotMatch(html.body, /<script/)
    await server.close()
  })

  test('counts up and down of 90 days from what happened, and not what nobody saw', async () => {
    const { world, context } = await open()
    const { db } = context
    world.clock.advance(6 * 3_600_000)
    const end = Date.parse(context.clock.now())
    const midnight = end - (end % day)
    const at = (offset: number) => new Date(midnight + offset).toISOString()
    const change = (offset: number, status: string) => ({
      server_id: 'mail-secret',
      at: at(offset),
      status,
      cause: 'test',
    })
    await db
      .insertInto('status_changes')
      .values([change(-100 * day, 'online'), change(-2 * day, 'offline'), change(-1.5 * day, 'online')])
      .execute()

    const { groups } = await ask(world)

    const { days, percent } = groups[1]!.uptime!
    assert.deepEqual(
      days.slice(-3).map(({ percent: share }) => share),
      [50, 100, 100],
    )
    assert.equal(days[0]!.percent, 100)
    const whole = (end + 1 - midnight) / day + 89
    assert.ok(Math.abs(percent! - (100 * (whole - 0.5)) / whole) < 1e-6, `${percent}`)
    assert.equal(groups[0]!.uptime!.percent, null)
  })

  test('is worked out once in fifteen seconds, and not at all where it is switched off', async () => {
    const { world, context } = await open()
    assert.equal((await ask(world)).groups[0]!.state, 'degraded')
    await context.db
      .updateTable('servers')
      .set({ status: 'online' })
      .where('id', '=', 'web-secret-2')
      .execute()
    world.clock.advance(14_000)
    assert.equal((await ask(world)).groups[0]!.state, 'degraded')
    world.clock.advance(2_000)
    assert.equal((await ask(world)).groups[0]!.state, 'operational')

    const off = sampleServer({
      context: { ...context, config: configWith({ ...statusPage, enabled: false }) },
      operations: [showStatusPage],
      statusPage: showStatusPage,
    })
    assert.equal((await off.server.inject({ url: '/status' })).statusCode, 404)
    assert.equal((await off.server.inject({ url: '/api/v1/status-page' })).statusCode, 404)
    await off.server.close()
  })

  test('answers one address so many times a minute', async () => {
    const { world, context } = await open()
    const { server } = sampleServer({ context, operations: [showStatusPage], statusPage: showStatusPage })
    const get = (url: string) => server.inject({ url })
    for (let asked = 0; asked < 30; asked += 1) {
      assert.equal((await get('/status')).statusCode, 200)
      assert.equal((await get('/api/v1/status-page')).statusCode, 200)
    }
    const refused = await get('/api/v1/status-page')
    assert.equal(refused.statusCode, 429)
    assert.ok(Number(refused.headers['retry-after']) > 0)
    assert.equal((await get('/status')).statusCode, 429)
    world.clock.advance(60_000)
    assert.equal((await get('/status')).statusCode, 200)
    await server.close()
  })
})
