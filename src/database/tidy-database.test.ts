import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { tidyDatabase } from '#database/tidy-database.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { allRows, fillTables } from '#test/sample-rows.ts'

const signal = new AbortController().signal

onEachDatabase('tidying up', (fresh, engine) => {
  test('loses no row, and gives the space of deleted ones back', async () => {
    const opened = await fresh()
    await fillTables(opened)
    const rows = await allRows(opened)
    for (let count = 0; count < 40; count += 1) {
      await opened.db
        .insertInto('tags')
        .values({
          name: `${count}${'x'.repeat(2_000)}`,
          type: 'bulk',
          description: 'y'.repeat(50_000),
          created_at: 'x',
          version: 1,
        })
        .execute()
    }
    await opened.db.deleteFrom('tags').where('type', '=', 'bulk').execute()

    const { freedBytes } = await tidyDatabase(opened, signal)

    if (engine === 'sqlite') {
      assert.ok(freedBytes > 1_500_000, String(freedBytes))
      const { rows: check } = await sql<object>`pragma integrity_check`.execute(opened.db)
      assert.deepEqual(
        check.map((row) => ({ ...row })),
        [{ integrity_check: 'ok' }],
      )
    }
    assert.deepEqual(await allRows(opened), rows)
  })

  test('tells the planner what there is', async () => {
    const opened = await fresh()
    await fillTables(opened)

    await tidyDatabase(opened, signal)

    const known = await (
      engine === 'sqlite'
        ? sql`select * from sqlite_stat1 where tbl = 'devices'`
        : sql`select * from pg_stats where tablename = 'devices'`
    ).execute(opened.db)
    assert.ok(known.rows.length > 0)
  })

  test('stops when it is told to', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))

    await assert.rejects(tidyDatabase(await fresh(), stop.signal), /enough/)
  })
})
