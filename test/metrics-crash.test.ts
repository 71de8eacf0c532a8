import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { killMetrics } from '#test/metrics-kill.ts'

// The full count is `npm run bench -- metrics`.
const kills = 3

onEachDatabase('servers killed at random moments', (fresh) => {
  test('lose no metrics that they acknowledged, and double none', async () => {
    const { acknowledged, chunks, lost, doubled } = await killMetrics(await fresh(), kills)

    assert.ok(acknowledged > 10, `${acknowledged} were acknowledged`)
    assert.ok(chunks > 4, `${chunks} chunks were sealed`)
    assert.deepEqual({ lost, doubled }, { lost: 0, doubled: 0 })
  })
})
