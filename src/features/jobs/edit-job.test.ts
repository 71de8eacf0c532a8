import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, bob, jobWorld, person, waiting } from '#test/job-world.ts'

const running = {
  status: 'running',
  approval: 'approved',
  approval_hash: 'shown',
  started_at: '2026-01-01T00:00:00.000Z',
}
const strict = { maxCostCents: 100, maxFailures: 2, canary: { rows: 1, afterwards: 'wait' } }

onEachDatabase('a job that is not over', (fresh) => {
  test('gets another priority and, before it began, another time', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob()
    const at = '2026-01-01T09:00:00.000Z'

    const later = await world.ask('job.edit', { id, priority: 7, scheduledFor: '2026-01-01T10:00:00+01:00' })
    const now = await world.ask('job.edit', { id, scheduledFor: null })

    assert.deepEqual([later.priority, later.scheduledFor, later.waitingFor], [7, at, 'time'])
    assert.deepEqual([now.priority, now.scheduledFor, now.waitingFor], [7, null, null])
    const begun = await world.addJob(running)
    await assert.rejects(world.ask('job.edit', { id: begun, scheduledFor: null }), { code: 'CONFLICT' })
  })

  test('is prepared again when options change that are still to be approved', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob(waiting)

    await world.ask('job.edit', { id, priority: 1 })
    assert.deepEqual(world.prepared, [])
    const { options } = await world.ask('job.edit', { id, options: { maxFailures: 3 } })

    assert.deepEqual(options, { maxFailures: 3 })
    assert.deepEqual(world.prepared, [id])
  })

  test('is held tighter by anybody who may control it', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob({ ...running, options: JSON.stringify(strict) })
    const operator = person('eve', { permissions: new Set(['jobs.control', 'jobs.read']) })

    const options = { ...strict, maxCostCents: 50, concurrency: 2 }
    const job = await world.ask('job.edit', { id, options }, operator)

    assert.deepEqual(job.options, options)
    assert.deepEqual(job.approvals, [])
  })

  test('is let go further than was approved only as an approval, kept as one', async () => {
    const world = jobWorld(await fresh(), { policy: { fourEyes: ['tag'] } })
    const id = await world.addJob({ ...running, options: JSON.stringify(strict) })
    const operator = person('eve', { permissions: new Set(['jobs.control', 'jobs.read']) })
    const options = { maxCostCents: 200, maxFailures: 2 }

    await assert.rejects(world.ask('job.edit', { id, options }, operator), { code: 'FORBIDDEN' })
    await assert.rejects(world.ask('job.edit', { id, options }, ada), { code: 'POLICY_VIOLATED' })
    const { approvals } = await world.ask('job.edit', { id, options }, bob)

    assert.deepEqual(
      approvals.map(({ by, comment }: { by: string; comment: string }) => [by, comment]),
      [[bob.name, 'Allows more: maxCostCents from 100 to 200; the first rows that somebody looks at']],
    )
    const { items } = await world.ask('job.log', { id })
    assert.equal(items[0].operation, 'job.edit')
  })

  test('is the only one that can be changed', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob({ status: 'completed' })

    await assert.rejects(world.ask('job.edit', { id, priority: 1 }), { code: 'CONFLICT' })
  })
})
