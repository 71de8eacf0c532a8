import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statusOperations } from '#features/status/status-operations.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { systemActor } from '#model/actor.ts'
import { rejectsWith } from '#test/access-client.ts'
import { emptiedBetween, onEachDatabase } from '#test/each-database.ts'
import { never, StatusWorld } from '#test/status-world.ts'

const tables = ['servers', 'devices', 'status_incidents', 'watch_gaps', 'maintenance_windows']

// oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape
type Answer = any

const ask = (world: StatusWorld, name: string, input: object): Promise<Answer> =>
  answerOperation(
    statusOperations.find((each) => each.name === name)!,
    world.context,
    systemActor('test'),
    input,
    never,
  )

onEachDatabase('what people ask of status', (openFresh, engine) => {
  const fresh = emptiedBetween(openFresh, engine, tables)

  test('is answered with history and uptime, and the downtime of ours counts as unknown', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['web'])
    await world.start()
    world.hear('web')
    await world.pass(3_600)
    world.kill()
    world.clock.advance(1_800_000)
    await world.start()
    world.hear('web')
    await world.pass(60)

    const history = await ask(world, 'status.history', { id: 'web' })
    assert.deepEqual(
      history.items.map(({ status }: Answer) => status),
      ['online', 'offline', 'online'],
    )
    const first = await ask(world, 'status.history', { id: 'web', limit: 1 })
    const rest = await ask(world, 'status.history', { id: 'web', cursor: first.nextCursor })
    assert.deepEqual([...first.items, ...rest.items], history.items)

    const uptime = await ask(world, 'status.uptime', { id: 'web', days: 1 })
    // The mark of who watches is up to five seconds old.
    assert.ok(Math.abs(uptime.unknownSeconds - 1_800) <= 5, `${uptime.unknownSeconds} s`)
    assert.equal(uptime.upSeconds + uptime.downSeconds + uptime.unknownSeconds, 3_600 + 1_800 + 60)
    assert.equal(uptime.days.length, 1)

    const fleet = await ask(world, 'fleet.status', {})
    assert.deepEqual([fleet.total, fleet.statuses], [1, { online: 1, offline: 0, unknown: 0 }])
    await rejectsWith('NOT_FOUND', ask(world, 'status.history', { id: 'nobody' }))
  })

  test('a window leaves its servers in peace and still records what becomes of them', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['web', 'other'])
    await world.start()
    for (const id of ['web', 'other']) world.hear(id)
    await world.pass(2)
    const window = await ask(world, 'server.maintenance', { id: 'web', minutes: 10 })
    assert.equal(window.isOpen, true)
    await world.pass(2)
    assert.equal(world.of('web'), 'online maintenance')
    assert.equal(world.watch.servers.get('web')!.isInMaintenance, true)
    await world.pass(130)
    assert.equal(world.of('web'), 'offline maintenance')
    await ask(world, 'maintenance.delete', { id: window.id })
    await world.pass(1)
    assert.equal(world.of('web'), 'offline')
    assert.equal(world.watch.servers.get('other')!.isInMaintenance, false)
  })

  test('a window comes again by its pattern, for the servers of the devices of a query', async () => {
    const world = new StatusWorld(await fresh())
    const { db, clock } = world.context
    const now = clock.now()
    const { id } = await db
      .insertInto('devices')
      .values({
        name: 'box',
        device_type: 'server',
        source_system: 'manual',
        source_identifier: 'manual',
        source_id: 'box',
        status: 'active',
        metadata: '{}',
        first_seen: now,
        last_seen: now,
        created_at: now,
        updated_at: now,
        ip_sort: '',
        custom: '{}',
        name_sort: 'box',
        search_text: 'box',
        version: 1,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await world.addServers(['box'], { device_id: id })
    await world.addServers(['other'])
    const nightly = {
      name: 'nightly',
      q: 'name:box',
      cron: '0 2 * * *',
      minutes: 30,
      timeZone: 'Europe/Berlin',
    }
    const window = await ask(world, 'maintenance.create', nightly)
    await world.start()
    const inPeace = async (): Promise<string[]> => {
      await world.pass(11)
      return [...world.watch.servers.values()].filter((each) => each.isInMaintenance).map((each) => each.name)
    }
    assert.deepEqual(await inPeace(), [])
    // 02:10 in Berlin.
    clock.advance(70 * 60_000)
    assert.deepEqual(await inPeace(), ['box'])
    clock.advance(30 * 60_000)
    assert.deepEqual(await inPeace(), [])

    const changed = await ask(world, 'maintenance.update', { id: window.id, minutes: 90, expectedVersion: 1 })
    assert.equal(changed.version, 2)
    await rejectsWith(
      'CHANGED_SINCE',
      ask(world, 'maintenance.update', { id: window.id, minutes: 91, expectedVersion: 1 }),
    )
    assert.deepEqual(await inPeace(), ['box'])
  })

  test('a window that could never open, or covers nobody, is refused by its field', async () => {
    const world = new StatusWorld(await fresh())
    await world.addServers(['web'])
    const to = '2027-01-01T00:00:00Z'
    for (const [path, given] of [
      ['q', { from: '2026-12-01', to }],
      ['to', { serverIds: ['web'], from: to, to }],
      ['to', { serverIds: ['web'], from: to }],
      ['minutes', { serverIds: ['web'], cron: '@daily' }],
      ['cron', { serverIds: ['web'], cron: '@daily', minutes: 5, to }],
    ] as const) {
      const error = await rejectsWith(
        'INPUT_INVALID',
        ask(world, 'maintenance.create', { name: 'x', ...given }),
      )
      assert.equal(error.complaints?.[0]?.path, path)
    }
    await rejectsWith(
      'NOT_FOUND',
      ask(world, 'maintenance.create', { name: 'x', serverIds: ['no'], cron: '@daily', minutes: 5 }),
    )
    await rejectsWith(
      'QUERY_INVALID',
      ask(world, 'maintenance.create', { name: 'x', q: 'nope:1', cron: '@daily', minutes: 5 }),
    )
    assert.deepEqual((await ask(world, 'maintenance.list', {})).items, [])
  })
})
