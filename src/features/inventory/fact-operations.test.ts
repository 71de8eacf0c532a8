import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MachineFact } from '#features/inventory/fact-operations.ts'
import type { JsonObject } from '#kernel/json.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { inventoryWorld } from '#test/inventory-world.ts'
import { machine } from '#test/scripted-source.ts'

const collectedAt = '2026-11-22T06:00:00.000Z'
const page = (facts: JsonObject, volatile: JsonObject = {}) => ({
  records: [machine(1), machine(2)],
  facts: [{ deviceSourceId: 'vm-1', collectedAt, facts, volatile }],
})
const namesOf = (items: MachineFact[]) => items.map((fact) => fact.name)

onEachDatabase('the facts of a machine', (fresh) => {
  test('are listed by name with their source and age, those of one source where wanted', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([page({ os: { name: 'Debian' }, kernel: 'Linux' }, { uptime: 7 })], {
      name: 'prod',
      system: 'puppet',
    })

    const { items, total, nextCursor } = await ask('device.facts', { id: 'web-01' })

    const common = { source: 'prod', system: 'puppet', sourceId: 'vm-1', collectedAt }
    assert.deepEqual(items, [
      { name: 'kernel', value: 'Linux', ...common, volatile: false },
      { name: 'os', value: { name: 'Debian' }, ...common, volatile: false },
      { name: 'uptime', value: 7, ...common, volatile: true },
    ])
    assert.deepEqual([total, nextCursor], [3, null])
    assert.equal((await ask('device.facts', { id: 'web-01', source: 'other' })).total, 0)
    assert.equal((await ask('device.facts', { id: 'web-02' })).total, 0)
  })

  test('are found by a word in their name or value, and go on over pages', async () => {
    const { read, ask, everything } = inventoryWorld(await fresh())
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`fact_${at}`, at]))
    await read([page({ ...many, Kernel: { version: '6.1' }, os: { release: 'BookWorm' } })])

    assert.deepEqual(namesOf((await ask('device.facts', { id: 'web-01', q: 'kern' })).items), ['Kernel'])
    assert.deepEqual(namesOf((await ask('device.facts', { id: 'web-01', q: 'bookworm' })).items), ['os'])
    const paged = await everything('device.facts', { id: 'web-01' }, 7)
    assert.equal(paged.length, 32)
    assert.deepEqual(paged, (await ask('device.facts', { id: 'web-01' })).items)
  })

  test('are what a query for devices may ask for, however deep they lie', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    const os = { family: 'Debian', release: { major: '12' } }
    await read([page({ os, roles: ['web', 'db'], 'my.own': 'x', memory: { total: 2048 } })], { name: 'prod' })
    const found = async (q: string) => (await ask('device.list', { q })).items.length

    for (const q of ['fact.os.family:debian', 'fact.os.release.major:12', 'fact.roles:db', 'fact.my.own:x'])
      assert.equal(await found(q), 1, q)
    for (const q of [
      'fact.prod.os.family:deb*',
      'fact.memory.total>1000',
      '-fact.os.family:debian',
      'fact.os.release.major:*',
    ])
      assert.equal(await found(q), 1, q)
    for (const q of [
      'fact.other.os.family:debian',
      'fact.os:debian',
      'fact.os.family.x:debian',
      'fact.memory.total>4000',
    ])
      assert.equal(await found(q), 0, q)
  })
})
