import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeCheckpoint } from '#features/audit/checkpoints.ts'
import { auditLab, fillTrail } from '#test/audit-lab.ts'
import { unnoticedMutations } from '#test/audit-mutations.ts'
import { onEachDatabase } from '#test/each-database.ts'

onEachDatabase('a trail that somebody tampers with', (fresh, engine) => {
  test('is never taken for whole', async (t) => {
    const lab = auditLab(await fresh())
    t.after(() => lab.clear())
    const heads = []
    for (let count = 0; count < 3; count += 1) {
      await lab.append({ message: 'before' })
      heads.push(await lab.context.db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow())
    }
    await fillTrail(lab)
    heads.push(await lab.context.db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow())
    await lab.append({ message: 'the very last' })
    await lab.append({ message: 'the very last' })
    await writeCheckpoint(lab.context)
    const whole = await lab.verify()
    assert.deepEqual([whole.firstBad, whole.tail], [null, 'proved'])

    const missed = await unnoticedMutations(lab, heads, {
      count: engine === 'sqlite' ? 260 : 39,
      seed: 20_261_125,
    })

    assert.deepEqual(missed, [])
  })
})
