import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Database } from '#database/schema.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { jobWorld } from '#test/job-world.ts'

const operations = ['job.pause', 'job.resume', 'job.cancel', 'job.retry', 'job.skip', 'job.resolve'] as const

onEachDatabase('the counters of a job', (fresh, engine) => {
  test('agree with its rows after whatever people do with it, in any order', async () => {
    const world = jobWorld(await fresh())
    const { db, clock } = world.context
    const statuses = ['pending', 'processing', 'completed', 'failed', 'skipped', 'ambiguous'] as const
    const step = fc.record({
      operation: fc.constantFrom(...operations),
      rows: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      outcome: fc.constantFrom('done', 'not_done'),
      named: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...statuses), { minLength: 6, maxLength: 6 }),
        fc.constantFrom('running', 'paused', 'failed', 'cancelled'),
        fc.array(step, { minLength: 1, maxLength: 12 }),
        async (rows, status, steps) => {
          const isOver = !rows.some((row) => ['pending', 'processing', 'ambiguous'].includes(row))
          const isPossible =
            status === 'failed'
              ? isOver && rows.includes('failed')
              : status === 'cancelled'
                ? !rows.includes('processing')
                : true
          fc.pre(isPossible)
          const id = await world.addJob(
            { status, effect: 'once', started_at: clock.now() },
            rows.map((each) =>
              each === 'ambiguous' ? { status: 'failed', review: 'ambiguous' } : { status: each },
            ),
          )
          for (const { operation, rows: numbers, outcome, named } of steps) {
            clock.advance(1)
            const input =
              operation === 'job.skip'
                ? { rows: numbers }
                : operation === 'job.resolve'
                  ? { rows: numbers, outcome }
                  : operation === 'job.retry' && named
                    ? { rows: numbers }
                    : {}
            const r = await world.ask(operation, { id, ...input }).then(
              () => 'ok',
              (error: { code: string; message: string }) => {
                if (error.code !== 'CONFLICT') throw error
                return error.message
              },
            )
            await assertExact(db, id, `${operation} ${JSON.stringify(input)} ${r}`)
          }
        },
      ),
      { numRuns: engine === 'sqlite' ? 150 : 25, seed: 20_261_126 },
    )
  })
})

async function assertExact(db: Database, id: number, what: string): Promise<void> {
  const job = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const rows = await db.selectFrom('job_rows').selectAll().where('job_id', '=', id).execute()
  const having = (status: string) => rows.filter((row) => row.status === status).length
  const completed = having('completed')
  const failed = having('failed')
  const skipped = having('skipped')
  assert.deepEqual(
    [
      job.total_rows,
      job.processed_rows,
      job.successful_rows,
      job.failed_rows,
      job.skipped_rows,
      job.ambiguous_rows,
    ],
    [
      rows.length,
      completed + failed + skipped,
      completed,
      failed,
      skipped,
      rows.filter(({ review }) => review === 'ambiguous').length,
    ],
    what,
  )
  if (job.status === 'completed') assert.equal(completed + skipped, rows.length, what)
  if (job.status === 'failed') assert.ok(failed > 0, what)
}
