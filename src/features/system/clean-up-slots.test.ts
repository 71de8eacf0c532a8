import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimSlot } from '#features/schedules/slot-queries.ts'
import { cleanUps } from '#features/system/clean-ups.ts'
import { shift } from '#kernel/clock.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
const day = 86_400_000

onEachDatabase('a clean-up of times', (fresh) => {
  test('keeps of each schedule the newest time that was claimed, so that nobody claims it again', async () => {
    const context = testContext(await fresh())
    const { db, clock } = context
    const ago = (days: number) => shift(clock.now(), -days * day)
    const claim = (key: string, days: number) =>
      claimSlot(db, ago(days), { key, slot: ago(days), outcome: 'made' })
    for (const key of ['source/lab', 'upkeep/backup']) for (const days of [90, 40]) await claim(key, days)
    await claim('source/lab', 1)

    const { clean } = cleanUps.find((each) => each.name === 'times')!
    const count = await clean({ ...context, by: 'system:maintain' }, never)

    const left = await db
      .selectFrom('schedule_slots')
      .select(['schedule_key', 'slot'])
      .orderBy('schedule_key')
      .execute()
    assert.equal(count, 3)
    assert.deepEqual(
      left.map((row) => [row.schedule_key, row.slot]),
      [
        ['source/lab', ago(1)],
        ['upkeep/backup', ago(40)],
      ],
    )
    assert.equal(await claim('upkeep/backup', 40), false)
  })
})
