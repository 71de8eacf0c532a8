import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { believeAction } from '#features/devices/believe-action.ts'
import type { JsonObject } from '#kernel/json.ts'
import { JobId } from '#model/ids.ts'
import { onEachDatabase, onSqlite } from '#test/each-database.ts'
import { rowWorld } from '#test/row-world.ts'
import { inventoryWorld, type InventoryWorld } from '#test/inventory-world.ts'
import { machine } from '#test/scripted-source.ts'

const foreman = { name: 'dc', system: 'foreman' }
const board = { serial: 'CZJ1234XYZ', vendor: 'Dell Inc.', deviceType: 'server' as const }

/** Two machines of which two sources say different things. */
const tell = async ({ read }: InventoryWorld, os = 'Debian 12') => {
  const two = (system: string) =>
    [1, 2].map((at) => machine(at, { ...board, serial: `${board.serial}${at}`, os: system }))
  await read([two(os)])
  await read([two('Debian 13')], foreman)
}

const osOf = ({ os, facts }: DeviceDetail) => {
  const fact = facts.find(({ name }) => name === 'os')
  return [os, fact?.source, fact?.reason, fact?.isConflict]
}

onEachDatabase('what sources contradict each other in', (fresh) => {
  test('is listed once, written only when it changes, and gone when they agree', async () => {
    const world = inventoryWorld(await fresh())
    const { ask, context, read } = world
    await tell(world)
    const { items, total } = await ask('conflict.list')
    assert.equal(total, 2)
    assert.deepEqual([items[0].device.name, items[0].field], ['web-01', 'os'])
    assert.deepEqual(
      items[0].claims.map((claim: { source: string; value: string }) => [claim.source, claim.value]),
      [
        ['lab', 'Debian 12'],
        ['dc', 'Debian 13'],
      ],
    )
    context.clock.advance(60_000)
    await read([
      [1, 2].map((at) =>
        machine(at, { ...board, serial: `${board.serial}${at}`, model: 'R7', os: 'Debian 12' }),
      ),
    ])
    assert.equal((await ask('conflict.list')).items[0].since, items[0].since)
    assert.equal((await ask('conflict.list', { source: 'dc', field: 'os', q: 'web-02' })).total, 1)
    assert.equal((await ask('conflict.list', { field: 'site' })).total, 0)
    assert.equal((await world.everything('conflict.list', {}, 1)).length, 2)

    await tell(world, 'Debian 13')
    assert.equal((await ask('conflict.list')).total, 0)
  })

  test('is resolved by preferring a source here or everywhere, by a lock, or by hand, and stays so', async () => {
    const world = inventoryWorld(await fresh())
    const { ask } = world
    await tell(world)
    const [one, two] = await Promise.all([
      ask('device.show', { id: 'web-01' }),
      ask('device.show', { id: 'web-02' }),
    ])
    assert.deepEqual(osOf(one), ['Debian 12', 'lab', 'most believed source', true])
    const about = (device: DeviceDetail) => [{ device: device.id, field: 'os' }]
    const shown = async (device: DeviceDetail) => osOf(await ask('device.show', { id: device.id }))

    await ask('conflict.resolve', { items: about(one), by: 'prefer', source: 'dc' })
    assert.deepEqual(await shown(one), ['Debian 13', 'dc', 'preferred source dc', false])
    assert.equal((await ask('conflict.list')).total, 1)
    await ask('conflict.resolve', { items: about(one), by: 'prefer-everywhere', source: 'foreman' })
    assert.deepEqual(await shown(two), ['Debian 13', 'dc', 'preferred source foreman', false])
    await ask('conflict.resolve', { items: about(two), by: 'lock', value: 'Debian 11' })
    assert.deepEqual(await shown(two), ['Debian 11', 'lock', 'locked by ada@example.net', false])

    for (const os of ['FreeBSD 15', 'Debian 12', 'Windows 2022']) await tell(world, os)
    assert.deepEqual(await shown(two), ['Debian 11', 'lock', 'locked by ada@example.net', false])
    await ask('conflict.resolve', { items: about(one), by: 'enter', value: 'by hand' })
    assert.deepEqual(await shown(one), ['by hand', 'manual', 'entered by hand', false])

    const rules = (await ask('fieldrule.list')).items
    assert.deepEqual(
      rules.map((rule: { kind: string; device: { name: string } | null }) => [rule.kind, rule.device?.name]),
      [
        ['prefer', 'web-01'],
        ['prefer', undefined],
        ['lock', 'web-02'],
      ],
    )
    const [, change] = (await ask('device.history', { id: two.id })).items
    assert.equal(change.by, 'ada@example.net')
    for (const { id } of rules) await ask('fieldrule.remove', { id })
    assert.deepEqual(await shown(two), ['Windows 2022', 'lab', 'most believed source', true])
  })

  test('is ruled about only with what a rule needs', async () => {
    const world = inventoryWorld(await fresh())
    const { ask } = world
    await tell(world)
    const wrong = [
      { field: 'os', kind: 'prefer' },
      { field: 'os', kind: 'prefer', sources: ['dc'], value: 'x' },
      { field: 'os', kind: 'prefer', sources: ['dc', 'netobx'] },
      { field: '*', kind: 'prefer', device: 'web-01', sources: ['dc'] },
      { field: 'os', kind: 'lock', value: 'x' },
      { field: '*', kind: 'lock', device: 'web-01', value: 'x' },
      { field: 'os', kind: 'lock', device: 'web-01', sources: ['dc', 'lab'] },
      { field: 'os', kind: 'lock', device: 'web-01', sources: ['dc'], value: 'x' },
      { field: 'site', kind: 'lock', device: 'web-01' },
      { field: 'deviceType', kind: 'lock', device: 'web-01', value: 'spaceship' },
      { field: 'colour', kind: 'lock', device: 'web-01', value: 'x' },
    ]
    for (const rule of wrong)
      await assert.rejects(ask('fieldrule.set', rule), { code: 'INPUT_INVALID' }, JSON.stringify(rule))

    const lock = await ask('fieldrule.set', { field: 'os', kind: 'lock', device: 'web-01', note: 'audited' })
    assert.deepEqual([lock.value, lock.version, lock.note], ['Debian 12', 1, 'audited'])
    const order = await ask('fieldrule.set', { field: '*', kind: 'prefer', sources: ['dc', 'lab'] })
    assert.deepEqual(order.sources, ['dc', 'lab'])
    assert.equal((await ask('device.show', { id: 'web-02' })).os, 'Debian 13')
    const again = await ask('fieldrule.set', { field: 'os', kind: 'lock', device: 'web-01', value: 'x' })
    assert.deepEqual([again.id, again.version], [lock.id, 2])
    assert.equal((await ask('fieldrule.list', { everywhere: true })).items.length, 1)
    assert.equal((await ask('fieldrule.list', { device: 'web-01', kind: 'lock' })).items.length, 1)
  })
})

onSqlite('a rule about more devices than are computed at once', (fresh) => {
  test('is applied by a job, also where it is taken back', async () => {
    const world = rowWorld(await fresh())
    const submitted: { action: string; parameters: JsonObject }[] = []
    world.context.jobs.submit = async (job) => JobId.parse(submitted.push(job))
    const numbers = Array.from({ length: 1_001 }, (_, at) => at + 1)
    const told = (os: string) => [numbers.map((at) => machine(at, { os, name: `m${at}` }))]
    await world.read(told('Debian 12'))
    await world.read(told('Debian 13'), foreman)
    await world.read([[machine(2_000, { name: 'alone', os: 'none' })]], { name: 'else', system: 'csv' })
    const count = async (os: string) => (await world.ask('device.list', { q: `os:"${os}"` })).total

    const rule = await world.ask('fieldrule.set', { field: 'os', kind: 'prefer', sources: ['dc'] })
    assert.deepEqual([rule.jobId, await count('Debian 13')], [1, 0])
    const { result } = await world.run(believeAction, submitted[0]!.parameters)
    assert.deepEqual(result, { devices: 1_001, changed: 1_001 })
    assert.equal(await count('Debian 13'), 1_001)

    assert.equal((await world.ask('fieldrule.remove', { id: rule.id })).jobId, 2)
    await world.run(believeAction, submitted[1]!.parameters)
    assert.equal(await count('Debian 12'), 1_001)
    const few = await world.ask('fieldrule.set', { field: 'os', kind: 'prefer', sources: ['else'] })
    assert.deepEqual([few.jobId, submitted.length], [null, 2])
  })
})
