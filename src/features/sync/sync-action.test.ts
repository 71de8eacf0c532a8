import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasFailedRun, runsText } from '#features/sync/runs-text.ts'
import { createSyncAction } from '#features/sync/sync-action.ts'
import type { OpenSource } from '#features/sync/sync-action.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { OpenDatabase } from '#database/open.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { jobsWorld } from '#test/jobs-world.ts'
import { machines, scriptedSource } from '#test/scripted-source.ts'
import type { Scene } from '#test/scripted-source.ts'

interface Result {
  runs: { id: number | null; source: string; status: string; reason?: string }[]
}

/** Does the job over sources that tell this; a name that is not there is unknown. */
async function sync(opened: OpenDatabase, sources: Record<string, Scene[]>, names = Object.keys(sources)) {
  const open: OpenSource = async (_context, name) => {
    const scenes = sources[name]
    if (!scenes) throw new AppError('NOT_FOUND', `There is no source ${name}`)
    return { name, system: 'proxmox', provesAbsence: true, source: scriptedSource(scenes) }
  }
  const world = jobsWorld(opened, [createSyncAction(open)])
  const rows = names.map((source) => ({ key: source, input: { source } }))
  world.start()
  const id = await world.context.jobs.submit({
    action: 'sync',
    name: 'Read sources',
    parameters: {},
    actor: systemActor('schedule'),
    rows,
  })
  const job: Job = await world.until(id)
  return { ...world, job, result: job.result as unknown as Result }
}

const down = new AppError('SOURCE_UNREACHABLE', 'Nobody answers')

onEachDatabase('the job that reads sources', (fresh) => {
  test('reads each of them as a row and tells how each run ended', async () => {
    const { result, job, context, happenings } = await sync(await fresh(), {
      one: [{ records: machines(2), total: 2 }],
      two: [{ records: machines(3, 11), total: 3 }],
    })

    assert.deepEqual(
      result.runs.map(({ source, status }) => [source, status]),
      [
        ['one', 'complete'],
        ['two', 'complete'],
      ],
    )
    assert.deepEqual([job.status, job.totalRows, job.successfulRows], ['completed', 2, 2])
    const runs = await context.db.selectFrom('sync_runs').select(['id', 'job_id', 'started_by']).execute()
    assert.deepEqual(
      runs.map((run) => [run.job_id, run.started_by]),
      [
        [job.id, 'system:schedule'],
        [job.id, 'system:schedule'],
      ],
    )
    assert.deepEqual(new Set(result.runs.map(({ id }) => id)), new Set(runs.map(({ id }) => id)))
    assert.ok(happenings.some(({ topic, data }) => topic === 'job.progress' && data['total'] === 2))
  })

  test('fails when one of them does or is not there, and the runs of the others stand', async () => {
    const { result, job } = await sync(await fresh(), { bad: [down], good: [machines(1)] }, [
      'bad',
      'unknown',
      'good',
    ])

    assert.deepEqual(
      result.runs.map(({ source, status }) => [source, status]),
      [
        ['bad', 'failed'],
        ['unknown', 'failed'],
        ['good', 'complete'],
      ],
    )
    assert.equal(hasFailedRun(result), true)
    assert.equal(
      runsText(result),
      'bad: failed, Nobody answers\nunknown: failed, There is no source unknown\ngood: complete',
    )
    assert.deepEqual([job.status, job.successfulRows, job.failedRows], ['failed', 1, 2])
  })

  test('of one source fails as its run did', async () => {
    const { job } = await sync(await fresh(), { one: [down] })

    assert.deepEqual(
      [job.status, job.errorCode, job.errorMessage],
      ['failed', 'SOURCE_UNREACHABLE', 'Nobody answers'],
    )
  })
})
