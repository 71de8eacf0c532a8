import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import type { Database } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld } from '#test/jobs-world.ts'
import type { Run } from '#test/jobs-world.ts'

const keyed = (run: Run): AnyJobAction =>
  counting(run, {
    effect: 'keyed',
    effectOf: (_context, _parameters, input: { to?: string }) => ({ to: input.to ?? '' }),
  })

onEachDatabase('an effect', (fresh) => {
  test('with a key is done once, however many rows and jobs ask for it', async () => {
    const done: string[] = []
    const { context, submit, start, until, rows } = jobsWorld(await fresh(), [
      keyed(async ({ row }, { to }) => {
        assert.match(row.effectKey!, /^[0-9a-f]{64}$/)
        done.push(String(to))
        return { result: `sent to ${String(to)}` }
      }),
    ])
    start()

    const first = await submit([{ to: 'a' }, { to: 'b' }, { to: 'a' }])
    const job = await until(first)
    const second = await submit([{ to: 'b' }, { to: 'c' }])
    const again = await until(second)

    assert.deepEqual(done.toSorted(), ['a', 'b', 'c'])
    assert.deepEqual([job.successfulRows, job.skippedRows], [2, 1])
    assert.deepEqual([again.status, again.successfulRows, again.skippedRows], ['completed', 1, 1])
    assert.deepEqual(await rows(second), ['skipped 1 ALREADY_DONE', 'completed 1'])
    const skipped = await context.db
      .selectFrom('job_rows')
      .select(['error_message', 'result'])
      .where('job_id', '=', second)
      .where('status', '=', 'skipped')
      .executeTakeFirstOrThrow()
    assert.deepEqual({ ...skipped }, { error_message: `Row 2 of job ${first} did it`, result: '"sent to b"' })
  })

  test('that is known not to have been done may be done by another job', async () => {
    let isDown = true
    const { submit, start, until } = jobsWorld(await fresh(), [
      keyed(async () => {
        if (isDown) throw new AppError('SOURCE_FORBIDDEN', 'No')
        return {}
      }),
    ])
    start()
    await until(await submit([{ to: 'a' }]))

    isDown = false
    const { successfulRows, skippedRows } = await until(await submit([{ to: 'a' }]))

    assert.deepEqual([successfulRows, skippedRows], [1, 0])
  })

  test('with a key whose outcome is unknown is asked for again with the same key', async () => {
    const keys: (string | null)[] = []
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      keyed(async ({ row }) => {
        keys.push(row.effectKey)
        if (keys.length === 1) throw new Error('the line broke')
        return {}
      }),
    ])
    start()
    const id = await submit([{ to: 'a' }])
    await until(id, () => keys.length === 1)
    await soon(context.db, id)
    const { status } = await until(id)

    assert.equal(status, 'completed')
    assert.equal(keys.length, 2)
    assert.equal(keys[0], keys[1])
  })

  test('that can be asked about is asked before it is done again', async () => {
    const asked: number[] = []
    let runs = 0
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      counting(
        async () => {
          runs += 1
          throw new OutcomeUnknown('It hung up')
        },
        {
          effect: 'probe',
          probe: async ({ row }) => {
            asked.push(row.attempt)
            return { outcome: 'done', result: 'found' }
          },
        },
      ),
    ])
    start()
    const id = await submit(1)
    await until(id, () => runs === 1)
    await soon(context.db, id)
    const { status, result } = await until(id)

    assert.deepEqual([status, result, runs, asked], ['completed', 'found', 1, [2]])
  })

  test('that nobody can tell of waits for a person, and one that says it was not done is tried again', async () => {
    let tries = 0
    const { context, submit, start, until, rows } = jobsWorld(await fresh(), [
      counting(
        async ({ row }) => {
          if (row.number === 1) throw new OutcomeUnknown('It hung up')
          tries += 1
          if (tries === 1) throw new AppError('SOURCE_UNREACHABLE', 'Nobody answers')
          return {}
        },
        { effect: 'once' },
      ),
    ])
    start()
    const id = await submit(2)
    await until(id, () => tries === 1)
    await soon(context.db, id)
    const job = await until(id, (each) => each.status === 'paused')

    assert.deepEqual([job.waitingFor, job.ambiguousRows], ['review', 1])
    assert.deepEqual(await rows(id), ['failed 1 OUTCOME_UNKNOWN ambiguous', 'completed 2'])
  })

  test('is left alone when what it is about changed since it was previewed', async () => {
    const seen: number[] = []
    const { context, submit, start, until, rows } = jobsWorld(await fresh(), [
      counting(
        async ({ row }) => {
          seen.push(row.number)
          return {}
        },
        {
          effect: 'probe',
          versions: async (_call, _parameters, items) =>
            items.map(({ number }) => (number === 2 ? null : `v${number}`)),
        },
      ),
    ])
    const id = await submit(3)
    for (const version of [1, 2, 3])
      await context.db
        .updateTable('job_rows')
        .set({ row_version: version === 3 ? 'v0' : `v${version}` })
        .where('row_number', '=', version)
        .execute()
    start()

    const { status, skippedRows } = await until(id)

    assert.deepEqual([status, skippedRows, seen], ['completed', 2, [1]])
    assert.deepEqual(await rows(id), [
      'completed 1',
      'skipped 1 CHANGED_SINCE_PREVIEW',
      'skipped 1 CHANGED_SINCE_PREVIEW',
    ])
  })
})

/** Lets rows that wait for their next try begin at once, as soon as they are written as such. */
async function soon(db: Database, id: number): Promise<void> {
  while (!(await waitsOf(db, id))) await new Promise((resolve) => setTimeout(resolve, 5))
  await db
    .updateTable('job_rows')
    .set({ next_run_at: '' })
    .where('job_id', '=', id)
    .where('status', '=', 'pending')
    .execute()
}

async function waitsOf(db: Database, id: number): Promise<boolean> {
  const row = await db
    .selectFrom('job_rows')
    .select('id')
    .where('job_id', '=', id)
    .where('status', '=', 'pending')
    .where('next_run_at', '<>', '')
    .executeTakeFirst()
  return row !== undefined
}
