import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelJob } from '#features/jobs/job-control.ts'
import { insertJob } from '#features/jobs/insert-queries.ts'
import type { PrepareJob } from '#features/jobs/preparing.ts'
import { takePreparing } from '#features/jobs/settle-queries.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { JobId } from '#model/ids.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld, nodeNamed, untilAborted } from '#test/jobs-world.ts'
import type { JobsWorld } from '#test/jobs-world.ts'

/** A job whose rows are still to be made. */
async function toPrepare({ context: { db, clock } }: JobsWorld): Promise<JobId> {
  const job = { name: 'Count sheep', action: 'count', parameters: '{}', effect: 'read', options: '{}' }
  const rest = { original_command: '', requested_by: 'ada', requester: '{}', total_rows: 0 }
  const more = { approval: 'preparing', waiting_for: 'rows' }
  return JobId.parse(
    await db
      .transaction()
      .execute((transaction) => insertJob(transaction, clock.now(), { ...job, ...rest, ...more })),
  )
}

/** Ends the preparing as the real one does when nobody has to look. */
const approve: PrepareJob = async ({ db }, id) => {
  await db.updateTable('jobs').set({ approval: 'approved', waiting_for: null }).where('id', '=', id).execute()
}

const world = async (fresh: () => Promise<Parameters<typeof jobsWorld>[0]>) =>
  jobsWorld(await fresh(), [counting(async () => ({}))], { jobs: { graceSeconds: 0.2 } })

onEachDatabase('the rows of a job', (fresh) => {
  test('are made by one node of several, and then the job goes on', async () => {
    const jobs = await world(fresh)
    const by: number[] = []
    const prepare: PrepareJob = async (context, id, signal) => {
      by.push(id)
      await approve(context, id, signal)
    }
    const ids = [await toPrepare(jobs), await toPrepare(jobs), await toPrepare(jobs)]

    for (let node = 0; node < 3; node += 1) jobs.start(nodeNamed(), { prepare })
    for (const id of ids) assert.equal((await jobs.until(id)).status, 'completed')

    assert.deepEqual(
      by.toSorted((left, right) => left - right),
      ids,
    )
  })

  test('are made where their file is, by the node that has it', async () => {
    const jobs = await world(fresh)
    const elsewhere: PrepareJob = async () => 'elsewhere'
    const asked = Promise.withResolvers<void>()
    jobs.start(nodeNamed(), { prepare: (...call) => (asked.resolve(), elsewhere(...call)) })
    const id = await toPrepare(jobs)
    jobs.context.events.publish({ topic: 'job.added', at: '', data: { id } })
    await asked.promise

    jobs.start(nodeNamed(), { prepare: approve })

    assert.equal((await jobs.until(id)).status, 'completed')
  })

  test('are not made any more when the job is cancelled, wherever that is asked', async () => {
    const jobs = await world(fresh)
    const begun = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    const prepare: PrepareJob = async (_context, _id, signal) => {
      begun.resolve()
      await untilAborted(signal).catch(() => stopped.resolve())
      signal.throwIfAborted()
    }
    jobs.start(nodeNamed(), { prepare })
    const id = await toPrepare(jobs)
    jobs.context.events.publish({ topic: 'job.added', at: '', data: { id } })
    await begun.promise

    // Another process, whose events are not heard here.
    const { events: _, ...other } = jobs.context
    await cancelJob({ ...other, events: { publish() {} } as never }, systemActor('ada'), id)
    await stopped.promise

    const { status, errorCode } = await jobs.until(id)
    assert.deepEqual([status, errorCode], ['cancelled', null])
  })

  test('are made anew after a process died over them, and after the database went away in the middle', async () => {
    const jobs = await world(fresh)
    const { db, engine, clock } = jobs.context
    const id = await toPrepare(jobs)
    assert.equal(await takePreparing(db, engine, 'dead', clock.now(), { but: [] }), id)
    let tries = 0
    const prepare: PrepareJob = async (context, jobId, signal) => {
      tries += 1
      if (tries === 1) throw new AppError('DATABASE_UNREACHABLE', 'It is away')
      await approve(context, jobId, signal)
    }

    jobs.start(nodeNamed(), { prepare })

    assert.equal((await jobs.until(id)).status, 'completed')
    assert.equal(tries, 2)
  })

  test('are made anew by a node that could not let go of the job', async () => {
    const jobs = await world(fresh)
    const { db, engine, clock } = jobs.context
    const id = await toPrepare(jobs)
    await takePreparing(db, engine, 'me', clock.now(), { but: [] })

    jobs.start(nodeNamed('me'), { prepare: approve })

    assert.equal((await jobs.until(id)).status, 'completed')
  })

  test('that cannot be made end the job with the reason', async () => {
    const jobs = await world(fresh)
    const id = await toPrepare(jobs)

    jobs.start(nodeNamed(), {
      prepare: async () => {
        throw new AppError('INPUT_INVALID', 'The file has no column called name')
      },
    })

    const { status, errorCode } = await jobs.until(id)
    assert.deepEqual([status, errorCode], ['failed', 'INPUT_INVALID'])
  })
})
