import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanUps } from '#features/system/clean-ups.ts'
import { shift } from '#kernel/clock.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { testContext } from '#test/test-context.ts'

const never = new AbortController().signal
const day = 86_400_000

onEachDatabase('a clean-up of what became of servers', (fresh) => {
  test('keeps how each stood when the time that is kept begins', async () => {
    const context = testContext(await fresh())
    const { db, clock } = context
    const ago = (days: number) => shift(clock.now(), -days * day)
    for (const id of ['nas-01', 'nas-02'])
      await db
        .insertInto('servers')
        .values({ id, hostname: id, created_at: ago(900), updated_at: ago(900) })
        .execute()
    const became = (server_id: string, days: number, status: string) =>
      db
        .insertInto('status_changes')
        .values({ server_id, at: ago(days), status, condition: null, cause: 'told', incident_id: null })
        .execute()
    await became('nas-01', 800, 'online')
    await became('nas-01', 500, 'offline')
    await became('nas-01', 400, 'online')
    await became('nas-01', 10, 'offline')
    await became('nas-02', 700, 'online')

    const { count, clean } = cleanUps.find((each) => each.name === 'states')!
    const tools = { ...context, by: 'system:maintain' }
    assert.equal(await count(tools, never), 2)
    assert.equal(await clean(tools, never), 2)

    const left = await db
      .selectFrom('status_changes')
      .select(['server_id', 'at', 'status'])
      .orderBy('server_id')
      .orderBy('at')
      .execute()
    assert.deepEqual(
      left.map((row) => [row.server_id, row.at, row.status]),
      [
        ['nas-01', ago(400), 'online'],
        ['nas-01', ago(10), 'offline'],
        ['nas-02', ago(700), 'online'],
      ],
    )
  })
})
