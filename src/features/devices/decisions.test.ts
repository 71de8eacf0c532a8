import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saveReviews, type NewReview } from '#features/identity/review-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { inventoryWorld, type InventoryWorld } from '#test/inventory-world.ts'
import { machine, machines, macOf, sighting } from '#test/scripted-source.ts'

const dc = { name: 'dc', system: 'foreman' }
const lan = { name: 'lan', system: 'scan', provesAbsence: false }

const authorOf = ({ context }: InventoryWorld): Authorship => ({
  engine: context.engine,
  now: context.clock.now(),
  syncId: 'run:7',
  system: 'proxmox',
  identifier: 'lab',
  by: 'run',
})

const save = (world: InventoryWorld, reviews: NewReview[], scope: number[]) =>
  world.context.db
    .transaction()
    .execute((transaction) => saveReviews(transaction, authorOf(world), reviews, scope))

/** The device record of a source, by the name it gives. */
async function recordOf({ ask }: InventoryWorld, device: string, source: string): Promise<number> {
  const { records } = await ask('device.show', { id: device })
  return records.find((record: { source: string }) => record.source === source).id
}

const maybe = (left: number, right: number, score = 0.6): NewReview => ({
  kind: 'maybe-same',
  left,
  right,
  score,
  evidence: ['the names agree'],
})

const named = (number: number, name: string) => machine(number, { name })
/** Both sources tell the same serial number. */
const board = { serial: 'CZJ1234XYZ', vendor: 'Dell Inc.', deviceType: 'server' as const }

onEachDatabase('what a person decides', (fresh) => {
  test('to be one machine stays one through every later run, in any order, and through renames', async () => {
    const world = inventoryWorld(await fresh())
    const { read, ask, devices } = world
    await read([machines(2)])
    await read([[named(101, 'db-01'), named(102, 'db-02')]], dc)
    const { merges, device } = await ask('device.merge', { id: 'web-01', from: ['db-01'], reason: 'moved' })

    assert.deepEqual(device.sources, ['dc', 'lab'])
    assert.equal((await devices()).length, 3)
    await read([[named(102, 'db-02'), named(101, 'renamed')]], dc)
    await read([machines(2).toReversed()])
    await read([[named(101, 'again'), named(102, 'db-02')]], dc)
    await read([[machine(1, { os: 'Debian 13' }), machine(2)]])
    const shown = await ask('device.show', { id: device.id })
    assert.deepEqual(shown.sources, ['dc', 'lab'])
    assert.equal((await devices()).length, 3)

    const [decision] = (await ask('decision.list')).items
    assert.deepEqual(
      [decision.kind, decision.decidedBy, decision.reason],
      ['same', 'ada@example.net', 'moved'],
    )
    const [merge] = (await ask('merge.list', { device: device.id })).items
    assert.deepEqual([merge.id, merge.merged.name, merge.kept.id], [merges[0], 'db-01', device.id])
  })

  test('to be two machines stays two, although they share a MAC address', async () => {
    const world = inventoryWorld(await fresh())
    const { read, ask, devices } = world
    await read([[machine(1, board), machine(2)]])
    await read([[machine(1, { ...board, name: 'db-01' })]], dc)
    const joined = await ask('device.show', { id: 'web-01' })
    assert.deepEqual(joined.sources, ['dc', 'lab'])

    const split = await ask('device.split', {
      id: joined.id,
      records: [await recordOf(world, `${joined.id}`, 'lab')],
    })
    assert.notEqual(split.id, joined.id)
    assert.deepEqual(split.sources, ['lab'])
    await read([[machine(1, { ...board, os: 'Debian 13' }), machine(2)]])
    await read([[machine(1, { ...board, name: 'db-01', os: 'Debian 12' })]], dc)
    assert.deepEqual((await ask('device.show', { id: split.id })).sources, ['lab'])
    assert.deepEqual((await ask('device.show', { id: joined.id })).sources, ['dc'])
    assert.equal((await devices()).length, 3)
    assert.equal((await ask('decision.list', { kind: 'apart' })).items.length, 1)
  })

  test('and takes back leaves additions where they belong: notes with the kept, records with their machine', async () => {
    const world = inventoryWorld(await fresh())
    const { read, ask } = world
    await read([machines(2)])
    await read([[named(101, 'db-01')]], dc)
    const before = await ask('device.show', { id: 'db-01' })
    await ask('note.create', { id: 'db-01', body: 'of the database' })
    await ask('device.tag', { ids: [before.id], add: ['db'] })
    const { device, merges } = await ask('device.merge', { id: 'web-01', from: ['db-01'] })
    assert.deepEqual(device.tags, ['db'])
    assert.equal((await ask('note.list', { id: device.id })).items.length, 1)

    await ask('note.create', { id: device.id, body: 'since' })
    await ask('device.tag', { ids: [device.id], add: ['since'] })
    await read([[sighting(macOf(101), { addresses: ['198.51.100.9'], hostname: 'seen' })]], lan)
    await world.context.db
      .updateTable('device_links')
      .set({ device_id: device.id })
      .where('record_id', 'in', (eb) =>
        eb.selectFrom('source_records').select('id').where('source_identifier', '=', 'lan'),
      )
      .execute()
    const undone = await ask('device.unmerge', { merge: merges[0] })

    assert.equal(undone.undoneBy, 'ada@example.net')
    const [kept, apart] = [
      await ask('device.show', { id: device.id }),
      await ask('device.show', { id: before.id }),
    ]
    assert.deepEqual([kept.sources, kept.tags], [['lab'], ['since']])
    assert.deepEqual([apart.sources, apart.tags, apart.name], [['dc', 'lan'], ['db'], 'db-01'])
    const bodies = async (id: number) =>
      (await ask('note.list', { id })).items.map((note: { body: string }) => note.body)
    assert.deepEqual(await bodies(device.id), ['since'])
    assert.deepEqual(await bodies(before.id), ['of the database'])
    assert.deepEqual((await ask('decision.list')).items, [])
    await assert.rejects(ask('device.unmerge', { merge: merges[0] }), { code: 'CONFLICT' })
  })

  test('is undone with the merge that came of it', async () => {
    const world = inventoryWorld(await fresh())
    const { read, ask, devices } = world
    await read([machines(2)])
    await ask('device.merge', { id: 'web-01', from: ['web-02'] })
    const [{ id }] = (await ask('decision.list')).items

    assert.deepEqual(await ask('decision.undo', { ids: [id] }), { changed: 1 })
    assert.equal((await devices()).length, 2)
    assert.deepEqual(await ask('decision.undo', { ids: [id] }), { changed: 0 })
    assert.deepEqual(
      (await ask('decision.list', { undone: true })).items.map((each: { id: number }) => each.id),
      [id],
    )
  })
})

onEachDatabase('reviews', (fresh) => {
  const world4 = async () => {
    const world = inventoryWorld(await fresh())
    await world.read([machines(4)])
    const records = []
    for (const name of ['web-01', 'web-02', 'web-03', 'web-04'])
      records.push(await recordOf(world, name, 'lab'))
    return { world, ask: world.ask, records: records as [number, number, number, number] }
  }

  test('are kept once, brought up to date, and settled when rules can decide', async () => {
    const { world, ask, records } = await world4()
    const [one, two, three] = records
    await save(world, [maybe(two, one, 0.5), maybe(two, three, 0.7)], records)
    await save(world, [maybe(one, two, 0.5), maybe(two, three, 0.7)], records)

    const list = await ask('review.list')
    assert.deepEqual(
      list.items.map((item: { score: number }) => item.score),
      [0.7, 0.5],
    )
    assert.equal(list.total, 2)
    assert.equal(list.items[1].left.name, 'web-01')
    assert.deepEqual(
      list.items[1].compared.map((each: { field: string; verdict: string }) => [each.field, each.verdict]),
      [
        ['macs', 'differs'],
        ['name', 'differs'],
        ['deviceType', 'agrees'],
      ],
    )
    world.context.clock.advance(1_000)
    await save(world, [maybe(one, two, 0.55)], records)
    const open = (await ask('review.list')).items
    assert.deepEqual(
      open.map((item: { id: number; score: number }) => [item.id, item.score]),
      [[list.items[1].id, 0.55]],
    )
    const [settled] = (await ask('review.list', { resolved: true })).items
    assert.deepEqual([settled.resolution, settled.resolvedBy], ['settled', 'system:settled'])
  })

  test('are listed page by page, by kind, source and text', async () => {
    const { world, ask, records } = await world4()
    const [one, two, three, four] = records
    await save(
      world,
      [maybe(one, two), maybe(two, three), { ...maybe(three, four, 0.9), kind: 'clone' }],
      records,
    )
    const all = await world.everything('review.list', {}, 1)
    assert.equal(new Set(all.map((item) => item.id)).size, 3)
    assert.equal((await ask('review.list', { kind: 'clone' })).total, 1)
    assert.equal((await ask('review.list', { source: 'lab' })).total, 3)
    assert.equal((await ask('review.list', { source: 'dc' })).total, 0)
    assert.equal((await ask('review.list', { q: 'WEB-03' })).total, 2)
    assert.equal((await ask('review.list', { q: 'web_03' })).total, 0)
  })

  test('are decided many at once, each with what became of it, and not asked again', async () => {
    const { world, ask, records } = await world4()
    const [one, two, three, four] = records
    await save(world, [maybe(one, two), maybe(three, four)], records)
    const reviews = (await ask('review.list')).items
    const [first, second] = reviews
    const merged = await ask('review.decide', { ids: [first.id], decision: 'merge' })
    assert.deepEqual([merged.decided, merged.items[0].deviceId], [1, first.left.device.id])

    const rest = await ask('review.decide', { ids: [first.id, second.id], decision: 'apart' })
    assert.deepEqual(
      rest.items.map((item: { done: boolean; code: string | null }) => [item.done, item.code]),
      [
        [false, 'CONFLICT'],
        [true, null],
      ],
    )
    await save(world, [maybe(one, two), maybe(three, four)], records)
    assert.equal((await ask('review.list')).total, 0)

    await ask('device.unmerge', { merge: merged.items[0].mergeId })
    const again = (await ask('review.list')).items
    assert.deepEqual(
      again.map((item: { id: number }) => item.id),
      [first.id],
    )
    await assert.rejects(ask('review.decide', { ids: [999], decision: 'merge' }), { code: 'NOT_FOUND' })
  })

  test('are taken back: what was merged is parted, what was kept apart is asked again', async () => {
    const { world, ask, records } = await world4()
    const [one, two, three, four] = records
    await save(world, [maybe(one, two), maybe(three, four)], records)
    const [first, second] = (await ask('review.list')).items
    await ask('review.decide', { ids: [first.id], decision: 'merge' })
    const { db, clock } = world.context
    const devices = [second.left.device.id, second.right.device.id]
    const finding = {
      kind: 'identity-conflict',
      subject: `devices:${devices.join()}`,
      detail: '{"devices":[]}',
    }
    await db
      .insertInto('findings')
      .values({ ...finding, created_at: clock.now() })
      .execute()
    await ask('review.decide', { ids: [second.id], decision: 'apart' })
    const { resolved_by } = await db.selectFrom('findings').select('resolved_by').executeTakeFirstOrThrow()
    assert.equal(resolved_by, 'ada@example.net')

    const { undone } = await ask('review.undo', { ids: [first.id, second.id] })
    assert.equal(undone, 2)
    assert.equal((await world.devices()).length, 4)
    assert.deepEqual((await ask('decision.list')).items, [])
    assert.equal((await ask('review.undo', { ids: [first.id] })).items[0].code, 'CONFLICT')
  })

  test('decided in the same moment are taken back one by one', async () => {
    const { world, ask, records } = await world4()
    const [one, two, three, four] = records
    await save(world, [maybe(one, two), maybe(three, four)], records)
    const ids = (await ask('review.list')).items.map((item: { id: number }) => item.id)
    await ask('review.decide', { ids, decision: 'apart' })

    await ask('review.undo', { ids: [ids[0]] })

    assert.deepEqual(
      (await ask('decision.list')).items.map((each: { left: { recordId: number } }) => each.left.recordId),
      [three],
    )
    const waiting = (await ask('review.list')).items
    assert.deepEqual(
      waiting.map((item: { id: number }) => item.id),
      [ids[0]],
    )
  })

  test('of records of one device are settled by splitting it', async () => {
    const world = inventoryWorld(await fresh())
    const { read, ask } = world
    await read([[machine(1, board)]])
    await read([[machine(1, { ...board, name: 'db-01' })]], dc)
    const left = await recordOf(world, 'web-01', 'lab')
    const right = await recordOf(world, 'web-01', 'dc')
    await save(world, [{ ...maybe(left, right), kind: 'contradiction' }], [left, right])
    const [review] = (await ask('review.list')).items

    const refused = await ask('review.decide', { ids: [review.id], decision: 'apart' })
    assert.equal(refused.items[0].code, 'CONFLICT')
    const { items } = await ask('review.decide', { ids: [review.id], decision: 'split' })
    assert.deepEqual((await ask('device.show', { id: items[0].deviceId })).sources, ['dc'])
    assert.equal((await ask('review.show', { id: review.id })).resolution, 'split')
    assert.equal((await ask('review.undo', { ids: [review.id] })).undone, 1)
    assert.deepEqual((await ask('device.show', { id: review.left.device.id })).sources, ['dc', 'lab'])
    assert.deepEqual((await ask('decision.list')).items, [])
    await save(world, [{ ...maybe(left, right), kind: 'contradiction' }], [left, right])
    assert.equal((await ask('review.show', { id: review.id })).resolvedAt, null)
  })
})
