import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sweepApprovals } from '#features/jobs/approve-job.ts'
import type { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, bob, jobWorld, person, waiting } from '#test/job-world.ts'
import type { JobWorld } from '#test/job-world.ts'

const hash = 'shown'

/** What the trail tells of a job: operation, by whom. */
const trail = async ({ ask }: JobWorld, id: number): Promise<string[]> =>
  (await ask('job.log', { id })).items.map(
    (line: { operation: string; actor: string }) => `${line.operation} ${line.actor}`,
  )

onEachDatabase('a job that waits for an approval', (fresh) => {
  test('begins when somebody approves exactly what was shown, and keeps who and why', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)

    const job = await world.ask('job.approve', { id, hash, comment: 'looks right' }, bob)

    assert.deepEqual([job.status, job.approval, job.waitingFor], ['running', 'approved', null])
    assert.deepEqual(job.approvals, [
      { decision: 'approved', by: bob.name, at: '2026-01-01T00:00:00.000Z', comment: 'looks right' },
    ])
    assert.deepEqual(await trail(world, id), [`job.approve ${bob.name}`])
    assert.deepEqual(
      world.context.happenings.map(({ topic, data }) => [topic, data['status']]),
      [['job.changed', 'running']],
    )
  })

  test('waits for its time and for other jobs after it was approved', async () => {
    const world = jobWorld(await fresh())
    const later = await world.addJob({ ...waiting, scheduled_for: '2026-01-01T05:00:00.000Z' })
    const after = await world.addJob(waiting)
    await world.context.db
      .insertInto('job_dependencies')
      .values({ job_id: after, depends_on_id: later, need: 'ended' })
      .execute()

    const approved = [
      await world.ask('job.approve', { id: later, hash }),
      await world.ask('job.approve', { id: after, hash }),
    ]

    assert.deepEqual(
      approved.map(({ status, approval, waitingFor }) => [status, approval, waitingFor]),
      [
        ['pending', 'approved', 'time'],
        ['pending', 'approved', 'jobs'],
      ],
    )
  })

  test('is approved by exactly one of many who do so at once, and the others are told by whom', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)
    const people = Array.from({ length: 8 }, (_, index) => person(`person-${index}`))

    const outcomes = await Promise.allSettled(
      people.map((each) => world.ask('job.approve', { id, hash }, each)),
    )

    const winner = people[outcomes.findIndex(({ status }) => status === 'fulfilled')]!
    const refusals = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as AppError] : []))
    assert.equal(refusals.length, 7)
    for (const { code, message } of refusals)
      assert.deepEqual([code, message], ['CONFLICT', `Job ${id} was approved by ${winner.name}`])
    assert.equal((await world.ask('job.show', { id })).approvals.length, 1)
    assert.deepEqual(await trail(world, id), [`job.approve ${winner.name}`])
  })

  test('is either approved or rejected when both happen at once', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)

    const outcomes = await Promise.allSettled([
      world.ask('job.approve', { id, hash }, ada),
      world.ask('job.reject', { id }, bob),
    ])

    const { status, approvals } = await world.ask('job.show', { id })
    assert.equal(outcomes.filter((each) => each.status === 'fulfilled').length, 1)
    assert.equal(approvals.length, 1)
    assert.equal(status, approvals[0].decision === 'approved' ? 'running' : 'cancelled')
  })

  test('is not begun with the hash of another preview', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)

    await assert.rejects(world.ask('job.approve', { id, hash: 'older' }), { code: 'CHANGED_SINCE' })

    assert.equal((await world.ask('job.show', { id })).approval, 'waiting')
    assert.deepEqual(await trail(world, id), [])
  })

  test('is not begun when what is stored is no longer what was signed', async () => {
    const world = jobWorld(await fresh(), { check: async () => false })
    const id = await world.addJob(waiting)

    await assert.rejects(world.ask('job.approve', { id, hash }), { code: 'CHANGED_SINCE' })

    assert.equal((await world.ask('job.show', { id })).status, 'pending')
  })

  test('is not begun when it is changed while it is compared with what was signed', async () => {
    const world: JobWorld = jobWorld(await fresh(), {
      check: async (_context, id) => {
        world.context.clock.advance(1)
        await world.ask('job.edit', { id, priority: 5 })
        return true
      },
    })
    const id = await world.addJob(waiting)

    await assert.rejects(world.ask('job.approve', { id, hash }, bob), { code: 'CHANGED_SINCE' })

    assert.equal((await world.ask('job.show', { id })).approval, 'waiting')
  })

  test('is not begun too late: it has to be prepared again', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)
    world.context.clock.advance(86_400_000)

    await assert.rejects(world.ask('job.approve', { id, hash }), (error: AppError) => {
      assert.equal(error.code, 'APPROVAL_EXPIRED')
      assert.match(error.hint!, new RegExp(`rollcall job prepare ${id}`))
      return true
    })

    assert.equal((await world.ask('job.show', { id })).status, 'pending')
  })

  test('is marked as expired by the sweep, once, and told of', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)
    await world.addJob({ ...waiting, approval_expires_at: '2026-01-03T00:00:00.000Z' })

    const early = await sweepApprovals(world.context)
    world.context.clock.advance(86_400_000)
    const due = [await sweepApprovals(world.context), await sweepApprovals(world.context)]

    assert.deepEqual([early, ...due], [0, 1, 0])
    const { approval } = await world.context.db
      .selectFrom('jobs')
      .select('approval')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    assert.equal(approval, 'expired')
    assert.deepEqual(
      world.context.happenings.map(({ data }) => data['id']),
      [id],
    )
  })

  test('that breaks rules nobody can lift is refused with all of them', async () => {
    const world = jobWorld(await fresh(), { policy: { maxRows: 1, maxCostCents: 10, fourEyes: ['tag'] } })
    const id = await world.addJob({ ...waiting, estimated_cost_cents: 11 }, [{}, {}])

    await assert.rejects(world.ask('job.approve', { id, hash }), (error: AppError) => {
      assert.equal(error.code, 'POLICY_VIOLATED')
      assert.deepEqual(
        error.complaints.map(({ path, value }) => `${path} ${String(value)}`),
        [
          'jobs.policy.maxRows 2 rows',
          'jobs.policy.maxCostCents 0.11',
          'jobs.policy.fourEyes ada@example.net',
        ],
      )
      return true
    })
  })

  test('of which it asks somebody else is not approved by who asked for it, nor by that person’s token', async () => {
    const world = jobWorld(await fresh(), { policy: { fourEyes: ['tag'] } })
    const token = { ...ada, kind: 'token' as const, name: 'token:ci' }
    const mine = await world.addJob(waiting)
    const byToken = await world.addJob({ ...waiting, by: token })

    for (const [id, approver] of [
      [mine, ada],
      [mine, token],
      [byToken, ada],
    ] as const)
      await assert.rejects(world.ask('job.approve', { id, hash }, approver), { code: 'POLICY_VIOLATED' })

    assert.equal((await world.ask('job.approve', { id: mine, hash }, bob)).status, 'running')
  })

  test('is approved only by who has the right', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)
    const viewer = person('eve', { role: 'viewer' })

    await assert.rejects(world.ask('job.approve', { id, hash }, viewer), { code: 'FORBIDDEN' })
    await assert.rejects(world.ask('job.reject', { id }, viewer), { code: 'FORBIDDEN' })
  })

  test('is cancelled by a rejection, with who and why, and cannot be approved any more', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)

    const job = await world.ask('job.reject', { id, comment: 'wrong rack' }, bob)

    assert.deepEqual([job.status, job.approval], ['cancelled', 'rejected'])
    assert.equal(job.errorMessage, `Rejected by ${bob.name}: wrong rack`)
    assert.deepEqual([job.approvals[0].decision, job.approvals[0].comment], ['rejected', 'wrong rack'])
    assert.deepEqual(await trail(world, id), [`job.reject ${bob.name}`])
    await assert.rejects(world.ask('job.approve', { id, hash }), {
      code: 'CONFLICT',
      message: `Job ${id} was rejected by ${bob.name}`,
    })
  })

  test('can be rejected while its rows are prepared, and not approved', async () => {
    const world = jobWorld(await fresh())
    const preparing = { ...waiting, approval: 'preparing', waiting_for: 'rows', approval_hash: null }
    const id = await world.addJob(preparing, [])

    await assert.rejects(world.ask('job.approve', { id, hash }), {
      code: 'CONFLICT',
      message: /still being prepared/,
    })

    assert.equal((await world.ask('job.reject', { id })).status, 'cancelled')
  })

  test('is no such job when it needs none', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob({ status: 'running' })

    await assert.rejects(world.ask('job.approve', { id, hash }), {
      code: 'CONFLICT',
      message: `Job ${id} waits for no approval: it is running`,
    })
    await assert.rejects(world.ask('job.reject', { id }), { code: 'CONFLICT' })
  })
})
