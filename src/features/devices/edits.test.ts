import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  editedRecord,
  editedRecords,
  emptyRecord,
  enteredTimes,
  saysNothing,
} from '#features/devices/manual-record.ts'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { inventoryWorld } from '#test/inventory-world.ts'
import { machine, macOf, sighting } from '#test/scripted-source.ts'

const [early, late] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']

test('a record of what was entered keeps when each value was, and is empty again once all is taken back', () => {
  const first = editedRecord(emptyRecord(7), { site: 'Graz', os: 'Debian', custom: { tier: 'gold' } }, early)
  const second = editedRecord(first, { os: 'Debian 13' }, late)
  const third = editedRecord(second, { site: null, os: null, custom: { tier: null } }, late)

  assert.deepEqual(enteredTimes(second), { site: early, os: late, 'custom/tier': early })
  assert.equal(saysNothing(second), false)
  assert.deepEqual(third, emptyRecord(7))
  assert.equal(saysNothing(third), true)
})

test('of a device that another was merged into, own record is edited, and what is taken back leaves both', () => {
  const own = editedRecord(emptyRecord(1), { site: 'Graz', custom: { tier: 'gold' } }, early)
  const other = editedRecord(emptyRecord(2), { site: 'Linz', owner: 'ada', custom: { tier: 'x' } }, early)
  const known = [
    { id: 8, record: other },
    { id: 7, record: own },
  ]

  const [first, second] = editedRecords(1, known, { site: 'Wien', owner: null, custom: { tier: null } }, late)
  assert.deepEqual([first!.id, first!.record.facts], [7, { site: 'Wien', enteredAt: { site: late } }])
  assert.deepEqual([second!.id, second!.record.facts], [8, { site: 'Linz', enteredAt: { site: early } }])

  const [made, untouched] = editedRecords(3, known, { site: 'Wien' }, late)
  assert.deepEqual([made!.id, made!.record.sourceId], [undefined, 'device:3'])
  assert.deepEqual(untouched!.record, other)
})

onEachDatabase('edits by hand', (fresh) => {
  const factOf = (device: DeviceDetail, name: string) => device.facts.find((fact) => fact.name === name)

  test('are as old as the person who made them says, whatever is entered later', async () => {
    const { read, ask, context } = inventoryWorld(await fresh())
    await read([[machine(1)]])
    context.clock.advance(60_000)
    const entered = context.clock.now()
    await ask('device.update', { id: 'web-01', site: 'Graz' })
    context.clock.advance(3_600_000)
    await ask('device.update', { id: 'web-01', owner: 'ada' })

    const device = await ask('device.show', { id: 'web-01' })
    assert.deepEqual([factOf(device, 'site')?.seenAt, factOf(device, 'site')?.source], [entered, 'manual'])
    assert.equal(factOf(device, 'owner')?.seenAt, context.clock.now())
  })

  test('made at the same time are all kept, beside a source that is read', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1), machine(2)]])
    const tags = Array.from({ length: 8 }, (_, at) => `tag-${at}`)

    await Promise.all([
      ...tags.map((tag) => ask('device.tag', { q: 'web-01', add: [tag] })),
      ask('device.update', { id: 'web-01', owner: 'ada' }),
      ask('relationship.create', { parent: 'web-02', type: 'manages', child: 'web-01' }),
      read([[machine(1, { os: 'Debian 13' }), machine(2)]]),
    ])

    const device = await ask('device.show', { id: 'web-01' })
    assert.deepEqual([device.tags, device.owner, device.os], [tags, 'ada', 'Debian 13'])
    assert.equal(device.relationships.length, 1)
    // Each wrote the device as the one before left it: words of all of them are found.
    assert.equal((await ask('device.list', { q: 'tag-0 tag-7 ada "debian 13"' })).items.length, 1)
    const changes = (await ask('device.history', { id: 'web-01' })).items
    const written = new Set(changes.flatMap((change: { after: object }) => Object.keys(change.after)))
    for (const path of [...tags.map((tag) => `tags/${tag}`), 'owner', 'os'])
      assert.ok(written.has(path), path)
  })

  test('of a device that turns out to be another go along, are edited as one, and its past stays its own', async () => {
    const { read, ask, context } = inventoryWorld(await fresh())
    const mac = macOf(77)
    await read([[sighting(mac, { hostname: 'camera', addresses: ['192.0.2.77'] })]], {
      name: 'lan',
      system: 'scan',
    })
    const { interfaces: _cards, ...bare } = machine(1)
    await read([[{ ...bare, nativeIds: ['uuid:1'] }, machine(2)]])
    await ask('device.update', { id: 'camera', site: 'Graz', owner: 'eve' })
    await ask('device.update', { id: 'web-01', owner: 'ada' })
    const [seen, named] = [
      await ask('device.show', { id: 'camera' }),
      await ask('device.show', { id: 'web-01' }),
    ]
    const before = context.clock.now()
    context.clock.advance(60_000)

    const card = { name: 'eth0', mac, addresses: ['192.0.2.77'] }
    await read([[{ ...bare, nativeIds: ['uuid:1'], interfaces: [card] }, machine(2)]])
    context.clock.advance(60_000)
    const joined = await ask('device.show', { id: seen.id })
    assert.equal(joined.id, named.id)
    assert.equal(joined.site, 'Graz')

    await ask('device.update', { id: joined.id, owner: null, site: 'Linz' })
    const edited = await ask('device.show', { id: joined.id })
    assert.deepEqual([edited.owner, edited.site], [null, 'Linz'])
    // What was entered about either stays a record of its own, so that they can be parted again.
    assert.equal(edited.records.filter((record: { system: string }) => record.system === 'manual').length, 2)

    const [apart, itself] = [
      await ask('device.show', { id: seen.id, at: before }),
      await ask('device.show', { id: named.id, at: before }),
    ]
    assert.deepEqual(
      [apart.id, apart.name, apart.owner, apart.sources],
      [seen.id, 'camera', 'eve', ['lan', 'manual']],
    )
    assert.deepEqual(
      [itself.id, itself.owner, itself.site, itself.sources],
      [named.id, 'ada', null, ['lab', 'manual']],
    )
  })

  test('of the type of a device are followed by its hosts', async () => {
    const { read, ask, context } = inventoryWorld(await fresh())
    await read([[machine(1)]])
    await ask('device.update', { id: 'web-01', deviceType: 'iot' })

    const host = await context.db.selectFrom('hosts').select('host_type').executeTakeFirstOrThrow()
    assert.equal(host.host_type, 'iot')
    assert.ok(context.happenings.some((each) => each.topic === 'host.changed'))
  })

  test('that delete a device take its relationships from the others, and their history tells', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1)]])
    const rack = await ask('device.create', { name: 'rack' })
    await ask('relationship.create', { parent: 'rack', type: 'hosts', child: 'web-01' })
    await ask('device.delete', { id: rack.id })

    assert.deepEqual((await ask('device.show', { id: 'web-01' })).relationships, [])
    const [change] = (await ask('device.history', { id: 'web-01' })).items
    assert.deepEqual(change.before, { [`relationships/hosts/parent/${rack.id}`]: 'manual' })
    assert.deepEqual(change.after, { [`relationships/hosts/parent/${rack.id}`]: null })
  })

  test('are told of the past as far as the history is kept', async () => {
    const { read, ask, context } = inventoryWorld(await fresh())
    await read([[machine(1)]])
    const first = context.clock.now()
    context.clock.advance(86_400_000)
    await ask('device.update', { id: 'web-01', site: 'Graz' })
    const second = context.clock.now()
    context.clock.advance(86_400_000)
    await context.db.deleteFrom('sync_history').where('performed_at', '<', second).execute()

    assert.equal((await ask('device.show', { id: 'web-01', at: second })).site, 'Graz')
    await assert.rejects(ask('device.show', { id: 'web-01', at: first }), /no longer known/)
  })
})
