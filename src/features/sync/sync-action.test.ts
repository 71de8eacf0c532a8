import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasFailedRun, runsText } from '#features/sync/runs-text.ts'
import { createSyncAction } from '#features/sync/sync-action.ts'
import type { OpenSource } from '#features/sync/sync-action.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { OpenDatabase } from '#database/open.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import type { Actor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { ada } from '#test/job-world.ts'
import { jobsWorld } from '#test/jobs-world.ts'
import { machines, scriptedSource } from '#test/scripted-source.ts'
import type { Scene } from '#test/scripted-source.ts'

interface Result {
  runs: { id: number | null; source: string; status: string; reason?: string }[]
}

/** Does the job over sources that tell this; a name that is not there is unknown. */
async function sync(
  opened: OpenDatabase,
  sources: Record<string, Scene[]>,
  names = Object.keys(sources),
  actor: Actor = systemActor('schedule'),
) {
  const open: OpenSource = async (_context, name) => {
    const scenes = sources[name]
    if (!scenes) throw new AppError('NOT_FOUND', `There is no source ${name}`)
    return { name, system: 'proxmox', provesAbsence: true, source: scriptedSource(scenes) }
  }
  const world = jobsWorld(opened, [createSyncAction(open)])
  const rows = names.map((source) => ({ key: source, input: { source } }))
  // It stops when its job is done: the next one is for a worker that knows the next scenes.
  const stop = world.start()
  const id = await world.context.jobs.submit({
    action: 'sync',
    name: 'Read sources',
    parameters: {},
    actor,
    rows,
  })
  const job: Job = await world.until(id)
  await stop()
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

  test('leaves no line in the trail when its time came and nothing is new, and all lines when something is', async () => {
    const opened = await fresh()
    const scene: Scene = { records: machines(2), total: 2 }
    const first = await sync(opened, { one: [scene] })
    const second = await sync(opened, { one: [scene] })
    const third = await sync(opened, { one: [{ records: machines(3), total: 3 }] })
    const failed = await sync(opened, { one: [down] })

    const told = await Promise.all(
      [first, second, third, failed].map(async ({ trail, job }) =>
        (await trail(job.id)).map((line) => line.split(' ').slice(0, 2).join(' ')),
      ),
    )

    const both = ['job.row 1', 'job.end Read']
    assert.deepEqual(told, [both, [], both, both])
  })

  test('tells of whoever asked for a reading, also when it found nothing new', async () => {
    const opened = await fresh()
    const scene: Scene = { records: machines(2), total: 2 }
    await sync(opened, { one: [scene] })
    const { trail, job } = await sync(opened, { one: [scene] }, ['one'], ada)

    assert.deepEqual(await trail(job.id), [
      'job.submit Read sources: 1 row to do',
      'job.end Read sources: completed, 1 done, 0 failed, 0 skipped',
    ])
  })

  test('of one source fails as its run did', async () => {
    const { job } = await sync(await fresh(), { one: [down] })

    assert.deepEqual(
      [job.status, job.errorCode, job.errorMessage],
      ['failed', 'SOURCE_UNREACHABLE', 'Nobody answers'],
    )
  })
})
