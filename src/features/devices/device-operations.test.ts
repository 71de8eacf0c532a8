import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceOperations } from '#features/devices/device-operations.ts'
import type { SourcedFact } from '#features/inventory/device-shapes.ts'
import { registryComplaints } from '#surfaces/registry-complaints.ts'
import { rejectsWith } from '#test/access-client.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, inventoryWorld } from '#test/inventory-world.ts'
import { machine, macOf, sighting } from '#test/scripted-source.ts'

const factOf = (device: { facts: SourcedFact[] }, name: string) =>
  device.facts.find((fact) => fact.name === name)
const limited = (...tags: string[]) => ({ ...ada, name: 'kim@example.net', role: 'operator' as const, tags })

test('the operations of devices follow the rules of the registry', () => {
  assert.deepEqual(registryComplaints(deviceOperations), [])
})

onEachDatabase('devices by hand', (fresh) => {
  test('a device is found by id, name in any case, address and MAC', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1), machine(2)]])

    const { id } = (await ask('device.list', { q: 'web-01' })).items[0]
    for (const key of [String(id), 'WEB-01', '192.0.2.1', '00-1B-21-00-00-01'])
      assert.equal((await ask('device.show', { id: key })).name, 'web-01', key)
    await rejectsWith('NOT_FOUND', ask('device.show', { id: 'web-09' }))
  })

  test('a name that two devices have is refused with the ids of both', async () => {
    const { ask } = inventoryWorld(await fresh())
    const first = await ask('device.create', { name: 'twin' })
    const second = await ask('device.create', { name: 'Twin' })

    const error = await rejectsWith('AMBIGUOUS_NAME', ask('device.show', { id: 'twin' }))
    assert.match(error.message, new RegExp(`${first.id} .*${second.id} `))
    assert.equal((await ask('device.show', { id: String(second.id) })).name, 'Twin')
  })

  test('each fact says which source told it and what others say', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1, { os: 'Debian 12', vendor: 'Dell' })]])
    await read([[machine(1, { sourceId: 'c1', os: 'Debian 11', facts: { room: 'B2' } })]], {
      name: 'sheet',
      system: 'csv',
    })

    const device = await ask('device.show', { id: 'web-01' })
    const os = factOf(device, 'os')!
    assert.deepEqual([os.value, os.source], ['Debian 12', 'lab'])
    assert.deepEqual(
      os.others.map(({ source, value }) => [source, value]),
      [['sheet', 'Debian 11']],
    )
    assert.deepEqual(factOf(device, 'vendor')!.others, [])
    assert.equal(factOf(device, 'metadata/sheet/room')!.source, 'sheet')
    assert.deepEqual(device.sources, ['lab', 'sheet'])
    assert.deepEqual(
      device.records.map((record: { source: string }) => record.source),
      ['lab', 'sheet'],
    )
  })

  test('what a person enters wins over every source, survives later runs, and can be taken back', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1, { os: 'Debian 12' })]])

    const edited = await ask('device.update', { id: 'web-01', os: 'Debian 13', owner: 'ada' })
    assert.deepEqual([edited.os, edited.owner, factOf(edited, 'os')!.source], ['Debian 13', 'ada', 'manual'])
    await read([[machine(1, { os: 'Debian 12.1', serial: 'S1' })]])
    const later = await ask('device.show', { id: 'web-01' })
    assert.deepEqual([later.os, later.owner, later.serial], ['Debian 13', 'ada', 'S1'])

    const back = await ask('device.update', { id: 'web-01', os: null, owner: null })
    assert.deepEqual([back.os, back.owner], ['Debian 12.1', null])
    assert.deepEqual(back.sources, ['lab'])
  })

  test('an edit is in the history with who, before and after', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1)]])
    await ask('device.update', { id: 'web-01', site: 'Graz' })

    const [change] = (await ask('device.history', { id: 'web-01' })).items
    assert.equal(change.by, 'ada@example.net')
    assert.equal(change.operation, 'update')
    assert.equal(change.after.site, 'Graz')
    assert.equal(change.before.site, null)
  })

  test('an edit of what somebody changed meanwhile is refused and changes nothing', async () => {
    const { ask } = inventoryWorld(await fresh())
    const { id, version } = await ask('device.create', { name: 'nas' })
    await ask('device.update', { id: 'nas', owner: 'kim', expectedVersion: version })

    await rejectsWith(
      'CHANGED_SINCE',
      ask('device.update', { id: 'nas', owner: 'ada', expectedVersion: version }),
    )
    assert.equal((await ask('device.show', { id: String(id) })).owner, 'kim')
  })

  test('bad values are refused with the field and what was expected', async () => {
    const { ask } = inventoryWorld(await fresh())
    const error = await rejectsWith(
      'INPUT_INVALID',
      ask('device.create', { name: ' ', address: '192.0.2.300' }),
    )

    assert.deepEqual(error.complaints.map((each) => each.path).toSorted(), ['address', 'name'])
    assert.equal((await ask('device.list')).total, 0)
  })

  test('a device made by hand keeps a name; nothing else knows one', async () => {
    const { ask } = inventoryWorld(await fresh())
    await ask('device.create', { name: 'nas' })
    await rejectsWith('INPUT_INVALID', ask('device.update', { id: 'nas', name: null }))
  })

  test('a retired device leaves the listings and comes back; its history goes on', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1), machine(2)]])
    const { id } = await ask('device.retire', { id: 'web-01' })

    assert.equal((await ask('device.list')).total, 1)
    assert.equal((await ask('device.list', { q: 'status:retired' })).items[0].id, id)
    await rejectsWith('CONFLICT', ask('device.retire', { id: String(id) }))
    assert.equal((await ask('device.show', { id: 'web-01' })).id, id)
    await ask('device.restore', { id: 'web-01' })
    assert.equal((await ask('device.list')).total, 2)
    const operations = (await ask('device.history', { id: 'web-01' })).items.map(
      (change: { operation: string }) => change.operation,
    )
    assert.deepEqual(operations, ['restore', 'retire', 'create'])
  })

  test('only retired and hand-made devices can be deleted; a source that still reports one brings it back', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1)]])
    await ask('device.create', { name: 'nas' })

    await rejectsWith('CONFLICT', ask('device.delete', { id: 'web-01' }))
    await ask('device.delete', { id: 'nas' })
    const { id } = await ask('device.retire', { id: 'web-01' })
    await ask('device.delete', { id: String(id) })
    assert.equal((await ask('device.list')).total, 0)
    await read([[machine(1)]])

    const [again] = (await ask('device.list')).items
    assert.equal(again.name, 'web-01')
    const removed = (await ask('change.list')).items.filter(
      (change: { operation: string }) => change.operation === 'delete',
    )
    assert.deepEqual(
      removed.map((change: { device: { name: string } }) => change.device.name),
      ['web-01', 'nas'],
    )
  })

  test('a hand-made device and a machine seen with its address stay two', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await ask('device.create', { name: 'nas', address: '192.0.2.7' })
    await read([[sighting(macOf(7), { addresses: ['192.0.2.7'] })]], {
      name: 'net',
      system: 'scan',
      provesAbsence: false,
    })

    assert.equal((await ask('device.list')).total, 2)
  })

  test('tags are put on many devices by query and taken off; the history and searches know', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([[machine(1), machine(2), machine(3, { name: 'db-03' })]])

    assert.equal((await ask('device.tag', { q: 'web-*', add: ['prod', 'web'] })).changed, 2)
    assert.equal((await ask('device.tag', { q: 'web-*', add: ['prod'] })).changed, 0)
    assert.equal((await ask('device.list', { q: 'tag:prod' })).total, 2)
    await ask('device.update', { id: 'web-01', tags: ['web', 'old'] })
    assert.deepEqual((await ask('device.show', { id: 'web-01' })).tags, ['old', 'web'])
    const [last] = (await ask('device.history', { id: 'web-01' })).items
    assert.deepEqual(last.before, { 'tags/prod': true, 'tags/old': null })
    assert.deepEqual(
      (await ask('tag.list')).items.map((tag: { name: string; devices: number }) => [tag.name, tag.devices]),
      [
        ['old', 1],
        ['prod', 1],
        ['web', 2],
      ],
    )
  })

  test('a renamed tag is renamed on its devices, a deleted one leaves them', async () => {
    const { ask } = inventoryWorld(await fresh())
    await ask('device.create', { name: 'nas', tags: ['prod'] })
    await ask('tag.create', { name: 'spare' })
    await rejectsWith('ALREADY_EXISTS', ask('tag.update', { id: 'spare', name: 'prod' }))
    await ask('tag.update', { id: 'prod', name: 'production', color: '#2f6fed' })
    assert.deepEqual((await ask('device.show', { id: 'nas' })).tags, ['production'])
    assert.equal((await ask('device.list', { q: 'tag:production' })).total, 1)

    await ask('tag.delete', { id: 'production' })
    assert.deepEqual((await ask('device.show', { id: 'nas' })).tags, [])
    assert.deepEqual((await ask('device.history', { id: 'nas' })).items[0].before, {
      'tags/production': true,
    })
  })

  test('custom values are checked against their fields and can be asked for', async () => {
    const { ask } = inventoryWorld(await fresh())
    await ask('field.create', { name: 'cost_center', label: 'Cost centre', type: 'number', required: true })
    await ask('field.create', { name: 'tier', type: 'choice', options: ['gold', 'iron'] })

    const missing = await rejectsWith('INPUT_INVALID', ask('device.create', { name: 'nas' }))
    assert.deepEqual(missing.complaints[0]!.path, 'custom.cost_center')
    const wrong = await rejectsWith(
      'INPUT_INVALID',
      ask('device.create', { name: 'nas', custom: { cost_center: 'x', tier: 'tin', tire: 'gold' } }),
    )
    assert.deepEqual(
      wrong.complaints.map((each) => each.expected),
      ['a number', 'one of gold, iron', 'no field of this name; did you mean tier?'],
    )
    const made = await ask('device.create', { name: 'nas', custom: { cost_center: '42', tier: 'gold' } })
    assert.deepEqual(made.custom, { cost_center: 42, tier: 'gold' })
    assert.equal((await ask('device.list', { q: 'custom.tier:gold custom.cost_center>40' })).total, 1)
    await ask('device.update', { id: 'nas', custom: { tier: null } })
    assert.deepEqual((await ask('device.show', { id: 'nas' })).custom, { cost_center: 42 })
  })

  test('relationships made by hand are on both sides, in both histories, and can be taken back', async () => {
    const { ask } = inventoryWorld(await fresh())
    const host = await ask('device.create', { name: 'pve1' })
    const guest = await ask('device.create', { name: 'web' })
    const { id } = await ask('relationship.create', { parent: 'pve1', type: 'hosts', child: 'web' })
    const same = ask('relationship.create', { parent: 'pve1', type: 'hosts', child: 'web' })
    await rejectsWith('ALREADY_EXISTS', same)

    const [edge] = (await ask('device.show', { id: 'web' })).relationships
    assert.deepEqual(
      [edge.type, edge.other, edge.device.name, edge.source],
      ['hosts', 'parent', 'pve1', 'manual'],
    )
    assert.equal((await ask('device.list', { q: 'parent.name:pve1' })).items[0].name, 'web')
    await ask('relationship.delete', { id })
    for (const device of [host, guest]) {
      const shown = await ask('device.show', { id: String(device.id) })
      const history = (await ask('device.history', { id: String(device.id) })).items
      assert.deepEqual(shown.relationships, [])
      assert.equal(history.length, 3)
    }
  })

  test('relationships that a source reports are not deleted by hand', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    const node = machine(1, { name: 'pve1', deviceType: 'server' })
    const guest = machine(2, { relationships: [{ type: 'hosts', other: 'parent', sourceId: 'vm-1' }] })
    await read([[node, guest]])

    const [edge] = (await ask('device.show', { id: 'web-02' })).relationships
    await rejectsWith('READ_ONLY', ask('relationship.delete', { id: edge.id }))
  })

  test('notes are kept with their authors', async () => {
    const { ask } = inventoryWorld(await fresh())
    await ask('device.create', { name: 'nas' })
    const note = await ask('note.create', { id: 'nas', body: 'Fan is loud' })
    await ask('note.update', { id: note.id, body: 'Fan was changed', expectedVersion: note.version })
    await rejectsWith('CHANGED_SINCE', ask('note.update', { id: note.id, body: 'x', expectedVersion: 1 }))

    const [kept] = (await ask('note.list', { id: 'nas' })).items
    assert.deepEqual([kept.body, kept.author], ['Fan was changed', 'ada@example.net'])
    await ask('note.delete', { id: note.id })
    assert.deepEqual((await ask('note.list', { id: 'nas' })).items, [])
  })

  test('who is limited to a tag sees and touches nothing else, and cannot give a device away', async () => {
    const { ask } = inventoryWorld(await fresh())
    const hidden = await ask('device.create', { name: 'secret', tags: ['finance'] })
    await ask('device.create', { name: 'web', tags: ['web'] })
    await ask('relationship.create', { parent: 'secret', type: 'manages', child: 'web' })
    const note = await ask('note.create', { id: 'secret', body: 'Hush' })
    const kim = limited('web')

    const list = await ask('device.list', {}, kim)
    assert.deepEqual([list.items.length, list.items[0].name, list.total], [1, 'web', 1])
    assert.deepEqual((await ask('device.show', { id: 'web' }, kim)).relationships, [])
    assert.equal((await ask('device.list', { q: 'parent.name:secret' }, kim)).items.length, 0)
    assert.ok(
      (await ask('change.list', {}, kim)).items.every(
        (each: { device: { name: string } }) => each.device.name === 'web',
      ),
    )
    assert.ok((await ask('inventory.diff', { from: '1d' }, kim)).items.length <= 1)
    assert.deepEqual(
      (await ask('tag.list', {}, kim)).items.map((tag: { name: string }) => tag.name),
      ['web'],
    )
    for (const [name, input] of [
      ['device.show', { id: String(hidden.id) }],
      ['device.update', { id: 'secret', owner: 'kim' }],
      ['device.retire', { id: String(hidden.id) }],
      ['device.delete', { id: String(hidden.id) }],
      ['device.history', { id: 'secret' }],
      ['device.tag', { ids: [hidden.id], add: ['web'] }],
      ['note.list', { id: 'secret' }],
      ['note.update', { id: note.id, body: 'mine' }],
      ['relationship.create', { parent: 'web', type: 'hosts', child: 'secret' }],
    ] as const)
      await rejectsWith('NOT_FOUND', ask(name, input, kim))
    await rejectsWith('FORBIDDEN', ask('device.create', { name: 'mine' }, kim))
    await rejectsWith('FORBIDDEN', ask('device.update', { id: 'web', tags: ['other'] }, kim))
    await rejectsWith('FORBIDDEN', ask('device.tag', { q: 'web', remove: ['web'] }, kim))
    await rejectsWith('FORBIDDEN', ask('tag.delete', { id: 'web' }, kim))
    assert.equal((await ask('device.create', { name: 'mine', tags: ['web'] }, kim)).name, 'mine')
  })
})
