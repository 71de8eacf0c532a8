import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'
import { scheduleTools } from '#features/scheduled-work.ts'
import { createScheduleKeeper } from '#features/schedules/keep-schedules.ts'
import { upkeepSchedules } from '#features/system/upkeep-schedules.ts'
import { saveSetting } from '#features/system/setting-queries.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testConfig, type ConfigOverrides } from '#test/test-config.ts'
import { testContext, type TestContext } from '#test/test-context.ts'

const day = 86_400_000
const hour = 3_600_000

/** One process that keeps the upkeep of a database, which is as old as its clock. */
async function process(opened: OpenDatabase, backup: ConfigOverrides['backup'] = { schedule: '0 12 * * *' }) {
  const context = testContext(opened, { config: testConfig({ backup }) })
  await sql`update schema_migrations set applied_at = ${context.clock.now()}`.execute(context.db)
  const keeper = createScheduleKeeper(context, scheduleTools, [upkeepSchedules])
  const look = async () => {
    await keeper.read()
    await keeper.look()
  }
  return { context, look }
}

const jobsOf = async ({ db }: TestContext): Promise<string[]> =>
  (await db.selectFrom('jobs').select(['action', 'requested_by']).execute())
    .map((job) => `${job.action} by ${job.requested_by}`)
    .toSorted()

onEachDatabase('upkeep', (fresh) => {
  test('is submitted at its times, by one process only, and once', async () => {
    const opened = await fresh()
    const [one, other] = [await process(opened), await process(opened)]

    await one.look()
    const early = await jobsOf(one.context)
    for (const { context } of [one, other]) context.clock.advance(day)
    await Promise.all([one.look(), other.look()])
    await one.look()

    assert.deepEqual(early, [])
    assert.deepEqual(await jobsOf(one.context), ['backup by system:schedule', 'maintain by system:schedule'])
  })

  test('is made up for once after a time in which nobody ran', async () => {
    const { context, look } = await process(await fresh())
    context.clock.advance(10 * day)

    await look()
    context.clock.advance(hour)
    await look()

    assert.equal((await jobsOf(context)).length, 2)
  })

  test('leaves backups out where they are switched off', async () => {
    const { context, look } = await process(await fresh(), { enabled: false })
    context.clock.advance(2 * day)

    await look()

    assert.deepEqual(await jobsOf(context), ['maintain by system:schedule'])
  })

  test('of backups counts from when their times were set', async () => {
    const { context, look } = await process(await fresh())
    context.clock.advance(day)
    const row = { key: 'backup.schedule', value: '"0 12 * * *"', updatedAt: context.clock.now() }
    await saveSetting(context.db, { ...row, updatedBy: 'ada@example.net' }, '')

    await look()

    assert.deepEqual(await jobsOf(context), ['maintain by system:schedule'])
  })
})
