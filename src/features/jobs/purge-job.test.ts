import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendAudit } from '#features/audit/append-audit.ts'
import { signAuditWith } from '#features/audit/chain-head.ts'
import { verifyAudit } from '#features/audit/verify-audit.ts'
import { purgeJob } from '#features/jobs/purge-job.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, jobWorld } from '#test/job-world.ts'

const never = new AbortController().signal
const admin = { ...systemActor('x'), name: 'root@example.net' }

onEachDatabase('a job that is over', (fresh) => {
  test('is removed with its rows, approvals and words, and what it did stays known', async () => {
    const world = jobWorld(await fresh())
    const { db, clock } = world.context
    const id = await world.addJob({ status: 'completed' }, [{ status: 'completed', effect_key: 'k' }])
    const effect = { effect_key: 'k', action: 'tag', job_id: id, row_number: 1, status: 'done' }
    await db
      .insertInto('job_effects')
      .values({ ...effect, begun_at: clock.now(), done_at: clock.now() })
      .execute()
    const said = { actor: 'ada', operation: 'job.x', message: 'about a secret plan', jobId: id }
    await appendAudit(db, clock, [said])

    await world.ask('job.purge', { id }, admin)

    await assert.rejects(world.ask('job.show', { id }, admin), { code: 'NOT_FOUND' })
    const rows = await db.selectFrom('job_rows').select('id').execute()
    const effects = await db.selectFrom('job_effects').select('effect_key').execute()
    const lines = await db.selectFrom('audit_logs').select(['actor', 'message']).orderBy('id').execute()
    assert.deepEqual([rows.length, effects.map((each) => each.effect_key)], [0, ['k']])
    assert.deepEqual({ ...lines[0] }, { actor: '', message: '' })
    assert.equal(lines[1]!.actor, admin.name)
  })

  test('goes in steps that keep nobody waiting, and is not begun again when it was stopped in the middle', async () => {
    const opened = await fresh()
    const world = jobWorld(opened)
    const { context } = world
    signAuditWith(opened.db, context.secrets)
    const done = Array.from({ length: 7 }, () => ({ status: 'failed' }))
    const id = await world.addJob({ status: 'failed' }, done)
    const said = { actor: 'ada', operation: 'job.row', message: 'failed', jobId: id }
    await appendAudit(
      context.db,
      context.clock,
      done.map(() => said),
    )
    const call = { ...context, actor: admin }
    const stopped = AbortSignal.abort(new Error('stopped'))

    await assert.rejects(purgeJob(call, id, stopped, 2), /stopped/)
    await assert.rejects(world.ask('job.retry', { id }, admin), { code: 'CONFLICT' })
    await purgeJob(call, id, never, 2)

    const lines = await opened.db.selectFrom('audit_logs').select('message').orderBy('id').execute()
    assert.deepEqual(
      lines.slice(7).map(({ message }) => /\d lines/.exec(message)?.[0]),
      ['2 lines', '2 lines', '2 lines', '1 lines'],
    )
    assert.ok(lines.slice(0, 7).every(({ message }) => message === ''))
    const rows = await opened.db.selectFrom('job_rows').select('id').execute()
    assert.equal(rows.length, 0)
    assert.equal((await verifyAudit(context, {}, never)).firstBad, null)
  })

  test('stays while another one still waits for it', async () => {
    const world = jobWorld(await fresh())
    const id = await world.addJob({ status: 'failed' })
    const other = await world.addJob()
    await world.context.db
      .insertInto('job_dependencies')
      .values({ job_id: other, depends_on_id: id, need: 'completed' })
      .execute()

    await assert.rejects(world.ask('job.purge', { id }, admin), { code: 'CONFLICT', message: /still waits/ })

    await world.context.db.updateTable('jobs').set({ status: 'cancelled' }).where('id', '=', other).execute()
    assert.deepEqual(await world.ask('job.purge', { id }, admin), { id })
  })

  test('is the only one that can be removed, and by an admin only', async () => {
    const world = jobWorld(await fresh())
    const running = await world.addJob({ status: 'running' })
    const over = await world.addJob({ status: 'completed' })

    await assert.rejects(world.ask('job.purge', { id: running }, admin), { code: 'CONFLICT' })
    await assert.rejects(world.ask('job.purge', { id: over }, ada), { code: 'FORBIDDEN' })
  })
})
