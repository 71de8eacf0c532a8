import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { machines } from '#test/scripted-source.ts'
import { syncWorld } from '#test/sync-world.ts'

onEachDatabase('reading a source', (fresh) => {
  test('what a source tells becomes devices', async () => {
    const { read, devices } = syncWorld(await fresh())

    const run = await read([machines(3)])

    assert.deepEqual([run.status, run.reason, run.added, run.recordsSeen], ['complete', null, 3, 3])
    assert.deepEqual(
      (await devices()).map(({ name, status }) => ({ name, status })),
      ['web-01', 'web-02', 'web-03'].map((name) => ({ name, status: 'active' })),
    )
  })
})
