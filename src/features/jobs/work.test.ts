import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld } from '#test/jobs-world.ts'

onEachDatabase('a job', (fresh) => {
  test('of one row gives what the row gave, and tells how far it is', async () => {
    const { submit, start, until, happenings } = jobsWorld(await fresh(), [
      counting(async ({ progress, actor }, { to }) => {
        progress({ done: 2, total: 3, message: 'counting' })
        return { result: `${actor.name} counted to ${String(to)}` }
      }),
    ])
    start()

    const { status, result, progress } = await until(await submit([{ to: 3 }]))

    assert.deepEqual([status, result], ['completed', 'system:test counted to 3'])
    assert.deepEqual(progress, { done: 2, total: 3, message: 'counting' })
    assert.ok(
      happenings.some(({ topic, data }) => topic === 'job.progress' && data['message'] === 'counting'),
    )
  })

  test('of many rows does each of them once, with a line in the trail', async () => {
    const seen: number[] = []
    const { submit, start, until, rows, trail } = jobsWorld(await fresh(), [
      counting(async ({ row }) => {
        seen.push(row.number)
        return { result: row.number }
      }),
    ])
    start()

    const id = await submit(1000)
    const job = await until(id)

    assert.deepEqual(
      [job.status, job.totalRows, job.successfulRows, job.failedRows],
      ['completed', 1000, 1000, 0],
    )
    assert.equal(new Set(seen).size, 1000)
    assert.equal(seen.length, 1000)
    assert.deepEqual(new Set(await rows(id)), new Set(['completed 1']))
    const lines = await trail(id)
    assert.equal(lines.filter((line) => line.startsWith('job.row')).length, 1000)
    assert.deepEqual(
      [lines[0], lines.at(-1)],
      [
        'job.submit Count sheep: 1000 rows to do',
        'job.end Count sheep: completed, 1000 done, 0 failed, 0 skipped',
      ],
    )
  })

  test('without any row is completed at once', async () => {
    const { submit, start, until } = jobsWorld(await fresh(), [counting(async () => ({}))])
    start()

    const { status, processedRows } = await until(await submit([]))

    assert.deepEqual([status, processedRows], ['completed', 0])
  })

  test('that fails keeps the code; a stranger’s error says nothing of itself', async () => {
    const { submit, start, until } = jobsWorld(await fresh(), [
      counting(async (_call, { strange }) => {
        if (strange) throw new Error('password=hunter2')
        throw new AppError('SOURCE_FORBIDDEN', 'It did not let us in', { hint: 'Look at the key.' })
      }),
    ])
    start()

    const ours = await until(await submit([{ strange: false }]))
    const strange = await until(await submit([{ strange: true }]))

    assert.deepEqual(
      [ours.status, ours.errorCode, ours.errorMessage],
      ['failed', 'SOURCE_FORBIDDEN', 'It did not let us in. Look at the key.'],
    )
    assert.equal(strange.errorCode, 'INTERNAL')
    assert.doesNotMatch(strange.errorMessage!, /hunter2/)
  })

  test('is failed when a row failed, and the others are done all the same', async () => {
    const { submit, start, until } = jobsWorld(await fresh(), [
      counting(async ({ row }) => {
        if (row.number === 2) throw new AppError('SOURCE_FORBIDDEN', 'No')
        return {}
      }),
    ])
    start()

    const job = await until(await submit(5))

    assert.deepEqual([job.status, job.successfulRows, job.failedRows], ['failed', 4, 1])
    assert.equal(job.errorMessage, '1 of 5 rows failed, the first of them row-2: No')
  })
})
