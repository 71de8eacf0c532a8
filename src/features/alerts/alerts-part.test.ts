import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shift } from '#kernel/clock.ts'
import { worldOn } from '#test/alert-world.ts'
import { emptiedBetween, onEachDatabase, onSqlite } from '#test/each-database.ts'

onSqlite('alerts', (fresh) => {
  const world = worldOn(fresh)

  test('a silent server neither ends an alert nor begins one', () =>
    world(async (lab) => {
      lab.server('web')
      lab.tell('web', { cpu_percent: 91 })
      await lab.run(120)
      lab.miss('web')
      await lab.run(600)
      assert.deepEqual(await lab.told(), [])
      lab.back('web')
      await lab.run(200)
      assert.equal((await lab.told()).length, 1)

      Object.assign(lab.servers.get('web')!, { status: 'unknown' })
      await lab.run(900)
      assert.deepEqual(await lab.alerts(), ['unknown warning web: CPU is at 91 % (limit 90 %)'])
    }))

  test('a server whose device was merged into another keeps its alerts', () =>
    world(async (lab) => {
      const device = await lab.device('web')
      lab.server('web', { deviceId: device })
      await lab.context.db.updateTable('alert_rules').set({ query: 'name:web*', enabled: true }).execute()
      lab.lose('web')
      await lab.run(70)
      const before = await lab.alerts()
      assert.deepEqual(before, ['firing critical web is offline'])

      await lab.context.db.deleteFrom('devices').where('id', '=', device).execute()
      const merged = await lab.device('web-2')
      Object.assign(lab.servers.get('web')!, { deviceId: merged })
      await lab.run(120)
      assert.deepEqual(await lab.alerts(), before)
      assert.deepEqual(await lab.told(), ['firing: web is offline'])
    }))

  test('what comes and goes is told once and has to be calm for longer', () =>
    world(async (lab) => {
      const web = lab.server('web', { told: { services: [{ name: 'nginx', status: 'running' }] } })
      const set = async (status: 'running' | 'failed', seconds: number) => {
        web.told = { services: [{ name: 'nginx', status }] }
        lab.tell('web', {})
        await lab.run(seconds)
      }
      for (let round = 0; round < 8; round += 1) {
        await set('failed', 65)
        await set('running', 20)
      }
      const told = await lab.told()
      assert.ok(told.length <= 5, told.join('\n'))
      assert.equal((await lab.alerts()).at(-1)?.split(' ')[0], 'clearing')
      await lab.run(3_700, 10)
      assert.ok((await lab.alerts()).every((text) => text.startsWith('resolved')))
    }))

  test('a rule that is changed, switched off or deleted while an alert is open', () =>
    world(async (lab) => {
      lab.server('web')
      lab.tell('web', { cpu_percent: 91, memory_percent: 91 })
      await lab.run(310)
      assert.equal((await lab.told()).length, 2)
      const { db } = lab.context
      await db
        .updateTable('alert_rules')
        .set({ levels: '{"warning":95}', version: 2 })
        .where('name', '=', 'CPU busy')
        .execute()
      await db
        .updateTable('alert_rules')
        .set({ enabled: false, version: 2 })
        .where('name', '=', 'Memory full')
        .execute()
      lab.context.events.publish({ topic: 'rule.changed', at: lab.context.clock.now(), data: {} })
      await lab.run(5)
      assert.deepEqual(
        (await lab.alerts()).map((text) => text.split(' ')[0]),
        ['firing', 'resolved'],
      )

      lab.tell('web', { cpu_percent: 89 })
      await lab.run(130)
      assert.ok((await lab.alerts()).every((text) => text.startsWith('resolved')))

      await db.deleteFrom('alert_rules').where('name', '=', 'CPU busy').execute()
      await lab.restart()
      const names = await db.selectFrom('alert_rules').select('name').execute()
      assert.ok(!names.some(({ name }) => name === 'CPU busy'), 'what was deleted is not seeded again')
    }))

  test('a server that is removed ends its alerts', () =>
    world(async (lab) => {
      lab.server('web')
      lab.tell('web', { cpu_percent: 99 })
      await lab.run(310)
      lab.server('db')
      lab.tell('db', { memory_percent: 91 })
      await lab.run(305)
      lab.servers.delete('web')
      await lab.run(10)

      assert.deepEqual((await lab.told()).slice(2), ['resolved: web: CPU is at 99 % (limit 95 %)'])

      lab.servers.delete('db')
      lab.server('other')
      await lab.restart(60)
      assert.equal((await lab.told()).at(-1), 'resolved: db: memory is at 91 % (limit 90 %)')
      assert.deepEqual(await lab.context.db.selectFrom('alert_states').selectAll().execute(), [])
    }))

  test('maintenance and silences keep quiet, and what is still wrong afterwards is told then', () =>
    world(async (lab) => {
      lab.server('web', { isInMaintenance: true })
      lab.server('db')
      const { db, clock } = lab.context
      await db
        .insertInto('silences')
        .values({
          reason: 'move',
          created_by: 'ada',
          created_at: clock.now(),
          until: '2026-01-01T00:10:00.000Z',
        })
        .execute()
      lab.context.events.publish({ topic: 'silence.changed', at: clock.now(), data: {} })
      lab.lose('web', 'db')
      await lab.run(300)
      assert.deepEqual(await lab.told(), [])
      assert.deepEqual(await lab.alerts(), [
        'firing critical web is offline (maintenance)',
        'firing critical db is offline (silence)',
      ])
      await lab.run(320)
      assert.deepEqual(await lab.told(), ['firing: db is offline'])
      lab.servers.get('web')!.isInMaintenance = false
      await lab.run(10)
      assert.equal((await lab.told()).length, 2)
    }))

  test('a check or a server that is paused is judged no more, and what was wrong with it ends by evidence only', () =>
    world(async (lab) => {
      lab.check(3, { name: 'port' })
      lab.server('web')
      lab.checks.get(3)!.state = 'down'
      lab.tell('web', { memory_percent: 97 })
      await lab.run(310)
      assert.equal((await lab.told()).length, 2)
      for (const one of [lab.checks.get(3)!, lab.servers.get('web')!]) one.isPaused = true
      lab.checks.get(3)!.state = 'up'
      lab.tell('web', { memory_percent: 20 })
      await lab.run(2_400, 20)
      assert.deepEqual((await lab.alerts()).toSorted(), [
        'unknown critical The check port fails (paused)',
        'unknown critical web: memory is at 97 % (limit 95 %) (paused)',
      ])
      assert.equal((await lab.told()).length, 2, 'nobody is reminded of what is paused')
      for (const one of [lab.checks.get(3)!, lab.servers.get('web')!]) one.isPaused = false
      await lab.run(200)
      assert.ok((await lab.alerts()).every((text) => text.startsWith('resolved')))
    }))

  test('who acknowledges is reminded no more, and the alert is over when it is over', () =>
    world(async (lab) => {
      lab.server('web')
      lab.lose('web')
      await lab.run(20)
      await lab.run(1_810, 10)
      assert.deepEqual(await lab.told(), ['firing: web is offline', 'reminder: web is offline'])

      await lab.context.db.updateTable('alerts').set({ acknowledged_at: lab.context.clock.now() }).execute()
      lab.context.events.publish({ topic: 'alert.changed', at: lab.context.clock.now(), data: { by: 'ada' } })
      await lab.run(4_000, 10)
      assert.equal((await lab.told()).length, 2)
      lab.back('web')
      await lab.run(10)
      assert.equal((await lab.told()).at(-1), 'resolved: web is offline')
    }))

  test('when the database fails nothing is lost: it is found again', () =>
    world(async (lab) => {
      lab.server('web')
      lab.lose('web')
      const { transaction } = lab.context.db
      let failures = 1
      lab.context.db.transaction = () => {
        if (failures-- > 0) throw new Error('away')
        return transaction.call(lab.context.db)
      }
      await assert.rejects(() => lab.run(5), /away/)
      await lab.run(20)
      assert.deepEqual(await lab.told(), ['firing: web is offline'])
    }))

  test('a clock that is put forward and back moves nothing', () =>
    world(async (lab) => {
      const { clock } = lab.context
      const real = clock.now.bind(clock)
      let off = 0
      clock.now = () => shift(real(), off)
      lab.server('web')
      lab.tell('web', { cpu_percent: 91 })
      await lab.run(100)
      off = 3_600_000
      await lab.run(100)
      off = -3_600_000
      await lab.run(90)
      assert.deepEqual(await lab.told(), [])
      await lab.run(20)
      assert.equal((await lab.told()).length, 1)
      off = 7_200_000
      await lab.run(600)
      assert.equal((await lab.told()).length, 1, 'no reminder before its time')
    }))

  test('a restart at any point gives the same alerts and the same notices', async () => {
    const course = async (restartAt: number): Promise<string[]> => {
      let told: string[] = []
      await world(async (lab) => {
        lab.server('web')
        lab.server('db')
        const events: Record<number, () => void> = {
          1: () => lab.tell('web', { cpu_percent: 92 }),
          14: () => lab.lose('db'),
          40: () => lab.tell('web', { cpu_percent: 97 }),
          60: () => lab.back('db'),
          76: () => lab.tell('web', { cpu_percent: 10 }),
        }
        for (let turn = 0; turn < 100; turn += 1) {
          events[turn]?.()
          if (turn === restartAt) await lab.restart()
          await lab.run(10, 10)
        }
        told = await lab.told()
      })
      return told
    }
    const whole = await course(-1)
    assert.equal(whole.length, 5, whole.join('\n'))
    for (const at of [15, 61]) assert.deepEqual(await course(at), whole, `at ${at}`)
  })
})

onEachDatabase('alerts as they are kept', (makeFresh, engine) => {
  const tables = ['alerts', 'alert_rules', 'alert_seeds', 'channels', 'notices', 'devices']
  const world = worldOn(emptiedBetween(makeFresh, engine, tables))

  test('a busy CPU is told after five minutes, gets worse on the same alert, and is over for all who were told', () =>
    world(async (lab) => {
      lab.server('web')
      lab.tell('web', { cpu_percent: 91 })
      await lab.run(290)
      assert.deepEqual(await lab.told(), [])
      await lab.run(15)
      assert.deepEqual(await lab.told(), ['firing: web: CPU is at 91 % (limit 90 %)'])

      lab.tell('web', { cpu_percent: 99 })
      await lab.run(310)
      lab.tell('web', { cpu_percent: 20 })
      await lab.run(110)
      assert.equal((await lab.told()).length, 2)
      await lab.run(15)

      assert.deepEqual(await lab.told(), [
        'firing: web: CPU is at 91 % (limit 90 %)',
        'firing: web: CPU is at 99 % (limit 95 %)',
        'resolved: web: CPU is at 99 % (limit 95 %)',
      ])
      assert.deepEqual(await lab.alerts(), ['resolved critical web: CPU is at 99 % (limit 95 %)'])
    }))

  test('what was pending goes on over a restart; time in which nobody watched does not count', () =>
    world(async (lab) => {
      lab.server('web')
      lab.tell('web', { cpu_percent: 91 })
      await lab.run(200)
      await lab.restart(600)
      lab.tell('web', { cpu_percent: 91 })
      await lab.run(60)
      assert.deepEqual(await lab.told(), [])
      await lab.run(60)
      assert.equal((await lab.told()).length, 1)

      await lab.restart(30)
      lab.tell('web', { cpu_percent: 91 })
      await lab.run(300)
      assert.equal((await lab.told()).length, 1, 'an open alert is not told anew')
      assert.equal((await lab.alerts()).length, 1)
    }))

  test('an offline server owns what else is wrong with it, and its alert is told once the wait is over', () =>
    world(async (lab) => {
      const device = await lab.device('web')
      lab.server('web', { deviceId: device })
      lab.check(1, { deviceId: device })
      lab.tell('web', { memory_percent: 97 })
      await lab.run(305)
      lab.lose('web')
      lab.checks.get(1)!.state = 'down'
      await lab.run(10)
      assert.equal((await lab.told()).length, 1)
      await lab.run(10)

      assert.deepEqual(await lab.told(), [
        'firing: web: memory is at 97 % (limit 95 %)',
        'firing: web is offline',
      ])
      assert.deepEqual((await lab.alerts()).toSorted(), [
        'firing critical The check check-1 fails (cause)',
        'firing critical web is offline',
        'unknown critical web: memory is at 97 % (limit 95 %) (cause)',
      ])

      lab.back('web')
      lab.checks.get(1)!.state = 'up'
      await lab.run(20)
      assert.deepEqual((await lab.told()).slice(2), ['resolved: web is offline'])
      assert.deepEqual((await lab.alerts())[0], 'firing critical web: memory is at 97 % (limit 95 %)')
    }))

  test('a rack of 200 that is lost with its switch is one notice that names both, and one at the end', () =>
    world(async (lab) => {
      const network = await lab.device('sw-1', { type: 'network_device', rack: 'r1', site: 'lab' })
      const ids = Array.from({ length: 200 }, (_, number) => `node-${number}`)
      await lab.machines(ids, network, 'connects_to', { rack: 'r1', site: 'lab' })
      lab.server('elsewhere')
      // Heartbeats come at different seconds, so the servers are missed one after the other.
      await lab.run(5)
      lab.miss(...ids)
      for (let second = 0; second < 60; second += 5) {
        lab.lose(...ids.filter((_, number) => number % 12 === second / 5))
        await lab.run(5)
      }
      await lab.run(120)
      assert.deepEqual(await lab.told(), ['firing: sw-1: 200 of 200 servers are not heard of'])
      assert.equal((await lab.alerts()).filter((text) => text.endsWith('(cause)')).length, 200)

      for (let second = 0; second < 60; second += 5) {
        lab.back(...ids.filter((_, number) => number % 12 === second / 5))
        await lab.run(5)
      }
      await lab.run(300)
      assert.deepEqual((await lab.told()).slice(1), ['resolved: sw-1: 200 of 200 servers are not heard of'])
      assert.ok((await lab.alerts()).every((text) => text.startsWith('resolved')))
    }))
})
