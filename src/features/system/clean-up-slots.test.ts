import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimSlot } from '#features/sync/schedule-queries.ts'
import { cleanUps } from '#features/system/clean-ups.ts'
import { shift } from '#kernel/clock.ts'
import { forgetKeys, takeKey } from '#surfaces/http/idempotency-queries.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
const day = 86_400_000

onEachDatabase('a clean-up of repeated requests', (fresh) => {
  test('keeps of each schedule the newest time that was claimed, so that nobody claims it again', async () => {
    const context = testContext(await fresh())
    const { db, clock } = context
    const now = clock.now()
    const ago = (days: number) => shift(now, -days * day)
    for (const source of ['lab', 'upkeep/backup'])
      for (const days of [15, 8]) await claimSlot(db, source, ago(days), ago(days))
    await claimSlot(db, 'lab', ago(0.5), ago(0.5))
    await takeKey(db, { actor: 'ada', key: 'again', requestHash: 'x', now: ago(2) })

    const { clean } = cleanUps.find((each) => each.name === 'repetitions')!
    await forgetKeys(db, ago(20))
    const count = await clean({ ...context, by: 'system:maintain' }, never)
    await forgetKeys(db, now)

    const left = await db.selectFrom('idempotency_keys').select('key').orderBy('key').execute()
    assert.equal(count, 4)
    assert.deepEqual(
      left.map((row) => row.key),
      [`lab@${ago(0.5)}`, `upkeep/backup@${ago(8)}`],
    )
    assert.equal(await claimSlot(db, 'upkeep/backup', ago(8), now), false)
  })
})
