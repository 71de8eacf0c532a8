import assert from 'node:assert/strict'
import { test } from 'node:test'
import { worldOn } from '#test/alert-world.ts'
import { onSqlite } from '#test/each-database.ts'

onSqlite('causes of alerts', (fresh) => {
  const world = worldOn(fresh)

  test('a switch whose check fails owns its 24 hosts; the one that stays away comes out by itself', () =>
    world(async (lab) => {
      const network = await lab.device('sw-2', { type: 'network_device' })
      lab.check(7, { name: 'ping sw-2', deviceId: network })
      const ids = Array.from({ length: 24 }, (_, number) => `host-${number}`)
      await lab.machines(ids, network, 'connects_to')
      lab.checks.get(7)!.state = 'down'
      lab.miss(...ids)
      await lab.run(20)
      lab.lose(...ids)
      await lab.run(60)
      assert.deepEqual(await lab.told(), ['firing: The check ping sw-2 fails'])
      const { text } = await lab.context.db.selectFrom('notices').select('text').executeTakeFirstOrThrow()
      assert.match(text, /24 servers behind it are lost with it/)

      lab.checks.get(7)!.state = 'up'
      lab.back(...ids.slice(1))
      await lab.run(100)
      assert.deepEqual((await lab.told()).slice(1), ['resolved: The check ping sw-2 fails'])
      await lab.run(80)
      assert.deepEqual((await lab.told()).slice(2), ['firing: host-0 is offline'])
    }))

  test('a hypervisor with 30 machines is one notice, also when its machines are missed first', () =>
    world(async (lab) => {
      const esx = await lab.device('esx-1')
      lab.server('esx-1', { deviceId: esx })
      const ids = Array.from({ length: 30 }, (_, number) => `vm-${number}`)
      await lab.machines(ids, esx, 'hosts', { type: 'vm' })
      for (let other = 0; other < 100; other += 1) lab.server(`other-${other}`)
      lab.miss('esx-1', ...ids)
      lab.lose(...ids.slice(0, 5))
      await lab.run(30)
      lab.lose('esx-1', ...ids)
      await lab.run(60)

      assert.deepEqual(await lab.told(), ['firing: esx-1: 31 of 31 servers are not heard of'])

      await lab.restart(20)
      await lab.run(60)
      assert.equal((await lab.told()).length, 1)
      lab.back('esx-1', ...ids)
      await lab.run(60)
      assert.equal((await lab.told()).length, 2)
    }))

  test('when so many are missed that the network is suspected, that is one alert, and one at its end', () =>
    world(async (lab) => {
      const ids = Array.from({ length: 40 }, (_, number) => `node-${number}`)
      for (const id of ids) lab.server(id)
      for (let other = 0; other < 40; other += 1) lab.server(`other-${other}`)
      for (const id of ids) Object.assign(lab.servers.get(id)!, { status: 'unknown', condition: 'stale' })
      await lab.run(60)
      assert.deepEqual(await lab.told(), ['firing: The fleet: 40 of 80 servers are not heard of'])
      lab.lose(...ids)
      await lab.run(60)
      lab.back(...ids)
      await lab.run(60)
      assert.deepEqual((await lab.told()).slice(1), [
        'resolved: The fleet: 40 of 80 servers are not heard of',
      ])
    }))

  test('losses of other days make no outage of one more', () =>
    world(async (lab) => {
      for (let number = 0; number < 8; number += 1) lab.server(`node-${number}`)
      for (let number = 0; number < 6; number += 1) {
        lab.lose(`node-${number}`)
        await lab.run(400, 10)
      }
      assert.deepEqual(
        (await lab.told()).filter((text) => text.startsWith('firing')),
        Array.from({ length: 6 }, (_, number) => `firing: node-${number} is offline`),
      )
    }))

  test('checks of a rack of machines without an agent that fail together are one notice, and one at the end', () =>
    world(async (lab) => {
      const pdu = await lab.device('pdu-1', { rack: 'r7', site: 'lab' })
      const ids = Array.from({ length: 40 }, (_, number) => `switchless-${number}`)
      await lab.machines(ids, pdu, 'manages', { rack: 'r7', site: 'lab' })
      for (const [number, id] of ids.entries()) {
        lab.check(number + 1, { name: `ping ${id}`, deviceId: lab.servers.get(id)!.deviceId })
        lab.servers.delete(id)
      }
      for (let other = 100; other < 200; other += 1) lab.check(other)
      const checks = [...lab.checks.values()].filter(({ deviceId }) => deviceId !== null)
      for (const check of checks) check.state = 'pending'
      for (const check of checks.slice(0, 10)) check.state = 'down'
      await lab.run(20)
      for (const check of checks) check.state = 'down'
      await lab.run(60)
      assert.deepEqual(await lab.told(), ['firing: pdu-1: 40 of 40 checks fail'])
      assert.equal((await lab.alerts()).filter((text) => text.endsWith('(cause)')).length, 40)

      for (const check of checks) check.state = 'up'
      await lab.run(60)
      assert.deepEqual((await lab.told()).slice(1), ['resolved: pdu-1: 40 of 40 checks fail'])
    }))

  test('most checks failing at once is one suspicion, two of them are two failures', () =>
    world(async (lab) => {
      for (let number = 1; number <= 30; number += 1) lab.check(number)
      lab.server('web')
      for (const id of [1, 2]) lab.checks.get(id)!.state = 'down'
      await lab.run(600)
      assert.deepEqual(await lab.told(), [
        'firing: The check check-1 fails',
        'firing: The check check-2 fails',
      ])

      for (const check of lab.checks.values()) check.state = 'down'
      await lab.run(60)
      assert.deepEqual((await lab.told()).slice(2), ['firing: The fleet: 28 of 30 checks fail'])
      await lab.restart(60)
      await lab.run(60)
      for (const check of lab.checks.values()) check.state = 'up'
      await lab.run(60)
      assert.deepEqual((await lab.told()).slice(3).toSorted(), [
        'resolved: The check check-1 fails',
        'resolved: The check check-2 fails',
        'resolved: The fleet: 28 of 30 checks fail',
      ])
    }))

  test('a rack whose checks fail before its servers are missed is one notice, and one at the end', () =>
    world(async (lab) => {
      const pdu = await lab.device('pdu-1', { rack: 'r7', site: 'lab' })
      const [served, checked] = [1, 2].map((half) =>
        Array.from({ length: 12 }, (_, number) => `node-${half}-${number}`),
      ) as [string[], string[]]
      await lab.machines([...served, ...checked], pdu, 'manages', { rack: 'r7', site: 'lab' })
      for (const [number, id] of checked.entries()) {
        lab.check(number + 1, { deviceId: lab.servers.get(id)!.deviceId })
        lab.servers.delete(id)
      }
      for (let other = 0; other < 100; other += 1) lab.server(`other-${other}`)
      const checks = [...lab.checks.values()]
      for (const check of checks) check.state = 'down'
      await lab.run(60)
      lab.lose(...served)
      await lab.run(60)
      assert.deepEqual(await lab.told(), ['firing: pdu-1: 12 of 12 checks fail'])

      for (const check of checks) check.state = 'up'
      await lab.run(60)
      lab.back(...served)
      await lab.run(200)
      assert.deepEqual((await lab.told()).slice(1), ['resolved: pdu-1: 12 of 12 checks fail'])
      assert.ok((await lab.alerts()).every((text) => text.startsWith('resolved')))
    }))

  test('a rack that is renamed while it is lost has not recovered', () =>
    world(async (lab) => {
      for (let number = 0; number < 6; number += 1)
        lab.server(`node-${number}`, { deviceId: await lab.device(`node-${number}`, { rack: 'r1' }) })
      for (let other = 0; other < 40; other += 1) lab.server(`other-${other}`)
      lab.lose(...Array.from({ length: 6 }, (_, number) => `node-${number}`))
      await lab.run(60)
      assert.deepEqual(await lab.told(), ['firing: Rack r1: 6 of 6 servers are not heard of'])

      await lab.context.db.updateTable('devices').set({ rack: 'r2' }).execute()
      await lab.run(400)
      const { resolution } = await lab.context.db
        .selectFrom('alerts')
        .select('resolution')
        .where('kind', '=', 'cause')
        .where('state', '=', 'resolved')
        .executeTakeFirstOrThrow()
      assert.equal(resolution, 'gone')
      assert.deepEqual((await lab.told()).slice(2), ['firing: Rack r2: 6 of 6 servers are not heard of'])
    }))
})
