import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { pauseJob, resumeJob } from '#features/jobs/job-control.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld } from '#test/jobs-world.ts'

/** Counts how many are at it at a time, each for a moment. */
function crowd() {
  const seen = { now: 0, most: 0 }
  const enter = async () => {
    seen.now += 1
    seen.most = Math.max(seen.most, seen.now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    seen.now -= 1
    return {}
  }
  return { seen, enter }
}

/** Resolves when something that other work brings about is so. */
async function soon(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}

onEachDatabase('rows', (fresh) => {
  for (const [what, more, options] of [
    ['an option says how many', {}, { concurrency: 2 }],
    ['they are about sources', { subject: 'source', concurrency: 2 }, {}],
  ] as const)
    test(`of several processes are no more at a time than may be, where ${what}`, async () => {
      const { seen, enter } = crowd()
      const { submit, start, until } = jobsWorld(await fresh(), [counting(enter, more)])
      const id = await submit(24, { options })

      for (let node = 0; node < 3; node += 1) start()
      await until(id)

      assert.ok(seen.most <= 2, `${seen.most} at a time`)
    })

  test('that were begun before are not taken ahead, so that a row that ends its process takes few along', async () => {
    const held: number[] = []
    const world = jobsWorld(await fresh(), [
      counting(
        async ({ row, db, jobId }) => {
          if (row.number % 200 === 0) {
            const { count } = await db
              .selectFrom('job_rows')
              .select((eb) => eb.fn.countAll<number>().as('count'))
              .where('job_id', '=', jobId)
              .where('status', '=', 'processing')
              .executeTakeFirstOrThrow()
            held.push(Number(count))
          }
          return {}
        },
        { concurrency: 2 },
      ),
    ])
    const id = await world.submit(2_000)
    await world.context.db.updateTable('job_rows').set({ attempt: 1 }).where('job_id', '=', id).execute()

    world.start()
    await world.until(id)

    assert.equal(held.length, 10)
    assert.ok(Math.max(...held) < 100, held.join())
  })

  test('that are looked at first keep to the limits beyond their job', async () => {
    const { seen, enter } = crowd()
    const { submit, start, until, job, rows, context } = jobsWorld(await fresh(), [
      counting(enter, { effect: 'once', concurrency: 8, limits: () => ({ target: 'door', perTarget: 1 }) }),
    ])
    const id = await submit(9, { options: { canary: { rows: 5, afterwards: 'wait' } } })
    // The second has nothing to do; five others are looked at.
    await context.db
      .updateTable('job_rows')
      .set({ status: 'skipped' })
      .where('job_id', '=', id)
      .where('row_number', '=', 2)
      .execute()
    await context.db
      .updateTable('jobs')
      .set({ processed_rows: 1, skipped_rows: 1 })
      .where('id', '=', id)
      .execute()

    start()
    start()
    await until(id, (each) => each.status === 'paused')

    assert.equal(seen.most, 1)
    assert.equal((await job(id)).waitingFor, 'canary')
    assert.deepEqual(
      (await rows(id)).map((row) => row.split(' ')[0]),
      [
        'completed',
        'skipped',
        'completed',
        'completed',
        'completed',
        'completed',
        'pending',
        'pending',
        'pending',
      ],
    )
  })

  test('that are looked at first let the others begin also when they ended while the job was paused', async () => {
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      counting(async ({ row }) => {
        if (row.number === 1) {
          begun.resolve()
          await held.promise
        }
        return {}
      }),
    ])
    start()
    const go = await submit(6, { options: { canary: { rows: 1, afterwards: 'go' } } })
    await begun.promise
    await pauseJob(context, systemActor('ada'), go)
    held.resolve()
    await until(go, (each) => each.successfulRows === 1)

    await resumeJob(context, systemActor('ada'), go)

    assert.equal((await until(go)).successfulRows, 6)
  })

  test('are not begun, and their job says why, when it is resumed with its budget used up', async () => {
    const { context, submit, start, until, rows } = jobsWorld(await fresh(), [
      counting(
        async () => {
          throw new AppError('SOURCE_FORBIDDEN', 'No')
        },
        { concurrency: 1 },
      ),
    ])
    start()
    const id = await submit(3, { options: { maxFailures: 0, concurrency: 1 } })
    await until(id, (job) => job.status === 'paused')

    await resumeJob(context, systemActor('ada'), id)
    const { waitingFor, failedRows } = await until(id, (job) => job.status === 'paused')

    assert.deepEqual([waitingFor, failedRows, (await rows(id)).length], ['budget', 1, 3])
    const told = await context.db
      .selectFrom('audit_logs')
      .select('actor')
      .where('job_id', '=', id)
      .where('operation', '=', 'job.pause')
      .execute()
    assert.deepEqual(
      told.map(({ actor }) => actor),
      ['system:jobs', 'system:jobs'],
    )
  })

  test('that did not let go never make room for more than may be when they end late', async () => {
    const stuck = Promise.withResolvers<object>()
    const held = Promise.withResolvers<object>()
    const begun: number[] = []
    const world = jobsWorld(
      await fresh(),
      [
        counting(
          async ({ row }) => {
            begun.push(row.number)
            if (row.number === 1) return stuck.promise
            if (row.number === 2) return held.promise
            return {}
          },
          { concurrency: 1 },
        ),
      ],
      { jobs: { graceSeconds: 0.1 } },
    )
    const { context, submit, start, until, trail } = world
    start()
    const id = await submit(4)
    await soon(() => begun.length === 1)
    await pauseJob(context, systemActor('ada'), id)
    await until(id, (each) => each.failedRows === 1)
    await resumeJob(context, systemActor('ada'), id)
    await soon(() => begun.length === 2)

    stuck.resolve({})
    await soon(async () => (await trail(id)).some((line) => line.includes('came after')))
    // Whoever is submitted now is done after another look at all jobs.
    await until(await submit(1, { priority: 9 }))
    const meanwhile = begun.filter((number) => number > 2)
    held.resolve({})
    await until(id)

    assert.deepEqual(meanwhile, [])
  })

  test('are begun although a thousand jobs wait for people', async () => {
    const world = jobsWorld(await fresh(), [counting(async () => ({}))])
    const { context, submit, start, until } = world
    const first = await submit(1)
    const columns = sql.raw(`name, action, parameters, original_command, mode, total_rows, processed_rows,
      successful_rows, failed_rows, requested_by, attempt, created_at, updated_at`)
    await sql`insert into jobs (status, waiting_for, ${columns})
      with recursive n (i) as (select 1 union all select i + 1 from n where i < 1001)
      select 'paused', 'budget', ${columns} from jobs, n`.execute(context.db)
    await context.db.updateTable('jobs').set({ status: 'cancelled' }).where('id', '=', first).execute()
    start()

    assert.equal((await until(await submit(1))).status, 'completed')
  })

  test('are asked for now and then while none can be taken, and at their time while they wait for it', async () => {
    const world = jobsWorld(await fresh(), [
      counting(async ({ row }) => {
        if (row.attempt === 1) throw new AppError('SOURCE_UNREACHABLE', 'Later', { retryAfterSeconds: 1 })
        return {}
      }),
    ])
    const { context, submit, start, until } = world
    const looks: string[] = []
    const failed: number[] = []
    let isRefused = true
    const db = context.db.withPlugin({
      transformQuery({ node }) {
        const text = node.kind === 'UpdateQueryNode' ? JSON.stringify(node) : ''
        if (text.includes('"job_rows"') && text.includes('"started_at"') && isRefused) {
          failed.push(performance.now())
          throw new Error('No row can be taken')
        }
        if (node.kind === 'SelectQueryNode' && JSON.stringify(node).includes('"next_at"')) looks.push('look')
        return node
      },
      transformResult: async ({ result }) => result,
    })
    start(undefined, {}, { ...context, db })
    const id = await submit(1)
    await soon(() => failed.length >= 4)
    isRefused = false
    const before = looks.length
    const { status } = await until(id)

    assert.equal(status, 'completed')
    assert.ok(failed[3]! - failed[0]! >= 500, `four tries within ${failed[3]! - failed[0]!} ms`)
    assert.ok(looks.length - before <= 8, `${looks.length - before} looks for one row and its second try`)
  })

  test('tell how far they are, also when the last of them takes long', async () => {
    const held = Promise.withResolvers<object>()
    const { submit, start, until, happenings } = jobsWorld(await fresh(), [
      counting(async ({ row }) => (row.number === 4 ? held.promise : {}), { concurrency: 1 }),
    ])
    start()
    const id = await submit(4)
    const told = () =>
      happenings.filter(({ topic }) => topic === 'job.progress').map(({ data }) => data['done'])
    await soon(() => told().at(-1) === 3)
    held.resolve({})

    assert.equal((await until(id)).status, 'completed')
    assert.ok(told().length <= 4, `told ${told().length} times`)
  })
})
