import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { bulkInsert } from '#database/bulk.ts'
import { admitLimited } from '#features/jobs/limit-queries.ts'
import type { SharedLimits } from '#features/jobs/limits.ts'
import { shift } from '#kernel/clock.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { TestClock } from '#test/test-clock.ts'

const now = '2026-01-01T00:00:00.000Z'
const noLimits: SharedLimits = { perTarget: null, perCredential: null, rate: null }

interface RowKeys {
  target?: string
  credential?: string
  status?: string
  nextRunAt?: string
}

/** A running job with these rows; gives the ids of the rows in their order. */
async function jobWith({ db, engine }: OpenDatabase, rows: readonly RowKeys[]) {
  const { id } = await db
    .insertInto('jobs')
    .values({
      name: 'limited',
      action: 'test',
      parameters: '{}',
      description: null,
      original_command: '',
      status: 'running',
      mode: 'auto',
      total_rows: rows.length,
      processed_rows: 0,
      successful_rows: 0,
      failed_rows: 0,
      requested_by: 'test',
      attempt: 0,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db.transaction().execute((transaction) =>
    bulkInsert(
      transaction,
      engine,
      'job_rows',
      rows.map((row, index) => ({
        job_id: id,
        row_number: index + 1,
        row_key: String(index + 1),
        row_checksum: '',
        status: row.status ?? 'pending',
        input: '{}',
        attempt: 0,
        next_run_at: row.nextRunAt ?? '',
        target_key: row.target ?? '',
        credential_key: row.credential ?? '',
        created_at: now,
      })),
    ),
  )
  const made = await db
    .selectFrom('job_rows')
    .select('id')
    .where('job_id', '=', id)
    .orderBy('row_number')
    .execute()
  return { id, rowIds: made.map((row) => row.id) }
}

/** Chooses and sets to work, as a claim does; gives the numbers of the rows. */
const admit = ({ db, engine }: OpenDatabase, jobId: number, limits: SharedLimits, most: number, at = now) =>
  db.transaction().execute(async (transaction) => {
    const admitted = await admitLimited(transaction, engine, jobId, limits, most, at)
    if (admitted.ids.length === 0) return { numbers: [], nextAt: admitted.nextAt }
    const rows = await transaction
      .updateTable('job_rows')
      .set({ status: 'processing' })
      .where('id', 'in', admitted.ids)
      .where('status', '=', 'pending')
      .returning('row_number')
      .execute()
    return { numbers: rows.map((row) => row.row_number).sort((a, b) => a - b), nextAt: admitted.nextAt }
  })

onEachDatabase('limits beyond a job', (fresh, engine) => {
  test('rows begin in the order in which they are due, and only those that are due', async () => {
    const opened = await fresh()
    const job = await jobWith(opened, [{ nextRunAt: now }, {}, { nextRunAt: shift(now, 1) }, {}])

    const first = await admit(opened, job.id, noLimits, 2)
    const rest = await admit(opened, job.id, noLimits, 9)

    assert.deepEqual([first.numbers, rest.numbers], [[2, 4], [1]])
  })

  test('a busy target or credential is passed over, over all jobs', async () => {
    const opened = await fresh()
    await jobWith(opened, [
      { target: 'nas', status: 'processing' },
      { credential: 'root', status: 'processing' },
    ])
    const job = await jobWith(opened, [
      { target: 'nas' },
      { target: 'web', credential: 'root' },
      { target: 'web', credential: 'root' },
      { target: 'web', credential: 'other' },
      { target: 'db', credential: 'root' },
      {},
    ])

    const admitted = await admit(opened, job.id, { perTarget: 1, perCredential: 2, rate: null }, 9)

    assert.deepEqual(admitted, { numbers: [2, 6], nextAt: null })
  })

  test('any number of rows that are held up never hold up those behind them, and cost little', async () => {
    const opened = await fresh()
    await jobWith(opened, [
      { target: 'nas', status: 'processing' },
      { target: 'slow', credential: 'c2', status: 'processing' },
    ])
    const job = await jobWith(opened, [
      ...Array.from({ length: 30_000 }, () => ({ target: 'nas', credential: 'c1' })),
      ...Array.from({ length: 10_000 }, (_, index) => ({ target: `t${index}`, credential: 'c2' })),
      { target: 'web', credential: 'c1', nextRunAt: shift(now, 5) },
      ...Array.from({ length: 3 }, () => ({ target: 'db', credential: 'c1' })),
      { target: 'web', credential: 'c1' },
    ])

    const begun = performance.now()
    const admitted = await admit(opened, job.id, { perTarget: 1, perCredential: 1, rate: null }, 9)
    const one = await admit(opened, job.id, { perTarget: 2, perCredential: 1, rate: null }, 9)
    const took = performance.now() - begun

    assert.deepEqual([admitted.numbers, one.numbers], [[40_002], []])
    assert.ok(took < 1_000, `${took} ms`)
  })

  test('the same row is never chosen twice, also when it is looked for by target', async () => {
    const opened = await fresh()
    const rows = Array.from({ length: 500 }, (_, index) => ({
      target: index < 400 ? 'nas' : `t${index % 3}`,
    }))
    const job = await jobWith(opened, rows)

    const admitted = await opened.db
      .transaction()
      .execute((transaction) =>
        admitLimited(transaction, engine, job.id, { ...noLimits, perTarget: 5 }, 30, now),
      )

    assert.equal(admitted.ids.length, 20)
    assert.equal(new Set(admitted.ids).size, 20)
  })

  test('a rate says when the next may begin, and is shared by all that name its key', async () => {
    const opened = await fresh()
    const rate = { key: 'api', limit: 20, seconds: 3_600 }
    const one = await jobWith(
      opened,
      Array.from({ length: 5 }, () => ({})),
    )
    const other = await jobWith(
      opened,
      Array.from({ length: 5 }, () => ({})),
    )

    const first = await admit(opened, one.id, { ...noLimits, rate }, 9)
    const second = await admit(opened, other.id, { ...noLimits, rate }, 9)
    const free = await admit(opened, other.id, { ...noLimits, rate: { ...rate, key: 'other' } }, 1)

    assert.equal(first.numbers.length, 2)
    assert.equal(second.numbers.length, 0)
    assert.equal(free.numbers.length, 1)
    assert.ok(second.nextAt! > shift(now, 170_000) && second.nextAt! < shift(now, 200_000))
    assert.equal(free.nextAt, null)
  })

  if (engine === 'sqlite')
    test('a rate lets the next begin at the time it said', async () => {
      const opened = await fresh()
      const clock = new TestClock(now)
      const limits = { ...noLimits, rate: { key: 'api', limit: 1, seconds: 10 } }
      const job = await jobWith(opened, [{}, {}, {}])
      await admit(opened, job.id, limits, 9)
      const held = await admit(opened, job.id, limits, 9)
      clock.advance(10_000)

      const early = await admit(opened, job.id, limits, 9, clock.now())
      const right = await admit(opened, job.id, limits, 9, held.nextAt!)

      assert.deepEqual([held.numbers, early.numbers, right.numbers], [[], [], [2]])
    })

  if (engine === 'postgres')
    test('claims at the same time from several connections never begin too much', async () => {
      const opened = await fresh()
      const jobs = await Promise.all(
        Array.from({ length: 4 }, () =>
          jobWith(
            opened,
            Array.from({ length: 20 }, () => ({ target: 'nas' })),
          ),
        ),
      )

      const admitted = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          admit(opened, jobs[index % 4]!.id, { ...noLimits, perTarget: 3 }, 2),
        ),
      )

      assert.equal(admitted.flatMap((each) => each.numbers).length, 3)
    })
})
