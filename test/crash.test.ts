import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killRun } from '#test/kill-run.ts'
import { nothingWrong } from '#test/kill-tally.ts'
import { onEachDatabase } from '#test/each-database.ts'

// The full count is `npm run bench -- crash`.
const kills = 6

onEachDatabase('workers killed at random moments', (fresh) => {
  test('no row is lost, no effect is doubled, and nothing ends twice or uncounted', async () => {
    const opened = await fresh()

    const tallies = await killRun(opened, {
      effects: ['read', 'keyed', 'probe', 'once'],
      kills,
      rowsPerJob: 150,
      concurrency: 6,
      spares: 2,
    })

    for (const tally of tallies) {
      assert.deepEqual(tally.wrong, nothingWrong, tally.effect)
      assert.equal(tally.completed + tally.failed + tally.ambiguous, tally.rows)
    }
    assert.ok(tallies.reduce((sum, tally) => sum + tally.interrupted, 0) > kills, 'kills hit rows in work')
  })
})
