import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { followHere } from '#features/jobs/follow-here.ts'
import type { JobAction, JobCall } from '#features/jobs/job-action.ts'
import { findJob, recoverJobs, requestCancel, takeJob } from '#features/jobs/job-queries.ts'
import { createJobQueue } from '#features/jobs/job-queue.ts'
import { liveNodes, sayAlive } from '#features/jobs/node-queries.ts'
import { work } from '#features/jobs/worker.ts'
import type { OpenDatabase } from '#database/open.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import { systemActor } from '#model/actor.ts'
import type { JobId } from '#model/ids.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const actor = systemActor('test')
const node = { id: 'node-1', hostname: 'here', pid: process.pid, roles: ['worker'] as const }
const cli = { id: 'cli-1', hostname: 'here', pid: process.pid, roles: [] }

type Work = (job: JobCall, parameters: JsonObject, signal: AbortSignal) => Promise<string>

const actionsOf = (run: Work): Map<string, JobAction> => new Map([['count', { name: 'count', run }]])

/** A database, its queue, and a way to wait for the end of a job by its event. */
async function bench(opened: OpenDatabase) {
  const context = testContext(opened)
  const queue = createJobQueue(context)
  context.jobs = queue
  const submit = (parameters: JsonObject = {}) =>
    queue.submit({ action: 'count', name: 'Count sheep', parameters, actor })
  const ended = (id: JobId) =>
    new Promise<void>((resolve) => {
      context.events.subscribe(({ topic, data }) => {
        if (topic === 'job.finished' && data['id'] === id) resolve()
      })
    })
  return { context, queue, submit, ended, job: (id: JobId) => findJob(opened.db, id) }
}

/** A worker that is stopped when the test is over. */
function startWorker(context: Parameters<typeof work>[0], actions: Map<string, JobAction>) {
  const stop = new AbortController()
  const done = work(context, actions, node, stop.signal)
  return async () => {
    stop.abort()
    await done
  }
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

onEachDatabase('jobs', (fresh) => {
  test('a worker does what is submitted and keeps the result', async () => {
    const { context, submit, ended, job } = await bench(await fresh())
    const stop = startWorker(
      context,
      actionsOf(async ({ progress, actor: by }, { to }) => {
        progress({ done: 2, total: 3, message: 'counting' })
        return `${by.name} counted to ${String(to)}`
      }),
    )

    const id = await submit({ to: 3 })
    await ended(id)
    await stop()

    const { status, result, progress } = (await job(id))!
    assert.deepEqual([status, result], ['completed', 'system:test counted to 3'])
    assert.deepEqual(progress, { done: 2, total: 3, message: 'counting' })
  })

  test('a failure is kept with its code; a stranger’s error says nothing of itself', async () => {
    const { context, submit, ended, job } = await bench(await fresh())
    const stop = startWorker(
      context,
      actionsOf(async (_job, { strange }) => {
        if (strange) throw new Error('password=hunter2')
        throw new AppError('SOURCE_TIMEOUT', 'It did not answer', { hint: 'Look at the cable.' })
      }),
    )

    const ids = [await submit({ strange: false }), await submit({ strange: true })]
    await Promise.all(ids.map(ended))
    await stop()

    const [ours, strange] = [(await job(ids[0]!))!, (await job(ids[1]!))!]
    assert.deepEqual(
      [ours.errorCode, ours.errorMessage],
      ['SOURCE_TIMEOUT', 'It did not answer. Look at the cable.'],
    )
    assert.equal(strange.errorCode, 'INTERNAL')
    assert.doesNotMatch(strange.errorMessage!, /hunter2/)
  })

  test('two workers never take the same job', async () => {
    const opened = await fresh()
    const { submit } = await bench(opened)
    for (let count = 0; count < 20; count += 1) await submit()

    const taken = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        takeJob(opened.db, opened.engine, '2026-01-01T00:00:00.000Z', `node-${at % 2}`),
      ),
    )

    const ids = taken.flatMap((each) => each?.id ?? [])
    assert.equal(new Set(ids).size, ids.length)
    assert.equal(ids.length, 20)
  })

  test('a waiting job is cancelled at once, a running one is told by its signal', async () => {
    const { context, queue, submit, ended, job } = await bench(await fresh())
    const begun = Promise.withResolvers<void>()
    const waiting = await submit()
    assert.equal(await queue.cancel(waiting, actor), true)
    const stop = startWorker(
      context,
      actionsOf(async (_job, _parameters, signal) => {
        begun.resolve()
        return untilAborted(signal)
      }),
    )

    const running = await submit()
    await begun.promise
    assert.equal(await queue.cancel(running, actor), true)
    await ended(running)
    await stop()

    assert.deepEqual([(await job(waiting))!.status, (await job(running))!.status], ['cancelled', 'cancelled'])
    assert.equal(await queue.cancel(running, actor), false)
  })

  test('a cancel written by another process reaches the running job', async () => {
    const { context, submit, ended, job } = await bench(await fresh())
    const begun = Promise.withResolvers<void>()
    const stop = startWorker(
      context,
      actionsOf(async (_job, _parameters, signal) => {
        begun.resolve()
        return untilAborted(signal)
      }),
    )
    const id = await submit()
    await begun.promise
    const end = ended(id)

    await requestCancel(context.db, context.clock.now(), id)
    const tick = setInterval(() => context.clock.advance(500), 5)
    await end
    clearInterval(tick)
    await stop()

    assert.equal((await job(id))!.status, 'cancelled')
  })

  test('a server that stops gives its jobs back', async () => {
    const { context, submit, job } = await bench(await fresh())
    const begun = Promise.withResolvers<void>()
    const stop = startWorker(
      context,
      actionsOf(async (_job, _parameters, signal) => {
        begun.resolve()
        return untilAborted(signal)
      }),
    )

    const id = await submit()
    await begun.promise
    await stop()

    assert.equal((await job(id))!.status, 'pending')
  })

  test('a job that ends while the database is away is ended when it is back', async () => {
    const opened = await fresh()
    const { context, submit, ended, job } = await bench(opened)
    let isAway = false
    let refusals = 0
    const refusedOften = Promise.withResolvers<void>()
    context.db = opened.db.withPlugin({
      transformQuery({ node: query }) {
        if (!isAway) return query
        refusals += 1
        if (refusals === 10) refusedOften.resolve()
        throw new AppError('DATABASE_UNREACHABLE', 'The database is away')
      },
      transformResult: async ({ result }) => result,
    })
    const stop = startWorker(
      context,
      actionsOf(async ({ progress }) => {
        isAway = true
        progress({ done: 3, total: 3, message: 'counted' })
        throw new AppError('DATABASE_UNREACHABLE', 'The database is away')
      }),
    )

    const id = await submit()
    const end = ended(id)
    const tick = setInterval(() => context.clock.advance(500), 5)
    await refusedOften.promise
    const meanwhile = (await job(id))!.status
    isAway = false
    await end
    clearInterval(tick)
    await stop()

    const { status, errorCode, progress } = (await job(id))!
    assert.deepEqual([meanwhile, status, errorCode], ['running', 'failed', 'DATABASE_UNREACHABLE'])
    assert.equal(progress?.done, 3)
  })

  test('jobs of a dead process are done again, and fail when they killed three', async () => {
    const opened = await fresh()
    const { context, submit, job } = await bench(opened)
    const id = await submit()
    const now = context.clock.now()
    for (let death = 1; death <= 3; death += 1) {
      await takeJob(opened.db, opened.engine, now, `dead-${death}`)
      await recoverJobs(opened.db, now, ['somebody-else'])
      assert.equal((await job(id))!.status, death < 3 ? 'pending' : 'failed')
    }

    assert.equal((await job(id))!.errorCode, 'JOB_INTERRUPTED')
  })

  test('a node is gone as soon as its process is, or after a silence', async () => {
    const { db } = await fresh()
    const { clock } = testContext({ db } as OpenDatabase)
    await sayAlive(db, clock, node)
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    await sayAlive(db, clock, { ...node, id: 'killed', pid: child.pid! })
    child.kill('SIGKILL')
    await once(child, 'exit')

    const now = (await liveNodes(db, clock)).map((each) => each.id)
    clock.advance(16_000)
    const later = await liveNodes(db, clock)

    // Only Linux tells when a process began; elsewhere the silence has to do.
    assert.deepEqual(now, process.platform === 'linux' ? ['node-1'] : ['node-1', 'killed'])
    assert.deepEqual(later, [])
  })

  test('without a server the process that asked does the job itself', async () => {
    const { context, submit } = await bench(await fresh())
    const id = await submit({ to: 5 })
    await sayAlive(context.db, context.clock, cli)
    const told: string[] = []

    const job = await followHere(
      context,
      actionsOf(async ({ progress }) => {
        progress({ done: 1, total: 1, message: 'there' })
        return 'done'
      }),
      cli,
      id,
      ({ status, progress }) => told.push(`${status} ${progress?.message ?? ''}`),
      new AbortController().signal,
    )

    assert.deepEqual([job.status, job.result], ['completed', 'done'])
    assert.ok(told.includes('running there'), told.join(', '))
  })
})
