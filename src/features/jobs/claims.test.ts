import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acknowledge } from '#features/jobs/acknowledge.ts'
import { claim } from '#features/jobs/claim.ts'
import type { Claimable } from '#features/jobs/claim.ts'
import { activateJob } from '#features/jobs/activate-queries.ts'
import { pauseJob, retryRows } from '#features/jobs/job-control.ts'
import { goodOutcome } from '#features/jobs/outcome.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { failing } from '#test/http-lab.ts'
import { counting, jobsWorld } from '#test/jobs-world.ts'
import type { JobsWorld } from '#test/jobs-world.ts'
import type { JobId } from '#model/ids.ts'

const claimable = (id: number, more: Partial<Claimable> = {}): Claimable => ({
  id,
  action: 'count',
  effect: 'read',
  concurrency: 100,
  limits: null,
  isGuarded: false,
  ...more,
})

/** A job of so many rows that has begun, with nobody who works on it. */
async function begun(world: JobsWorld, rows: number): Promise<JobId> {
  const id = await world.submit(rows)
  await activateJob(world.context.db, world.context.clock.now(), id)
  return id
}

const nothing = () => undefined

onEachDatabase('a claim', (fresh) => {
  test('gives every row to one node only, however many ask at once', async () => {
    const world = jobsWorld(await fresh(), [counting(async () => ({}))])
    const id = await begun(world, 200)

    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, at) => claim(world.context, claimable(id), `node-${at % 4}`, 7)),
    )
    assert.ok(claims.every(({ rows }) => rows.length <= 7))

    const numbers = claims.flatMap(({ rows }) => rows.map((row) => row.row_number))
    assert.equal(numbers.length, 200)
    assert.equal(new Set(numbers).size, 200)
  })

  test('of what has an effect leaves no more in work than may be, over all nodes', async () => {
    const world = jobsWorld(await fresh(), [counting(async () => ({}))])
    const id = await begun(world, 50)
    const job = claimable(id, { effect: 'once', concurrency: 5 })

    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, at) => claim(world.context, job, `node-${at}`, 3)),
    )

    assert.equal(claims.flatMap(({ rows }) => rows).length, 5)
  })

  test('takes nothing of a job that was paused', async () => {
    const world = jobsWorld(await fresh(), [counting(async () => ({}))])
    const id = await begun(world, 5)
    await pauseJob(world.context, systemActor('ada'), id)

    const { rows } = await claim(world.context, claimable(id), 'node', 5)

    assert.deepEqual(rows, [])
  })

  test('that was lost writes nothing, and the trail tells of the late result', async () => {
    const world = jobsWorld(await fresh(), [counting(async () => ({}))])
    const { context, job, rows, trail } = world
    const id = await begun(world, 1)
    const first = await claim(context, claimable(id), 'first', 1)
    await context.db.updateTable('job_rows').set({ status: 'pending', lease_token: null }).execute()
    const second = await claim(context, claimable(id), 'second', 1)
    const of = ({ rows: [row], lease }: typeof first, result: string) => ({
      jobId: id,
      row: row!,
      lease,
      outcome: goodOutcome({ result }, null),
    })

    await acknowledge(context, [of(first, 'late')], nothing)
    const between = await rows(id)
    await acknowledge(context, [of(second, 'right')], nothing)
    await acknowledge(context, [of(first, 'late'), of(second, 'right')], nothing)

    assert.deepEqual(between, ['processing 2'])
    assert.deepEqual([(await job(id)).processedRows, (await job(id)).successfulRows], [1, 1])
    const { result } = await context.db.selectFrom('job_rows').select('result').executeTakeFirstOrThrow()
    assert.equal(result, '"right"')
    // One written again, as after a commit whose answer was lost, is no late one.
    assert.equal((await trail(id)).filter((line) => line.includes('came after')).length, 2)
  })

  test('is refused to whoever may not do the work, and to what makes no sense', async () => {
    const { submit } = jobsWorld(await fresh(), [counting(async () => ({}))])
    const nobody = { ...systemActor('nobody'), permissions: new Set<never>() }

    await assert.rejects(submit(1, { actor: nobody }), failing('FORBIDDEN'))
    await assert.rejects(submit(1, { action: 'fly' }), failing('NOT_FOUND'))
    await assert.rejects(submit(1, { dependsOn: [{ jobId: 77, need: 'ended' }] }), failing('NOT_FOUND'))
  })
})

onEachDatabase('a row that failed', (fresh) => {
  test('is tried again with a growing pause where that can help, and then failed', async () => {
    let tries = 0
    const world = jobsWorld(await fresh(), [
      counting(async ({ row }) => {
        tries += 1
        assert.equal(row.attempt, tries)
        throw new AppError('SOURCE_TIMEOUT', 'It did not answer')
      }),
    ])
    const { context, submit, start, until, rows, trail } = world
    start()
    const id = await submit(1)

    for (let attempt = 1; attempt < 3; attempt += 1) {
      await until(id, () => tries === attempt)
      const { next_run_at: next } = await untilWritten(world, attempt)
      const wait = Date.parse(next) - Date.now()
      assert.ok(wait <= 1_000 * 2 ** attempt, `${wait} ms`)
      // What is due is found by itself; nobody wants to wait for it here.
      await context.db.updateTable('job_rows').set({ next_run_at: '' }).execute()
      context.events.publish({ topic: 'job.changed', at: '', data: { id } })
    }
    const job = await until(id)

    assert.deepEqual([job.status, job.errorCode, tries], ['failed', 'SOURCE_TIMEOUT', 3])
    assert.deepEqual(await rows(id), ['failed 3 SOURCE_TIMEOUT'])
    assert.deepEqual(
      (await trail(id)).filter((line) => line.startsWith('job.row')),
      ['job.row 1 to be tried again', 'job.row 1 to be tried again', 'job.row 1 failed'],
    )
  })

  test('keeps nobody else from being done, and what it gives may be anything', async () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      counting(async ({ row }) => {
        if (row.number === 1) return { result: 'a\0b\ud800' }
        if (row.number === 2) return { result: circle as never }
        if (row.number === 3) return { costCents: 1e300 }
        if (row.number === 4) throw new AppError('SOURCE_FORBIDDEN', 'No\0 never')
        return { result: row.number }
      }),
    ])
    start()

    const job = await until(await submit(50))

    assert.equal(job.successfulRows + job.failedRows, 50)
    assert.ok(job.successfulRows >= 48)
    const [first] = await context.db.selectFrom('job_rows').select('result').orderBy('row_number').execute()
    assert.equal(first!.result, '"a\uFFFDb\uFFFD"')
  })

  test('is begun again only by hand when its error says that trying again cannot help', async () => {
    let tries = 0
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      counting(async () => {
        tries += 1
        throw new AppError('SOURCE_FORBIDDEN', 'No')
      }),
    ])
    start()
    const id = await submit(1)
    await until(id)
    assert.equal(tries, 1)

    await retryRows(context, systemActor('ada'), id)
    await until(id)

    assert.equal(tries, 2)
  })
})

/** The only row, once its attempt is written as to be tried again. */
async function untilWritten({ context }: JobsWorld, attempt: number) {
  for (;;) {
    const row = await context.db.selectFrom('job_rows').selectAll().executeTakeFirstOrThrow()
    if (row.status === 'pending' && row.attempt === attempt) return row
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
