import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobProgress } from '#features/jobs/job-action.ts'
import { hasFailedRun, runsText } from '#features/sync/runs-text.ts'
import { createSyncAction } from '#features/sync/sync-action.ts'
import type { OpenSource } from '#features/sync/sync-action.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { JobId } from '#model/ids.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { machines, scriptedSource } from '#test/scripted-source.ts'
import type { Scene } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'
import type { SyncWorld } from '#test/sync-world.ts'

/** Runs the job over sources that tell this; a name that is not there is unknown. */
async function sync({ context }: SyncWorld, sources: Record<string, Scene[]>, names = Object.keys(sources)) {
  const open: OpenSource = async (_context, name) => {
    const scenes = sources[name]
    if (!scenes) throw new AppError('NOT_FOUND', `There is no source ${name}`)
    return { name, system: 'proxmox', provesAbsence: true, source: scriptedSource(scenes) }
  }
  const progress: JobProgress[] = []
  const job = {
    ...context,
    jobId: JobId.parse(7),
    actor: systemActor('schedule'),
    progress: (each: JobProgress) => void progress.push(each),
  }
  const result = createSyncAction(open).run(job, { sources: names }, new AbortController().signal)
  return { result: (await result) as { runs: { source: string; status: string }[] }, progress }
}

const down = new AppError('SOURCE_UNREACHABLE', 'Nobody answers')

onEachDatabase('the job that reads sources', (fresh) => {
  test('reads all of them and tells how each run ended, and how far they are together', async () => {
    const world = syncWorld(await fresh())

    const { result, progress } = await sync(world, {
      one: [{ records: machines(2), total: 2 }],
      two: [{ records: machines(3, 11), total: 3 }],
    })

    assert.deepEqual(result, {
      runs: [
        { id: result.runs[0]!['id' as never], source: 'one', status: 'complete' },
        { id: result.runs[1]!['id' as never], source: 'two', status: 'complete' },
      ],
    })
    const last = progress.at(-1)!
    assert.deepEqual([last.done, last.total], [5, 5])
    const runs = await world.context.db.selectFrom('sync_runs').select(['job_id', 'started_by']).execute()
    assert.deepEqual(
      runs.map((run) => [run.job_id, run.started_by]),
      [
        [7, 'system:schedule'],
        [7, 'system:schedule'],
      ],
    )
  })

  test('goes on when one of them fails or does not exist', async () => {
    const { result } = await sync(syncWorld(await fresh()), { bad: [down], good: [machines(1)] }, [
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
  })

  test('fails as the first did when every one fails', async () => {
    const world = syncWorld(await fresh())

    await assert.rejects(sync(world, { one: [down], two: [new Error('other')] }), {
      code: 'SOURCE_UNREACHABLE',
      message: 'Nobody answers',
    })
  })
})
