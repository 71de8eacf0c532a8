import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database } from '#database/schema.ts'
import { activateJob } from '#features/jobs/activate-queries.ts'
import { Acknowledger } from '#features/jobs/acknowledger.ts'
import { claim } from '#features/jobs/claim.ts'
import { badOutcome, goodOutcome } from '#features/jobs/outcome.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { counting, jobsWorld } from '#test/jobs-world.ts'
import { TestClock } from '#test/test-clock.ts'

/** Makes the database refuse whatever becomes of row 2, and gives what ends that. */
async function refuseRowTwo(db: Database, engine: Engine): Promise<() => Promise<unknown>> {
  const when = `when (new.row_number = 2 and new.status <> 'processing')`
  if (engine === 'sqlite') {
    await sql
      .raw(`create trigger no before update on job_rows ${when} begin select raise(abort, 'no'); end`)
      .execute(db)
    return () => sql.raw('drop trigger no').execute(db)
  }
  await sql
    .raw(`create function no() returns trigger language plpgsql as $$ begin raise 'no'; end $$`)
    .execute(db)
  await sql
    .raw(`create trigger no before update on job_rows for each row ${when} execute function no()`)
    .execute(db)
  return () => sql.raw('drop trigger no on job_rows').execute(db)
}

const quiet = new AbortController().signal
const internal = badOutcome(new TypeError('of a stranger'), {
  effect: 'read',
  attempt: 9,
  maxAttempts: 3,
  isAborted: false,
  now: '',
  random: 0,
})

onEachDatabase('an outcome', (fresh, engine) => {
  for (const [what, outcome] of [
    ['a result', goodOutcome({ result: 'x' }, null)],
    ['an error of ours', internal],
  ] as const)
    test(`that the database refuses keeps no other from being written, and is not forgotten (${what})`, async () => {
      const clock = new TestClock()
      const { context, submit, rows } = jobsWorld(await fresh(), [counting(async () => ({}))], { clock })
      const id = await submit(3)
      await activateJob(context.db, clock.now(), id)
      const job = {
        id,
        action: 'count',
        effect: 'read' as const,
        concurrency: 3,
        limits: null,
        isGuarded: false,
      }
      const { rows: claimed, lease } = await claim(context, job, 'me', 3)
      const allow = await refuseRowTwo(context.db, engine)
      const written: number[] = []
      const acknowledger = new Acknowledger(
        context,
        () => undefined,
        (_jobs, given) => written.push(...given.map(({ row }) => row.row_number)),
      )

      for (const row of claimed)
        acknowledger.push({
          jobId: id,
          row,
          lease,
          outcome: row.row_number === 2 ? outcome : goodOutcome({}, null),
        })
      await acknowledger.drained(quiet)
      const refused = await rows(id)
      await allow()
      acknowledger.retryRefused()
      await acknowledger.drained(quiet)
      const tooSoon = await rows(id)
      clock.advance(30_000)
      acknowledger.retryRefused()
      await acknowledger.drained(quiet)

      assert.deepEqual(refused, ['completed 1', 'processing 1', 'completed 1'])
      assert.deepEqual(tooSoon, refused)
      assert.equal((await rows(id))[1], outcome === internal ? 'failed 1 INTERNAL' : 'completed 1 INTERNAL')
      assert.deepEqual(
        written.toSorted((left, right) => left - right),
        [1, 2, 3],
      )
      assert.equal(acknowledger.size, 0)
    })
})
