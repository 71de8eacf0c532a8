import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '#features/sync/run-shapes.ts'
import { runOperations } from '#features/sync/run-operations.ts'
import type { WaitingRecord } from '#features/sync/waiting-queries.ts'
import { systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import { answerOperation } from '#surfaces/answer-operation.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { countRowWrites, withoutBookkeeping } from '#test/row-writes.ts'
import { machine, machines, macOf, sighting } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

const ask = (
  { context }: SyncWorld,
  name: string,
  input: object,
  actor: Actor = systemActor('ada'),
): Promise<unknown> =>
  answerOperation(
    runOperations.find((each) => each.name === name)!,
    context,
    actor,
    input,
    new AbortController().signal,
  )

const decide = (world: SyncWorld, run: Run, decision: 'approve' | 'reject'): Promise<Run> =>
  ask(world, 'run.decide', { id: run.id, decision }) as Promise<Run>

interface Page {
  items: WaitingRecord[]
  nextCursor: string | null
}

const inactive = async (world: SyncWorld): Promise<string[]> =>
  (await world.devices()).filter((each) => each.status === 'inactive').map((each) => each.name)

const operations = async ({ context }: SyncWorld): Promise<string[]> =>
  (await context.db.selectFrom('sync_history').select('operation').orderBy('id').execute()).map(
    (row) => row.operation,
  )

onEachDatabase('what a complete reading does not find', (fresh) => {
  test('is missing: its device becomes inactive, and the history says so', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(5)])

    const run = await world.read([machines(4)])

    assert.deepEqual([run.status, run.removed, run.missingWaiting], ['complete', 1, 0])
    assert.deepEqual(await inactive(world), ['web-05'])
    assert.deepEqual((await operations(world)).slice(5), ['missing'])
    const [record] = await world.context.db
      .selectFrom('source_records')
      .selectAll()
      .where('missing_run_id', 'is not', null)
      .execute()
    assert.deepEqual([record!.source_id, record!.last_run_id], ['vm-5', run.id - 1])
  })

  test('that comes back is there again, as the same device', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(5)])
    await world.read([machines(4)])
    const before = await world.devices()

    const run = await world.read([machines(5)])

    assert.deepEqual([run.updated, run.added], [1, 0])
    assert.deepEqual(await inactive(world), [])
    assert.deepEqual(
      (await world.devices()).map((each) => each.id),
      before.map((each) => each.id),
    )
    assert.deepEqual((await operations(world)).slice(5), ['missing', 'return'])
  })

  test('stays missing at the next reading without another row being written', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    await world.read([machines(5)])
    await world.read([machines(4)])
    const writes = await countRowWrites(opened)

    const run = await world.read([machines(4)])

    assert.deepEqual([run.status, run.removed, run.unchanged], ['complete', 0, 4])
    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
  })

  test('leaves a device alone that another source still holds', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(4)])
    await world.read([[machine(4, { sourceId: 'host-4' })]], { name: 'agents', system: 'foreman' })

    await world.read([machines(3)])

    assert.deepEqual(await inactive(world), [])
    assert.ok(!(await operations(world)).includes('missing'))
  })

  test('only ages where the source cannot prove absence', async () => {
    const world = syncWorld(await fresh())
    const leases = [1, 2, 3].map((number) => sighting(macOf(number)))
    const reading = { name: 'leases', system: 'dhcp', provesAbsence: false }
    await world.read([leases], reading)

    const run = await world.read([leases.slice(0, 1)], reading)

    assert.deepEqual([run.status, run.removed, run.missingWaiting], ['complete', 0, 0])
    const rows = await world.context.db
      .selectFrom('source_records')
      .select(['source_id', 'last_run_id', 'missing_run_id'])
      .orderBy('source_id')
      .execute()
    assert.deepEqual(
      rows.map((row) => [row.last_run_id, row.missing_run_id]),
      [
        [null, null],
        [run.id - 1, null],
        [run.id - 1, null],
      ],
    )
  })

  test('is more than what can only be seen to be there: that keeps what is known of it', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    await world.read([machines(3)])
    const bare = {
      kind: 'device',
      sourceId: 'vm-3',
      name: 'web-03',
      deviceType: 'vm',
      unreadable: true,
    } as const
    const writes = await countRowWrites(opened)

    const run = await world.read([[...machines(2), bare]])

    assert.deepEqual([run.status, run.removed, run.unchanged], ['complete', 0, 3])
    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
    const unknown = await world.read([[...machines(2), bare, { ...bare, sourceId: 'vm-4', name: 'web-04' }]])
    assert.deepEqual([unknown.added, unknown.updated], [1, 0])
  })

  test('waits for a person when it is too much at once', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(10)])

    const run = await world.read([machines(5)])

    assert.deepEqual([run.status, run.missingWaiting, run.removed], ['complete', 5, 0])
    assert.deepEqual(await inactive(world), [])
  })

  test('does not wait while it is few, however large their share', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(4)])

    const run = await world.read([machines(1)])

    assert.deepEqual([run.missingWaiting, run.removed], [0, 3])
  })

  test('does not wait while it is a small share, however many', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(100)])

    const run = await world.read([machines(80)])

    assert.deepEqual([run.missingWaiting, run.removed], [0, 20])
  })
})

onEachDatabase('a decision about what is absent', (fresh) => {
  test('has a list of what it is about, page by page, until it is made', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(10)])
    world.context.clock.advance(60_000)
    const run = await world.read([machines(5)])

    const first = (await ask(world, 'run.missing', { id: run.id, limit: 3 })) as Page
    const second = (await ask(world, 'run.missing', { id: run.id, cursor: first.nextCursor })) as Page
    const unseen = [...first.items, ...second.items]

    assert.deepEqual(
      unseen.map(({ name, device }) => [name, device?.name]),
      machines(5, 6).map(({ name }) => [name, name]),
    )
    assert.equal(second.nextCursor, null)
    assert.ok(unseen.every(({ lastSeen }) => lastSeen < run.startedAt))
    await decide(world, run, 'approve')
    assert.deepEqual(((await ask(world, 'run.missing', { id: run.id })) as Page).items, [])
  })

  test('shows nobody what is about devices they may not see', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(10)])
    const run = await world.read([machines(5)])

    const limited = { ...systemActor('ada'), tags: ['lab'] }

    assert.deepEqual(((await ask(world, 'run.missing', { id: run.id }, limited)) as Page).items, [])
  })

  test('approved, it is missing', async () => {
    const world = syncWorld(await fresh(), { sync: { batchSize: 2 } })
    await world.read([machines(10)])
    const run = await world.read([machines(5)])

    const decided = await decide(world, run, 'approve')

    assert.deepEqual(
      [decided.missingDecision, decided.decidedBy, decided.removed],
      ['approved', 'system:ada', 5],
    )
    assert.equal((await inactive(world)).length, 5)
    assert.ok(world.context.happenings.some((each) => each.topic === 'device.changed'))
  })

  test('approved after newer readings, only what is still absent goes missing', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(10)])
    const run = await world.read([machines(5)])
    await world.read([machines(6)])
    await world.read([[...machines(6), machine(8)]], { verdict: { complete: false, reason: 'some' } })

    await decide(world, run, 'approve')

    assert.deepEqual(await inactive(world), ['web-07', 'web-09', 'web-10'])
  })

  test('concerns what was absent at that reading, not what a later one lacked as well', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(20)])
    const first = await world.read([machines(12)])
    const second = await world.read([machines(4)])

    assert.deepEqual([first.missingWaiting, second.missingWaiting], [8, 8])
    await decide(world, second, 'approve')

    assert.deepEqual(
      await inactive(world),
      machines(8, 5).map((each) => each.name),
    )
  })

  test('is asked for once: the next reading that lacks the same does not wait again', async () => {
    const opened = await fresh()
    const world = syncWorld(opened)
    await world.read([machines(10)])
    await world.read([machines(5)])
    const writes = await countRowWrites(opened)

    const run = await world.read([machines(5)])

    assert.equal(run.missingWaiting, 0)
    assert.deepEqual(withoutBookkeeping(await writes.take()), {})
  })

  test('rejected, it stays, and is asked again when the next reading lacks it too', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(10)])
    const run = await world.read([machines(5)])

    const decided = await decide(world, run, 'reject')
    const next = await world.read([machines(5)])

    assert.equal(decided.missingDecision, 'rejected')
    assert.deepEqual(await inactive(world), [])
    assert.equal(next.missingWaiting, 5)
    await decide(world, next, 'approve')
    assert.equal((await inactive(world)).length, 5)
  })

  test('cannot be changed, and needs something that waits', async () => {
    const world = syncWorld(await fresh())
    const calm = await world.read([machines(10)])
    const run = await world.read([machines(5)])
    await decide(world, run, 'approve')

    await assert.rejects(decide(world, run, 'reject'), { code: 'CONFLICT' })
    await assert.rejects(decide(world, calm, 'approve'), { code: 'CONFLICT' })
    await assert.rejects(ask(world, 'run.decide', { id: 99, decision: 'approve' }), { code: 'NOT_FOUND' })
  })

  test('is not for whoever may see a part of the devices only', async () => {
    const world = syncWorld(await fresh())
    await world.read([machines(10)])
    const run = await world.read([machines(5)])
    const limited = { ...systemActor('eve'), tags: ['lab'] }

    await assert.rejects(ask(world, 'run.decide', { id: run.id, decision: 'approve' }, limited), {
      code: 'FORBIDDEN',
    })
  })
})

onEachDatabase('runs', (fresh) => {
  test('are listed newest first, page by page, by source and by how they ended', async () => {
    const world = syncWorld(await fresh())
    for (const name of ['one', 'two', 'one']) await world.read([machines(2)], { name })
    await world.read([new Error('down')], { name: 'two' })
    const list = (input: object) =>
      ask(world, 'run.list', input) as Promise<{ items: Run[]; nextCursor: string | null }>

    const first = await list({ limit: 3 })
    const second = await list({ limit: 3, cursor: first.nextCursor })
    const failed = await list({ source: 'two', status: 'failed' })

    assert.deepEqual(
      [...first.items, ...second.items].map((run) => [run.source, run.status]),
      [
        ['two', 'failed'],
        ['one', 'complete'],
        ['two', 'complete'],
        ['one', 'complete'],
      ],
    )
    assert.equal(second.nextCursor, null)
    assert.deepEqual(
      failed.items.map((run) => run.id),
      [first.items[0]!.id],
    )
    assert.deepEqual(await ask(world, 'run.show', { id: failed.items[0]!.id }), failed.items[0])
  })
})
