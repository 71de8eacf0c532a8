import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { StatusWorld } from '#test/status-world.ts'

const tables = ['servers', 'status_incidents', 'watch_gaps', 'maintenance_windows']

onEachDatabase('status', (openFresh, engine) => {
  const fresh = emptiedBetween(openFresh, engine, tables)

  test('a server is online from its first heartbeat, stale after one is missed, and offline by the rule', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['web'])
    await world.start()
    assert.equal(world.of('web'), 'unknown never_seen')

    world.hear('web')
    await world.pass(1)
    assert.equal(world.of('web'), 'online')
    await world.pass(62)
    assert.equal(world.of('web'), 'online stale')
    await world.pass(58)
    assert.equal(world.of('web'), 'online stale')
    await world.pass(2)
    assert.equal(world.of('web'), 'offline')

    const row = await world.context.db.selectFrom('servers').selectAll().executeTakeFirstOrThrow()
    assert.equal(row.status, 'offline')
    const history = await world.context.db
      .selectFrom('status_changes')
      .select(['status', 'cause'])
      .orderBy('id')
      .execute()
    assert.deepEqual(
      history.map(({ status, cause }) => ({ status, cause })),
      [
        { status: 'online', cause: 'first heartbeat' },
        { status: 'offline', cause: 'no heartbeat for 123 s' },
      ],
    )
    assert.deepEqual(
      world.context.happenings
        .filter(({ topic }) => topic === 'server.changed')
        .map(({ data }) => [data['status'], data['condition']]),
      [
        ['online', null],
        ['online', 'stale'],
        ['offline', null],
      ],
    )
  })

  test('what a server says of its interval counts, and what a person set counts more', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['quick'])
    await world.addServers(['set'], { interval_seconds: 30 })
    await world.start()
    for (const id of ['quick', 'set']) world.hear(id, { told: { interval: 10, bootId: 'one' } })
    await world.pass(24)
    assert.equal(world.of('quick'), 'offline')
    assert.equal(world.of('set'), 'online')
    await world.pass(40)
    assert.equal(world.of('set'), 'offline')

    const row = await world.context.db
      .selectFrom('servers')
      .select(['boot_id', 'told'])
      .where('id', '=', 'quick')
      .executeTakeFirstOrThrow()
    assert.equal(row.boot_id, 'one')
    assert.equal((JSON.parse(row.told!) as { interval: number }).interval, 10)
  })

  test('neither stored readings nor a wrong clock of the sender say who lives', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['web', 'odd'])
    await world.start()
    world.hear('web')
    for (let minute = 0; minute < 4; minute += 1) {
      world.hear('web', { backfill: true, at: 3e12 })
      world.hear('odd', { at: minute % 2 === 0 ? 1e12 : 3e12 })
      await world.pass(60)
    }
    assert.equal(world.of('web'), 'offline')
    assert.equal(world.of('odd'), 'online')
  })

  test('a workstation is asleep, never offline; a paused server is not judged', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['laptop'], { machine_type: 'workstation' })
    await world.addServers(['paused'])
    await world.start()
    world.hear('laptop')
    world.hear('paused')
    await world.pass(1)
    const { db, events, clock } = world.context
    await db.updateTable('servers').set({ paused_at: clock.now() }).where('id', '=', 'paused').execute()
    events.publish({ topic: 'server.changed', at: clock.now(), data: { id: 'paused' } })
    await world.pass(130)
    assert.equal(world.of('laptop'), 'unknown asleep')
    assert.equal(world.of('paused'), 'online paused')

    await db.updateTable('servers').set({ paused_at: null }).where('id', '=', 'paused').execute()
    events.publish({ topic: 'server.changed', at: clock.now(), data: { id: 'paused' } })
    await world.pass(120)
    assert.equal(world.of('paused'), 'online stale')
    await world.pass(4)
    assert.equal(world.of('paused'), 'offline')
  })

  test('who comes and goes is followed without a restart', async () => {
    const world = new StatusWorld(await fresh())
    await world.start()
    await world.addServers(['new'])
    world.hear('new')
    await world.pass(1)
    assert.equal(world.of('new'), 'online')

    const { db, events, clock } = world.context
    await db.deleteFrom('servers').where('id', '=', 'new').execute()
    events.publish({ topic: 'server.changed', at: clock.now(), data: { id: 'new' } })
    await world.pass(200)
    assert.equal(world.watch.servers.size, 0)
  })

  test('many that go missing at once are one suspicion first, and offline once we are known to hear', async () => {
    const world = new StatusWorld(await fresh())
    const many = Array.from({ length: 8 }, (_, at) => `rack-${at}`)
    const others = Array.from({ length: 8 }, (_, at) => `other-${at}`)
    await world.addServers([...many, ...others])
    await world.start()
    for (const id of [...many, ...others]) world.hear(id)
    for (let minute = 0; minute < 2; minute += 1) {
      await world.pass(60)
      for (const id of others) world.hear(id)
    }
    await world.pass(4)
    assert.deepEqual(new Set(many.map((id) => world.of(id))), new Set(['unknown stale']))
    const incidents = await world.context.db.selectFrom('status_incidents').selectAll().execute()
    assert.deepEqual(
      incidents.map(({ servers, ended_at }) => [servers, ended_at]),
      [[8, null]],
    )
    await world.pass(56)
    for (const id of others) world.hear(id)
    await world.pass(6)
    assert.deepEqual(new Set(many.map((id) => world.of(id))), new Set(['offline']))
    assert.deepEqual(
      new Set(many.map((id) => world.watch.servers.get(id)!.incident)),
      new Set([incidents[0]!.id]),
    )
    assert.deepEqual(new Set(others.map((id) => world.of(id))), new Set(['online']))

    for (const id of many) world.hear(id)
    await world.pass(2)
    assert.deepEqual(new Set(many.map((id) => world.of(id))), new Set(['online']))
    const [ended] = await world.context.db.selectFrom('status_incidents').selectAll().execute()
    assert.notEqual(ended!.ended_at, null)
    assert.equal(world.watch.servers.get('rack-0')!.incident, undefined)
  })

  test('all of them silent means that we are deaf, until something proves otherwise', async () => {
    const world = new StatusWorld(await fresh())
    const all = Array.from({ length: 6 }, (_, at) => `s${at}`)
    await world.addServers(all)
    await world.start()
    for (const id of all) world.hear(id)
    await world.pass(400)
    assert.deepEqual(new Set(all.map((id) => world.of(id))), new Set(['unknown stale']))
    // A restart changes nothing about it.
    await world.stop()
    world.clock.advance(30_000)
    await world.start()
    assert.deepEqual(new Set(all.map((id) => world.of(id))), new Set(['unknown stale']))
    world.hear('s0')
    await world.pass(65)
    assert.equal(world.of('s0'), 'online stale')
    await world.pass(60)
    assert.equal(world.of('s1'), 'offline')
  })

  test('changes back and forth are marked as flapping', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['web'], { interval_seconds: 5 })
    await world.start()
    for (let round = 0; round < 3; round += 1) {
      world.hear('web')
      await world.pass(14)
    }
    assert.equal(world.watch.servers.get('web')!.isFlapping, true)
    await world.pass(601)
    assert.equal(world.watch.servers.get('web')!.isFlapping, false)
  })
})
