import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { countRowWrites, withoutBookkeeping } from '#test/row-writes.ts'
import { machine, machines, scriptedSource } from '#test/scripted-source.ts'
import { runSource } from '#features/sync/run-source.ts'
import { syncWorld } from '#test/sync-world.ts'

onEachDatabase('reading a source', (fresh) => {
  test('what a source tells becomes devices', async () => {
    const { read, devices } = syncWorld(await fresh())

    const run = await read([machines(2), machines(1, 3)])

    assert.deepEqual([run.status, run.reason, run.added, run.recordsSeen], ['complete', null, 3, 3])
    assert.deepEqual(
      (await devices()).map(({ name, status }) => ({ name, status })),
      ['web-01', 'web-02', 'web-03'].map((name) => ({ name, status: 'active' })),
    )
  })

  test('reading the same again writes nothing but about the run itself', async () => {
    const opened = await fresh()
    const { read } = syncWorld(opened, { sync: { batchSize: 3 } })
    const all = machines(10).map((each) => ({ ...each, volatile: { uptime: 1 } }))
    await read([all])
    const writes = await countRowWrites(opened)

    const run = await read([all.map((each) => ({ ...each, volatile: { uptime: 2 } }))])

    assert.deepEqual([run.status, run.unchanged, run.added, run.updated], ['complete', 10, 0, 0])
    const written = await writes.take()
    assert.deepEqual(withoutBookkeeping(written), {})
    assert.ok(Object.values(written).reduce((sum, count) => sum + count, 0) < 10, JSON.stringify(written))
  })

  test('an answer without any record is partial and removes nothing', async () => {
    const { read, devices } = syncWorld(await fresh())
    await read([machines(3)])

    const run = await read([[]])

    assert.deepEqual([run.status, run.removed, run.missingWaiting], ['partial', 0, 0])
    assert.match(run.reason!, /nothing at all/)
    assert.deepEqual(new Set((await devices()).map((each) => each.status)), new Set(['active']))
  })

  test('an answer that is shorter than the source promised is partial and removes nothing', async () => {
    const { read, devices } = syncWorld(await fresh())
    await read([machines(10)])

    const run = await read([{ records: machines(9), total: 10 }])

    assert.deepEqual([run.status, run.removed, run.recordsSeen, run.recordsTotal], ['partial', 0, 9, 10])
    assert.ok((await devices()).every((each) => each.status === 'active'))
  })

  test('a page that comes twice in place of another is partial: the other was not read', async () => {
    const { read, devices } = syncWorld(await fresh())
    await read([machines(10)])

    const run = await read([{ records: machines(5), total: 10 }, machines(5)])

    assert.deepEqual([run.status, run.recordsSeen, run.unchanged, run.removed], ['partial', 5, 5, 0])
    assert.ok((await devices()).every((each) => each.status === 'active'))
  })

  test('a page that comes twice counts once', async () => {
    const { read, devices } = syncWorld(await fresh(), { sync: { batchSize: 2 } })

    const run = await read([machines(5), machines(5)])

    assert.deepEqual([run.status, run.added, run.updated, run.warnings], ['complete', 5, 0, []])
    assert.equal((await devices()).length, 5)
  })

  test('of two versions of one record the first counts, at every reading', async () => {
    const { read, devices } = syncWorld(await fresh(), { sync: { batchSize: 1 } })
    const scenes = [[machine(1)], [machine(1, { name: 'other' })]]

    const first = await read(scenes)
    const second = await read(scenes)

    assert.match(first.warnings.join(), /told two things of vm-1/)
    assert.deepEqual([second.unchanged, second.updated], [1, 0])
    assert.deepEqual(
      (await devices()).map((each) => [each.name, each.version]),
      [['web-01', 1]],
    )
  })

  test('a source that fails midway leaves what it told and removes nothing', async () => {
    const { read, devices } = syncWorld(await fresh())
    await read([machines(4)])

    const run = await read([
      [machine(1, { os: 'Debian 13' }), machine(9)],
      new AppError('SOURCE_TIMEOUT', 'The lab did not answer in time'),
    ])

    assert.deepEqual(
      [run.status, run.reason, run.errorCode, run.added, run.updated, run.removed],
      ['partial', 'The lab did not answer in time', 'SOURCE_TIMEOUT', 1, 1, 0],
    )
    const all = await devices()
    assert.equal(all.length, 5)
    assert.ok(all.every((each) => each.status === 'active'))
  })

  test('an answer reduced by missing rights is partial with the reason, and removes nothing', async () => {
    const { read, devices, context } = syncWorld(await fresh())
    await read([machines(4)])

    const reason = 'The token may not read pool A'
    const run = await read([{ records: machines(2), warnings: ['Pool A was left out'] }], {
      verdict: { complete: false, reason },
    })

    assert.deepEqual([run.status, run.reason, run.warnings], ['partial', reason, ['Pool A was left out']])
    assert.ok((await devices()).every((each) => each.status === 'active'))
    const { last_sync_status, error_message } = await context.db
      .selectFrom('sync_metadata')
      .selectAll()
      .executeTakeFirstOrThrow()
    assert.deepEqual([last_sync_status, error_message], ['partial', reason])
  })

  test('a source that tells nothing before it fails has failed; a stranger’s error is not shown', async () => {
    const { read, context } = syncWorld(await fresh())

    const run = await read([new Error('password=hunter2')])

    assert.deepEqual([run.status, run.errorCode, run.recordsSeen], ['failed', 'INTERNAL', 0])
    assert.doesNotMatch(run.reason!, /hunter2/)
    const metadata = await context.db.selectFrom('sync_metadata').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([metadata.last_sync_status, metadata.last_complete_run_id], ['failed', null])
  })

  test('the state of a source is kept: when it last began, was complete, and how it went', async () => {
    const { read, context } = syncWorld(await fresh())
    const first = await read([machines(2)])
    context.clock.advance(60_000)
    const second = await read([new Error('down')])

    const row = await context.db.selectFrom('sync_metadata').selectAll().executeTakeFirstOrThrow()

    assert.equal(row.last_sync_start, second.startedAt)
    assert.equal(row.last_sync_complete, first.completedAt)
    assert.deepEqual([row.last_complete_run_id, row.last_run_id], [first.id, second.id])
  })

  test('a run that is stopped is cancelled, keeps what it read and removes nothing', async () => {
    const stop = new AbortController()
    const { read, devices, context } = syncWorld(await fresh(), { sync: { batchSize: 2 } })
    await read([machines(6)])
    context.events.subscribe(({ topic }) => {
      if (topic === 'device.changed') stop.abort(new Error('enough'))
    })

    const run = await read([machines(2, 11), machines(2, 13)], { signal: stop.signal })

    assert.deepEqual([run.status, run.added, run.removed], ['cancelled', 2, 0])
    assert.equal((await devices()).length, 8)
  })

  test('a source that does not listen to its signal cannot hold up a stop', async () => {
    const { context } = syncWorld(await fresh())
    const stop = new AbortController()
    const source = {
      ...scriptedSource([]),
      async *read() {
        setImmediate(() => stop.abort())
        await new Promise(() => {})
        yield { records: [] }
        return { complete: true as const }
      },
    }

    const run = await runSource(
      context,
      { name: 'deaf', system: 'scan', provesAbsence: false, source },
      { startedBy: 'test', jobId: null },
      stop.signal,
    )

    assert.equal(run.status, 'cancelled')
  })

  test('hostile text is kept as far as a database can keep it', async () => {
    const { read, devices } = syncWorld(await fresh())
    const hostile = machine(1, {
      name: 'nul\0 and half \ud800 and \u202e',
      serial: 'x'.repeat(5_000),
      nativeIds: [`uuid:${'y'.repeat(5_000)}`],
      facts: { 'key\0': ['\udfff', { deep: '\0' }], sql: `'; drop table devices; --` },
      interfaces: [{ name: '\0', mac: '00:1b:21:00:00:01', addresses: ['not an address', '192.0.2.1/33'] }],
    })
    const long = machine(2, { sourceId: 'z'.repeat(5_000) })
    const longer = machine(3, { sourceId: 'z'.repeat(5_001) })

    const first = await read([[hostile, long, longer]])
    const second = await read([[hostile, long, longer]])

    assert.deepEqual([first.status, first.added], ['complete', 3], first.reason ?? '')
    assert.deepEqual([second.unchanged, second.updated], [3, 0])
    assert.ok((await devices()).some(({ name }) => name.startsWith('nul and half \ufffd')))
  })

  test('numbers that a source gives as fractions do not stop a run', async () => {
    const { read } = syncWorld(await fresh())
    const odd = machine(1, {
      interfaces: [{ name: 'eth0', speedMbps: 2.5 }],
      vm: { memoryMb: 1024.5, cpuCount: Number.NaN },
    })

    const runs = [await read([[odd]]), await read([[odd]])]

    assert.deepEqual(
      runs.map((run) => [run.status, run.added, run.unchanged]),
      [
        ['complete', 1, 0],
        ['complete', 0, 1],
      ],
    )
  })

  test('whoever listens hears of the start, the progress, what changed, and the end', async () => {
    const { read, context } = syncWorld(await fresh(), { sync: { batchSize: 2 } })

    const run = await read([{ records: machines(5), total: 5 }])

    const topics = context.happenings.map((each) => each.topic)
    assert.deepEqual([topics[0], topics.at(-1)], ['run.started', 'run.finished'])
    const progress = context.happenings.filter((each) => each.topic === 'run.progress')
    assert.deepEqual(progress.at(-1)!.data, {
      runId: run.id,
      source: 'lab',
      seen: 5,
      total: 5,
      added: 5,
      updated: 0,
      unchanged: 0,
    })
    const changed = context.happenings.filter((each) => each.topic === 'device.changed')
    assert.equal(
      changed.reduce((sum, each) => sum + (each.data['count'] as number), 0),
      5,
    )
  })

  test('progress is told at the pace of people, not of batches', async () => {
    const { read, context } = syncWorld(await fresh(), { sync: { batchSize: 1 } })

    await read([machines(20)])

    assert.equal(context.happenings.filter((each) => each.topic === 'run.progress').length, 2)
  })
})
