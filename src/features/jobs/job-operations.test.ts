import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendAudit } from '#features/audit/append-audit.ts'
import { errorRegistry } from '#kernel/error-registry.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { addDevice } from '#test/host-rows.ts'
import { ada, bob, jobWorld, person, waiting } from '#test/job-world.ts'
import type { JobWorld } from '#test/job-world.ts'

const lim = person('lim', { tags: ['ours'] })

const names = async (world: JobWorld, input: object, actor = ada): Promise<string[]> =>
  (await world.ask('job.list', input, actor)).items.map((job: { name: string }) => job.name)

onEachDatabase('jobs, asked for', (fresh) => {
  test('are listed newest first, page by page, by any of their facts', async () => {
    const world = jobWorld(await fresh())
    await world.addJob({ name: 'First 100 %', status: 'completed' })
    await world.addJob({ name: 'Second', status: 'paused', waiting_for: 'budget', action: 'annotate' })
    await world.addJob({ name: 'Third 100x', by: bob })

    const first = await world.ask('job.list', { limit: 2 })
    const second = await world.ask('job.list', { limit: 2, cursor: first.nextCursor })

    const pages = [first, second].map((page) => page.items.map((job: { name: string }) => job.name))
    assert.deepEqual(pages, [['Third 100x', 'Second'], ['First 100 %']])
    assert.equal(second.nextCursor, null)
    assert.deepEqual(await names(world, { q: '100 %' }), ['First 100 %'])
    assert.deepEqual(await names(world, { q: 'SECOND' }), ['Second'])
    assert.deepEqual(await names(world, { status: 'completed' }), ['First 100 %'])
    assert.deepEqual(await names(world, { waitingFor: 'budget' }), ['Second'])
    assert.deepEqual(await names(world, { action: 'annotate' }), ['Second'])
    assert.deepEqual(await names(world, { requestedBy: 'bob@example.net' }), ['Third 100x'])
  })

  test('say of their rows how many are in which state, adding up to all', async () => {
    const world = jobWorld(await fresh())
    const rows = ['completed', 'failed', 'skipped', 'processing', 'pending', 'pending']
    const id = await world.addJob(
      { status: 'running' },
      rows.map((status) => ({ status })),
    )

    const { rows: counted, totalRows } = await world.ask('job.show', { id })

    assert.deepEqual(counted, { pending: 2, processing: 1, completed: 1, failed: 1, skipped: 1 })
    assert.equal(totalRows, 6)
  })

  test('tell what they wait for and which rules they break, while somebody has to decide', async () => {
    const world = jobWorld(await fresh(), { policy: { maxRows: 1, neverAuto: ['tag'], fourEyes: ['tag'] } })
    const before = await world.addJob({ name: 'Before', status: 'running' })
    const id = await world.addJob({ ...waiting, mode: 'auto' }, [{}, {}])
    await world.context.db
      .insertInto('job_dependencies')
      .values({ job_id: id, depends_on_id: before, need: 'completed' })
      .execute()

    const { dependsOn, violations } = await world.ask('job.show', { id })
    const begun = await world.ask('job.show', { id: before })

    assert.deepEqual(dependsOn, [{ jobId: before, name: 'Before', need: 'completed', status: 'running' }])
    assert.deepEqual(
      violations.map((each: { policy: string; verdict: string }) => `${each.verdict} ${each.policy}`),
      ['refuse jobs.policy.maxRows', 'other jobs.policy.fourEyes', 'approve jobs.policy.neverAuto'],
    )
    assert.deepEqual(begun.violations, [])
  })

  test('show an approval as expired from the moment on, though nothing wrote it', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)

    assert.equal((await world.ask('job.show', { id })).approval, 'waiting')
    world.context.clock.advance(86_400_000)

    const { approval, status } = await world.ask('job.show', { id })
    assert.deepEqual([approval, status], ['expired', 'pending'])
  })

  test('give their rows by number, by state, by code and by key', async () => {
    const world = jobWorld(await fresh())
    const device = await addDevice(world.context, 'web-01')
    const id = await world.addJob({ status: 'failed' }, [
      { status: 'completed', row_key: 'a_1', device_id: device, after_state: '{"tags":["web"]}' },
      { status: 'failed', row_key: 'ax1', error_code: 'SOURCE_TIMEOUT', error_message: 'Silence' },
      { status: 'failed', review: 'ambiguous', error_code: 'OUTCOME_UNKNOWN' },
    ])
    const numbers = async (input: object) =>
      (await world.ask('job.rows', { id, ...input })).items.map((row: { rowNumber: number }) => row.rowNumber)

    const first = await world.ask('job.rows', { id, limit: 1 })

    assert.deepEqual(first.items[0].device, { id: device, name: 'web-01' })
    assert.deepEqual(first.items[0].after, { tags: ['web'] })
    assert.deepEqual(await numbers({ cursor: first.nextCursor }), [2, 3])
    assert.deepEqual(await numbers({ status: 'failed' }), [2, 3])
    assert.deepEqual(await numbers({ review: 'ambiguous' }), [3])
    assert.deepEqual(await numbers({ code: 'SOURCE_TIMEOUT' }), [2])
    assert.deepEqual(await numbers({ key: 'A_1' }), [1])
  })

  test('group what went wrong by code, the most frequent first, each with what helps', async () => {
    const world = jobWorld(await fresh())
    const failed = { status: 'failed', error_code: 'SOURCE_TIMEOUT' }
    const id = await world.addJob({ status: 'failed' }, [
      { status: 'skipped', error_code: 'ALREADY_DONE', error_message: 'Row 3 of job 1 did this' },
      { ...failed, error_message: 'No answer in 30 s' },
      { ...failed, error_message: 'No answer in 31 s' },
      { status: 'completed' },
    ])

    const { items } = await world.ask('job.errors', { id })

    assert.deepEqual(items, [
      {
        code: 'SOURCE_TIMEOUT',
        ...errorRegistry.SOURCE_TIMEOUT,
        rows: 2,
        example: { rowNumber: 2, message: 'No answer in 30 s' },
      },
      {
        code: 'ALREADY_DONE',
        ...errorRegistry.ALREADY_DONE,
        rows: 1,
        example: { rowNumber: 1, message: 'Row 3 of job 1 did this' },
      },
    ])
  })

  test('have the lines of the trail that tell of them, newest first', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob()
    const line = { actor: 'ada', operation: 'job.x', jobId: id }
    await appendAudit(world.context.db, world.context.clock, [
      { ...line, message: 'one' },
      { ...line, message: 'of another', jobId: id + 1 },
      { ...line, message: 'two', rowNumber: 1 },
    ])

    const { items } = await world.ask('job.log', { id })

    assert.deepEqual(
      items.map((each: { message: string; rowNumber: number | null }) => [each.message, each.rowNumber]),
      [
        ['two', 1],
        ['one', null],
      ],
    )
  })

  test('are seen by somebody limited to tags only where they asked for them, by themselves or by a token', async () => {
    const world = jobWorld(await fresh())
    const token = { ...lim, kind: 'token' as const, name: 'token:ci' }
    const stranger = { ...token, userId: 'somebody-else' }
    const theirs = await world.addJob({ name: 'Theirs', by: bob })
    await world.addJob({ name: 'Mine', by: lim })
    await world.addJob({ name: 'Of my token', by: token })
    await world.addJob({ name: 'Of another token of this name', by: stranger })

    assert.deepEqual(await names(world, {}, lim), ['Of my token', 'Mine'])
    assert.deepEqual(await names(world, {}, token), ['Of my token'])
    for (const operation of ['job.show', 'job.rows', 'job.errors', 'job.log', 'job.cancel', 'job.retry'])
      await assert.rejects(world.ask(operation, { id: theirs }, lim), { code: 'NOT_FOUND' }, operation)
  })

  test('hide rows of devices that who asked for the job may no longer see', async () => {
    const world = jobWorld(await fresh())
    const ours = await addDevice(world.context, 'shown', { tags: ['ours'] })
    const hidden = await addDevice(world.context, 'hidden')
    const failed = { status: 'failed', error_code: 'SOURCE_TIMEOUT' }
    const id = await world.addJob({ status: 'failed', by: lim }, [
      { ...failed, device_id: hidden, error_message: 'hidden did not answer' },
      { ...failed, device_id: ours },
      { ...failed },
    ])
    const line = { actor: 'ada', operation: 'job.x', jobId: id }
    await appendAudit(world.context.db, world.context.clock, [
      { ...line, message: 'hidden', rowNumber: 1 },
      { ...line, message: 'shown', rowNumber: 2 },
    ])

    const rows = await world.ask('job.rows', { id }, lim)
    const { items: errors } = await world.ask('job.errors', { id }, lim)
    const log = await world.ask('job.log', { id }, lim)

    assert.deepEqual(
      rows.items.map((row: { rowNumber: number }) => row.rowNumber),
      [2, 3],
    )
    assert.deepEqual([errors[0].rows, errors[0].example.rowNumber], [2, 2])
    assert.doesNotMatch(JSON.stringify([rows, errors, log]), /hidden/)
    await assert.rejects(world.ask('job.retry', { id, rows: [1] }, lim), { code: 'NOT_FOUND' })
    await world.ask('job.retry', { id }, lim)
    const after = await world.ask('job.rows', { id })
    assert.deepEqual(
      after.items.map((row: { status: string }) => row.status),
      ['failed', 'pending', 'pending'],
    )
  })

  test('name every row that was asked for and is not there', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob({ status: 'failed' }, [{ status: 'failed', error_code: 'INTERNAL' }])

    await assert.rejects(world.ask('job.retry', { id, rows: [1, 9] }), { message: `Job ${id} has no row 9` })
    await assert.rejects(world.ask('job.skip', { id, rows: [9] }), { code: 'NOT_FOUND' })
    await assert.rejects(world.ask('job.resolve', { id, rows: [9], outcome: 'done' }), { code: 'NOT_FOUND' })
  })

  test('lose no row while somebody still has to approve exactly these', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting, [{}, {}])

    await assert.rejects(world.ask('job.skip', { id, rows: [2] }), { code: 'CONFLICT' })

    assert.equal((await world.ask('job.show', { id })).rows.pending, 2)
  })

  test('are stopped, resumed, retried and skipped by whoever may, and nobody else', async () => {
    const world = jobWorld(await fresh())
    const viewer = person('eve', { role: 'viewer' })
    const failed = { status: 'failed', error_code: 'SOURCE_TIMEOUT' }
    const id = await world.addJob({ status: 'running', started_at: '2026-01-01T00:00:00.000Z' }, [failed, {}])

    const states = [
      await world.ask('job.pause', { id }),
      await world.ask('job.resume', { id }),
      await world.ask('job.skip', { id, rows: [1], reason: 'gone' }),
      await world.ask('job.cancel', { id }),
      await world.ask('job.retry', { id }),
    ].map(({ status, waitingFor, rows }) => [status, waitingFor, rows.skipped, rows.pending])

    assert.deepEqual(states, [
      ['paused', 'person', 0, 1],
      ['running', null, 0, 1],
      ['running', null, 1, 1],
      ['cancelled', null, 1, 1],
      ['running', null, 1, 1],
    ])
    for (const operation of ['job.pause', 'job.cancel', 'job.retry'])
      await assert.rejects(world.ask(operation, { id }, viewer), { code: 'FORBIDDEN' }, operation)
  })

  test('begin no new run that rules of today forbid, whoever approved them once', async () => {
    const world = jobWorld(await fresh(), { policy: { actions: ['untag'] } })
    const columns = { status: 'failed', approval: 'approved' }
    const id = await world.addJob(columns, [{ status: 'failed' }])

    await assert.rejects(world.ask('job.retry', { id }), { code: 'POLICY_VIOLATED' })

    assert.equal((await world.ask('job.show', { id })).status, 'failed')
    const own = await world.addJob({ ...columns, approval: null, action: 'sync' }, [{ status: 'failed' }])
    assert.equal((await world.ask('job.retry', { id: own })).status, 'running')
  })

  test('go on when somebody says what became of the rows whose outcome was unknown', async () => {
    const world = jobWorld(await fresh())
    const unknown = { status: 'failed', review: 'ambiguous', error_code: 'OUTCOME_UNKNOWN' }
    const began = { status: 'paused', waiting_for: 'review', started_at: '2026-01-01T00:00:00.000Z' }
    const id = await world.addJob(began, [unknown, unknown, {}])

    const one = await world.ask('job.resolve', { id, rows: [1], outcome: 'done', comment: 'saw it' })
    const both = await world.ask('job.resolve', { id, rows: [2], outcome: 'not_done' })

    assert.deepEqual([one.status, one.ambiguousRows, one.successfulRows], ['paused', 1, 1])
    assert.deepEqual([both.status, both.ambiguousRows, both.failedRows], ['running', 0, 1])
    await assert.rejects(world.ask('job.resolve', { id, rows: [2], outcome: 'done' }), { code: 'CONFLICT' })
  })

  test('explain every error code to whoever is signed in', async () => {
    const world = jobWorld(await fresh())

    const { items } = await world.ask('error.list', {}, person('eve', { role: 'viewer' }))

    assert.equal(items.length, Object.keys(errorRegistry).length)
    assert.deepEqual(items[0], { code: 'INPUT_INVALID', ...errorRegistry.INPUT_INVALID })
  })
})
