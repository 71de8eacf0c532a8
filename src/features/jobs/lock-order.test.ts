import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'
import { holdJob } from '#features/jobs/control-queries.ts'
import { openJobs } from '#features/schedules/slot-queries.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { jobWorld } from '#test/job-world.ts'

/** Does something in a transaction of its own that waits for no lock for long. */
const impatiently = (db: Database, statement: string) =>
  db.transaction().execute(async (transaction) => {
    await sql`set local lock_timeout = '300ms'`.execute(transaction)
    await sql.raw(statement).execute(transaction)
  })

onEachDatabase('locks on jobs', (fresh, engine) => {
  // SQLite has one writer, who waits for nobody.
  if (engine === 'sqlite') return

  test('of whoever controls a job let a claim of its rows note its effects', async () => {
    const { db } = await fresh()
    const world = jobWorld({ db, reports: db, engine } as never)
    const id = await world.addJob({ status: 'running' })

    await db.transaction().execute(async (transaction) => {
      await holdJob(transaction, engine, id)

      await impatiently(
        db,
        `insert into job_effects (effect_key, action, job_id, row_number, status, begun_at)
         values ('k', 'tag', ${id}, 1, 'begun', '')`,
      )
      await assert.rejects(impatiently(db, `update jobs set priority = 1 where id = ${id}`), {
        code: 'DATABASE_LOCKED',
      })
    })
  })

  test('of a schedule that replaces its earlier jobs come before its first line of the trail', async () => {
    const { db } = await fresh()
    const world = jobWorld({ db, reports: db, engine } as never)
    const id = await world.addJob({ status: 'running' })
    await db
      .insertInto('schedule_slots')
      .values({ schedule_key: 'person/1', slot: 'x', outcome: 'made', job_id: id, claimed_at: '' })
      .execute()

    await db.transaction().execute(async (transaction) => {
      assert.deepEqual(await openJobs(transaction, engine, 'person/1'), [{ id, hasBegun: true }])

      await assert.rejects(impatiently(db, `update jobs set priority = 1 where id = ${id}`), {
        code: 'DATABASE_LOCKED',
      })
    })
  })
})
