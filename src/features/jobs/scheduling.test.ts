import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelJob } from '#features/jobs/job-control.ts'
import { AppError } from '#kernel/errors.ts'
import { systemClock, toMilliseconds, toTimestamp } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'
import { databaseChild } from '#test/database-child.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld, untilAborted } from '#test/jobs-world.ts'

const inTurn = (seen: string[]) =>
  counting(
    async (_call, { name }) => {
      seen.push(String(name))
      return {}
    },
    { concurrency: 1 },
  )

const endConnections = `
  for (let time = 0; time < 5; time += 1) {
    await sql\`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()\`.execute(opened.db)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }`
const holdFile = `
  await opened.db.transaction().execute(async (transaction) => {
    await sql\`update audit_chain set last_id = last_id where id = 1\`.execute(transaction)
    await new Promise((resolve) => setTimeout(resolve, 700))
  })`

/** So many rows that say whose they are. */
const named = (name: string, rows: number) => Array.from({ length: rows }, () => ({ name }))

onEachDatabase('jobs', (fresh, engine) => {
  test('begin after those they need, and fail with them', async () => {
    const seen: string[] = []
    let isBroken = false
    const { context, submit, start, until } = jobsWorld(await fresh(), [
      counting(async (_call, { name }) => {
        if (isBroken) throw new AppError('SOURCE_FORBIDDEN', 'No')
        seen.push(String(name))
        return {}
      }),
    ])
    const first = await submit(named('first', 3))
    const then = await submit(named('then', 1), { dependsOn: [{ jobId: first, need: 'completed' }] })
    assert.equal((await until(then, () => true)).waitingFor, 'jobs')
    start()
    await until(then)
    isBroken = true
    const bad = await submit(named('bad', 1))
    const needs = await submit(named('x', 1), { dependsOn: [{ jobId: bad, need: 'completed' }] })
    const anyway = await submit(named('y', 1), { dependsOn: [{ jobId: bad, need: 'ended' }] })
    const [failed, tried] = await Promise.all([until(needs), until(anyway)])
    const dropped = await submit(named('z', 1), { scheduledFor: '2999-01-01T00:00:00.000Z' })
    const vain = await submit(named('z', 1), { dependsOn: [{ jobId: dropped, need: 'completed' }] })
    await cancelJob(context, systemActor('ada'), dropped)

    assert.deepEqual(seen, ['first', 'first', 'first', 'then'])
    assert.deepEqual(
      [failed.status, failed.processedRows, failed.errorMessage],
      ['failed', 0, `It needed job ${bad} (Count sheep), which is failed`],
    )
    assert.deepEqual([tried.status, tried.processedRows], ['failed', 1])
    assert.match((await until(vain)).errorMessage!, /which is cancelled$/)
  })

  test('of higher priority go first, and equals take turns', async () => {
    const seen: string[] = []
    const { submit, start, until } = jobsWorld(await fresh(), [inTurn(seen)], { jobs: { atOnce: 1 } })
    const low = await submit(named('low', 20), { priority: -5 })
    const ada = await submit(named('ada', 20))
    const bob = await submit(named('bob', 20))
    const high = await submit(named('high', 20), { priority: 5 })
    start()

    for (const id of [low, ada, bob, high]) await until(id)

    assert.deepEqual(new Set(seen.slice(0, 20)), new Set(['high']))
    assert.deepEqual(new Set(seen.slice(60)), new Set(['low']))
    const middle = seen.slice(20, 60)
    for (const name of ['ada', 'bob']) {
      const share = middle.slice(0, 20).filter((each) => each === name).length
      assert.ok(share >= 5, `${name}: ${share} of the first 20`)
    }
  })

  test('of which one hangs leave places for the others', async () => {
    const { submit, start, until } = jobsWorld(
      await fresh(),
      [counting(async (_call, { hangs }, signal) => (hangs ? untilAborted(signal) : {}), { concurrency: 2 })],
      { jobs: { atOnce: 4, graceSeconds: 0.1 } },
    )
    start()
    await submit(Array.from({ length: 50 }, () => ({ hangs: true })))

    const { status } = await until(await submit(20))

    assert.equal(status, 'completed')
  })

  test('begin at their time, which wakes whoever waits for it', async () => {
    const { submit, start, until } = jobsWorld(await fresh(), [counting(async () => ({}))])
    start()
    const at = toTimestamp(Date.now() + 400)
    const id = await submit(1, { scheduledFor: at })
    const before = await until(id, () => true)

    const job = await until(id)

    assert.deepEqual([before.status, before.waitingFor], ['pending', 'time'])
    assert.ok(job.startedAt! >= at)
    assert.ok(toMilliseconds(job.startedAt!) - toMilliseconds(at) < 1_000)
  })

  for (const hours of [1, -1])
    test(`go on when the clock jumps by ${hours} hours`, async () => {
      let jump = 0
      const clock = { ...systemClock, now: () => toTimestamp(Date.now() + jump) }
      let tries = 0
      const { submit, start, until } = jobsWorld(
        await fresh(),
        [
          counting(async ({ row }) => {
            if (row.number > 1) return {}
            tries += 1
            if (tries === 1) throw new AppError('SOURCE_UNREACHABLE', 'Nobody answers')
            return {}
          }),
        ],
        { clock },
      )
      start()
      const id = await submit(20)
      await until(id, (job) => job.processedRows === 19)

      jump = hours * 3_600_000
      const { status, successfulRows } = await until(id)

      assert.deepEqual([status, successfulRows], ['completed', 20])
    })

  test('lose and double nothing while the database is away in the middle', async () => {
    const opened = await fresh()
    const seen: number[] = []
    let gate: (() => void) | undefined
    const { submit, start, until } = jobsWorld(opened, [
      counting(async ({ row }) => {
        seen.push(row.number)
        if (row.number === 300) gate?.()
        // Long enough that it is not over before the database goes away.
        await new Promise((resolve) => setTimeout(resolve, 5))
        return {}
      }),
    ])
    const reached = new Promise<void>((resolve) => {
      gate = resolve
    })
    const id = await submit(600)
    start()
    await reached

    const other = databaseChild(opened.url, engine === 'postgres' ? endConnections : holdFile)
    assert.equal(await other.ended, 0)
    const job = await until(id)

    assert.deepEqual([job.status, job.processedRows, job.successfulRows], ['completed', 600, 600])
    assert.equal(new Set(seen).size, 600)
  })
})
