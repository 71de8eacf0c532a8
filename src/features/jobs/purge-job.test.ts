import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendAudit } from '#features/audit/append-audit.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada, jobWorld } from '#test/job-world.ts'

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
