import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cancelJob,
  pauseJob,
  resolveRows,
  resumeJob,
  retryRows,
  skipRows,
} from '#features/jobs/job-control.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing } from '#test/http-lab.ts'
import { counting, jobsWorld, untilAborted } from '#test/jobs-world.ts'
import type { Run } from '#test/jobs-world.ts'

const ada = systemActor('ada')

/** Work that waits until it is told to stop, and a way to know that so many rows wait. */
function waiting(rows: number) {
  const begun = Promise.withResolvers<void>()
  const stoppedAt: number[] = []
  let count = 0
  const run: Run = async (_call, _input, signal) => {
    count += 1
    if (count === rows) begun.resolve()
    return untilAborted(signal).finally(() => stoppedAt.push(performance.now()))
  }
  return { run, begun: begun.promise, stoppedAt, count: () => count }
}

/** The lines that say this, as soon as there is one; the test runner ends a wait without end. */
async function heard(lines: () => Promise<string[]>, pattern: RegExp): Promise<string[]> {
  for (;;) {
    const found = (await lines()).filter((line) => pattern.test(line))
    if (found.length > 0) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

onEachDatabase('control of a job', (fresh) => {
  test('cancels one that is still to do at once, and one in work as soon as its rows let go', async () => {
    const { run, begun, stoppedAt } = waiting(2)
    const { context, submit, start, until, job, rows } = jobsWorld(await fresh(), [
      counting(run, { concurrency: 2 }),
    ])
    const early = await submit(3)

    assert.equal(await cancelJob(context, ada, early), true)
    assert.equal((await job(early)).status, 'cancelled')
    start()
    const id = await submit(3)
    await begun
    const asked = performance.now()
    assert.equal(await cancelJob(context, ada, id), true)
    const { status } = await until(id)

    assert.equal(status, 'cancelled')
    assert.deepEqual(await rows(id), ['pending 0', 'pending 0', 'pending 0'])
    assert.ok(Math.max(...stoppedAt) - asked < 250, `${Math.max(...stoppedAt) - asked} ms`)
    assert.equal(await cancelJob(context, ada, id), false)
  })

  test('that another process wrote reaches rows in work here', async () => {
    const { run, begun, stoppedAt } = waiting(1)
    const { context, submit, start, until } = jobsWorld(await fresh(), [counting(run)])
    start()
    const id = await submit(1)
    await begun
    const silent = { ...context, events: { publish: () => {}, subscribe: () => () => {} } }

    const asked = performance.now()
    await cancelJob(silent, ada, id)
    const { status } = await until(id)

    assert.equal(status, 'cancelled')
    assert.ok(stoppedAt[0]! - asked < 1_500, `${stoppedAt[0]! - asked} ms`)
  })

  test('pauses at once and goes on where it was', async () => {
    let isSlow = true
    const begun = Promise.withResolvers<void>()
    const { context, submit, start, until, job, trail } = jobsWorld(await fresh(), [
      counting(
        async ({ row }, _input, signal) => {
          if (row.number !== 2 || !isSlow) return {}
          begun.resolve()
          return untilAborted(signal)
        },
        { concurrency: 1 },
      ),
    ])
    start()
    const id = await submit(3)
    await begun.promise

    await pauseJob(context, ada, id)
    const paused = await until(id, (each) => each.status === 'paused' && each.processedRows === 1)
    await assert.rejects(pauseJob(context, ada, id), failing('CONFLICT'))
    isSlow = false
    await resumeJob(context, ada, id)
    const done = await until(id)

    assert.deepEqual([paused.waitingFor, paused.successfulRows], ['person', 1])
    assert.deepEqual([done.status, done.successfulRows, (await job(id)).waitingFor], ['completed', 3, null])
    await assert.rejects(resumeJob(context, ada, id), failing('CONFLICT'))
    const controls = (await trail(id)).filter((line) => /^job\.(pause|resume)/.test(line))
    assert.deepEqual(controls, ['job.pause Paused', 'job.resume Resumed'])
  })

  test('does failed rows again as the next run, and leaves others out', async () => {
    let isBroken = true
    const { context, submit, start, until, rows } = jobsWorld(await fresh(), [
      counting(async ({ row }) => {
        if (isBroken && row.number > 1) throw new AppError('SOURCE_FORBIDDEN', 'No')
        return {}
      }),
    ])
    start()
    const id = await submit(4)
    const first = await until(id)

    isBroken = false
    assert.equal(await retryRows(context, ada, id, [2]), 1)
    const second = await until(id)
    assert.equal(await skipRows(context, ada, id, [3], 'not needed'), 1)
    assert.equal(await retryRows(context, ada, id), 1)
    const third = await until(id)

    assert.deepEqual([first.failedRows, second.failedRows, third.failedRows], [3, 2, 0])
    assert.deepEqual([second.status, third.status, third.run], ['failed', 'completed', 3])
    assert.deepEqual([third.successfulRows, third.skippedRows, third.processedRows], [3, 1, 4])
    assert.deepEqual(await rows(id), ['completed 1', 'completed 2', 'skipped 1', 'completed 2'])
    await assert.rejects(retryRows(context, ada, id), failing('CONFLICT'))
  })

  test('takes up the rest of a cancelled job', async () => {
    const { run, begun } = waiting(1)
    let isHeld = true
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      counting((...call) => (isHeld ? run(...call) : Promise.resolve({})), { concurrency: 1 }),
    ])
    start()
    const id = await submit(3)
    await begun
    await cancelJob(context, ada, id)
    await until(id)

    isHeld = false
    assert.equal(await retryRows(context, ada, id), 3)
    const { status, successfulRows } = await until(id)

    assert.deepEqual([status, successfulRows], ['completed', 3])
  })

  test('settles rows whose outcome nobody knows, before which the job is not over', async () => {
    let isUnknown = true
    const { context, submit, start, until, rows } = jobsWorld(await fresh(), [
      counting(
        async ({ row }) => {
          if (isUnknown && row.number < 3) throw new Error('the line broke')
          return {}
        },
        { effect: 'once' },
      ),
    ])
    start()
    const id = await submit(3)

    const paused = await until(id, (each) => each.status === 'paused')
    await assert.rejects(retryRows(context, ada, id), failing('CONFLICT'))
    await assert.rejects(resumeJob(context, ada, id), failing('CONFLICT'))
    await resolveRows(context, ada, id, [1], 'done')
    await resolveRows(context, ada, id, [2], 'not_done')
    const failed = await until(id)
    isUnknown = false
    await retryRows(context, ada, id)
    const done = await until(id)

    assert.deepEqual([paused.waitingFor, paused.ambiguousRows, paused.failedRows], ['review', 2, 2])
    assert.deepEqual([failed.status, failed.ambiguousRows, failed.failedRows], ['failed', 0, 1])
    assert.deepEqual([done.status, done.successfulRows], ['completed', 3])
    assert.deepEqual(await rows(id), ['completed 1 resolved_done', 'completed 2', 'completed 1'])
  })

  test('of work that does not let go gives it up after the grace, and its late end changes nothing', async () => {
    const never = Promise.withResolvers<object>()
    const begun = Promise.withResolvers<void>()
    const { context, submit, start, until, rows, trail } = jobsWorld(
      await fresh(),
      [
        counting(
          async ({ row }) => {
            if (row.number === 2) return {}
            begun.resolve()
            return never.promise
          },
          { concurrency: 1 },
        ),
      ],
      { jobs: { graceSeconds: 0.2 } },
    )
    start()
    const id = await submit(2)
    await begun.promise

    await pauseJob(context, ada, id)
    await until(id, (each) => each.failedRows === 1)
    await resumeJob(context, ada, id)
    const { status } = await until(id)
    never.resolve({})
    const late = await heard(() => trail(id), /^job.row 1 A result came after/)

    assert.equal(status, 'failed')
    assert.deepEqual(await rows(id), ['failed 1 HANDLER_STUCK', 'completed 1'])
    assert.equal(late.length, 1)
  })

  test('ends a process within the grace whatever its work does', async () => {
    const begun = Promise.withResolvers<void>()
    const { submit, start, rows } = jobsWorld(
      await fresh(),
      [
        counting(
          async () => {
            begun.resolve()
            return new Promise<never>(() => {})
          },
          { effect: 'once' },
        ),
      ],
      { jobs: { graceSeconds: 0.2 } },
    )
    const end = start()
    const id = await submit(1)
    await begun.promise

    const asked = performance.now()
    await end()

    assert.ok(performance.now() - asked < 2_000, `${performance.now() - asked} ms`)
    assert.deepEqual(await rows(id), ['failed 1 OUTCOME_UNKNOWN ambiguous'])
  })

  test('gives rows of a process that ends to the next one', async () => {
    const { run, begun } = waiting(1)
    let isHeld = true
    const { submit, start, until, rows, job } = jobsWorld(await fresh(), [
      counting((...call) => (isHeld ? run(...call) : Promise.resolve({}))),
    ])
    const end = start()
    const id = await submit(1)
    await begun
    await end()
    const between = [(await job(id)).status, ...(await rows(id))]

    isHeld = false
    start()
    const { status } = await until(id)

    assert.deepEqual(between, ['running', 'pending 0'])
    assert.equal(status, 'completed')
  })
})
