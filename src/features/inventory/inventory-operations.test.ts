import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceSorts } from '#features/inventory/list-devices.ts'
import { exportDevices } from '#features/inventory/export-devices.ts'
import { inventoryOperations } from '#features/inventory/inventory-operations.ts'
import { registryComplaints } from '#surfaces/registry-complaints.ts'
import { rejectsWith } from '#test/access-client.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, inventoryWorld } from '#test/inventory-world.ts'
import { machine, machines } from '#test/scripted-source.ts'
import { callBy } from '#test/test-context.ts'

const never = new AbortController().signal
const namesOf = (items: { name: string }[]) => items.map((item) => item.name)

test('the operations of the inventory follow the rules of the registry', () => {
  assert.deepEqual(registryComplaints(inventoryOperations), [])
})

onEachDatabase('the inventory', (fresh) => {
  test('every order goes on over pages without loss or repetition, and turns round', async () => {
    const { read, ask, everything } = inventoryWorld(await fresh())
    const word = (number: number, of: number) => (number % of === 0 ? undefined : `V${number % of}`)
    const many = machines(40).map((each, number) => ({
      ...each,
      name: `m-${number % 7}`,
      ...(word(number, 4) ? { vendor: word(number, 4) } : {}),
      ...(word(number, 3) ? { os: word(number, 3) } : {}),
    }))
    await read([many])

    for (const sort of deviceSorts) {
      const whole = (await ask('device.list', { sort })).items.map((each: { id: number }) => each.id)
      const paged = (await everything('device.list', { sort }, 7)).map((each) => each.id)
      assert.deepEqual(paged, whole, sort)
      assert.equal(new Set(whole).size, 40)
      const turned = sort.startsWith('-') ? sort.slice(1) : `-${sort}`
      const back = (await ask('device.list', { sort: turned })).items.map((each: { id: number }) => each.id)
      assert.deepEqual(back, whole.toReversed(), sort)
    }
  })

  test('addresses are ordered as numbers, and what has none comes last', async () => {
    const { ask } = inventoryWorld(await fresh())
    for (const [name, address] of [
      ['c', '192.0.2.10'],
      ['b', '192.0.2.9'],
      ['d', '2001:db8::2'],
      ['e', undefined],
      ['a', '10.0.0.1'],
    ] as const)
      await ask('device.create', { name, ...(address === undefined ? {} : { address }) })

    assert.deepEqual(namesOf((await ask('device.list', { sort: 'address' })).items), [
      'a',
      'b',
      'c',
      'd',
      'e',
    ])
  })

  test('a cursor of another order or listing is refused', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([machines(3)])
    const { nextCursor } = await ask('device.list', { limit: 1, sort: 'os' })

    await rejectsWith('CURSOR_INVALID', ask('device.list', { limit: 1, sort: 'name', cursor: nextCursor }))
    await rejectsWith('CURSOR_INVALID', ask('device.list', { cursor: 'nonsense' }))
  })

  test('a bad query says where it is wrong', async () => {
    const { ask } = inventoryWorld(await fresh())
    const error = await rejectsWith('QUERY_INVALID', ask('device.list', { q: 'memroy>4GB' }))
    assert.match(`${error.message} ${error.hint}`, /memory/)
    assert.match(error.complaints[0]!.path, /^q:/)
  })

  test('changes are listed newest first, by source, person, run, time and query', async () => {
    const { read, ask, context } = inventoryWorld(await fresh())
    const first = await read([[machine(1), machine(2)]])
    context.clock.advance(3_600_000)
    await read([[machine(1, { os: 'Debian 13' }), machine(2)]])
    await ask('device.update', { id: 'web-02', owner: 'ada' })
    const what = async (input: object) =>
      (await ask('change.list', input)).items.map(
        (change: { device: { name: string }; operation: string }) =>
          `${change.operation} ${change.device.name}`,
      )

    assert.deepEqual(await what({}), ['update web-02', 'update web-01', 'create web-02', 'create web-01'])
    assert.deepEqual(await what({ by: 'ada@example.net' }), ['update web-02'])
    assert.deepEqual(await what({ source: 'lab', from: '30m' }), ['update web-01'])
    assert.deepEqual(await what({ runId: first.id }), ['create web-02', 'create web-01'])
    assert.deepEqual(await what({ q: 'os:"Debian 13"' }), ['update web-01', 'create web-01'])
    assert.deepEqual(await what({ device: 'web-02', to: '30m' }), ['create web-02'])
    await rejectsWith('INPUT_INVALID', ask('change.list', { from: 'last tuesday' }))
  })

  test('an export holds every device in order, quotes what needs it and disarms formulas', async () => {
    const { read, ask, context } = inventoryWorld(await fresh())
    await read([machines(1_200).map((each) => ({ ...each, os: 'Debian "12", old' }))])
    await ask('device.create', { name: '=HYPERLINK("http://x")', tags: ['a', 'b'] })

    let text = ''
    const input = { sort: 'name', columns: ['name', 'os', 'tags', 'custom.tier'] }
    for await (const piece of exportDevices(callBy(context, ada), input, never)) text += piece
    const lines = text.split('\r\n')

    assert.equal(lines.length, 1_200 + 3)
    assert.equal(lines[0], 'name,os,tags,custom.tier')
    assert.equal(lines[1], `"'=HYPERLINK(""http://x"")",,a b,`)
    assert.equal(lines[2], 'web-01,"Debian ""12"", old",,')
    assert.equal(new Set(lines.slice(2, -1)).size, 1_200)
    const bad = exportDevices(callBy(context, ada), { columns: ['nmae'] }, never)
    assert.match((await rejectsWith('INPUT_INVALID', bad.next())).hint!, /name/)
  })

  test('a query is completed with fields, operators, and values that devices have', async () => {
    const { read, ask } = inventoryWorld(await fresh())
    await read([
      [machine(1, { vendor: 'Dell' }), machine(2, { vendor: 'Delta' }), machine(3, { vendor: 'HP' })],
    ])
    const texts = async (q: string, actor = ada) =>
      (await ask('query.complete', { q }, actor)).candidates.map((each: { text: string }) => each.text)

    assert.ok((await texts('ven')).some((text: string) => text.startsWith('vendor')))
    assert.deepEqual(await texts('vendor:De'), ['Dell', 'Delta'])
    assert.ok((await texts('status:')).includes('retired'))
    // What hidden devices have is not told to who is limited.
    assert.deepEqual(await texts('vendor:De', { ...ada, tags: ['web'] }), [])
    const { fields } = await ask('query.fields', { subject: 'host' })
    assert.ok(fields.some((field: { name: string }) => field.name === 'mac'))
  })

  test('saved views are one’s own unless shared, and only their owner changes them', async () => {
    const { ask } = inventoryWorld(await fresh())
    const kim = { ...ada, name: 'kim@example.net', role: 'operator' as const }
    const view = await ask('view.create', { name: 'VMs', query: 'type:vm', columns: ['name'], shared: true })
    await ask('view.create', { name: 'Mine', query: 'owner:ada' })
    await rejectsWith('ALREADY_EXISTS', ask('view.create', { name: 'VMs' }))

    assert.deepEqual(namesOf((await ask('view.list')).items), ['Mine', 'VMs'])
    assert.deepEqual(namesOf((await ask('view.list', {}, kim)).items), ['VMs'])
    await rejectsWith('FORBIDDEN', ask('view.update', { id: view.id, name: 'Ours' }, kim))
    const renamed = await ask('view.update', { id: view.id, name: 'Guests', expectedVersion: view.version })
    assert.deepEqual([renamed.name, renamed.query, renamed.version], ['Guests', 'type:vm', 2])
    await rejectsWith('CHANGED_SINCE', ask('view.update', { id: view.id, name: 'X', expectedVersion: 1 }))
    await ask('view.delete', { id: view.id })
    assert.deepEqual(namesOf((await ask('view.list', {}, kim)).items), [])
  })

  test('custom fields are checked, and their names cannot be taken twice', async () => {
    const { ask } = inventoryWorld(await fresh())
    await ask('field.create', { name: 'tier', type: 'choice', options: ['gold'] })

    await rejectsWith('ALREADY_EXISTS', ask('field.create', { name: 'tier' }))
    await rejectsWith('INPUT_INVALID', ask('field.create', { name: 'Tier 2' }))
    await rejectsWith('INPUT_INVALID', ask('field.create', { name: 'level', type: 'choice' }))
    await rejectsWith('INPUT_INVALID', ask('field.create', { name: 'level', options: ['x'] }))
    const field = await ask('field.update', { id: 'tier', options: ['gold', 'iron'], label: 'Tier' })
    assert.deepEqual([field.options, field.label, field.version], [['gold', 'iron'], 'Tier', 2])
    await ask('field.delete', { id: 'tier' })
    assert.deepEqual((await ask('field.list')).items, [])
  })
})
