import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { AppError } from '#kernel/errors.ts'
import { bulkInsert, bulkUpdate, reserveIds } from '#database/bulk.ts'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import { openDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'

const tag = (name: string) => ({ name, type: 'label', created_at: '2026-01-01T00:00:00.000Z', version: 1 })

onEachDatabase('an open database', (fresh) => {
  test('what was written outside of a transaction is there for the next read', async () => {
    const { db } = await fresh()

    await db.insertInto('tags').values(tag('core')).execute()

    assert.deepEqual(
      (await db.selectFrom('tags').select('name').execute()).map((row) => row.name),
      ['core'],
    )
  })

  test('writes asked for at the same time all land, and one that fails takes none of the others with it', async () => {
    const { db } = await fresh()
    await db.insertInto('tags').values(tag('taken')).execute()

    const outcomes = await Promise.allSettled(
      ['a', 'taken', 'b', 'c'].map((name) =>
        db.transaction().execute(async (transaction) => {
          await transaction
            .insertInto('tags')
            .values(tag(`${name}-first`))
            .execute()
          await transaction.insertInto('tags').values(tag(name)).execute()
        }),
      ),
    )

    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
    assert.ok(isUniqueViolation((outcomes[1] as PromiseRejectedResult).reason))
    const names = await db.selectFrom('tags').select('name').orderBy('name').execute()
    assert.deepEqual(
      names.map((row) => row.name),
      ['a', 'a-first', 'b', 'b-first', 'c', 'c-first', 'taken'],
    )
  })

  test('a transaction that throws leaves nothing behind', async () => {
    const { db } = await fresh()

    await assert.rejects(
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('tags').values(tag('gone')).execute()
        throw new Error('no')
      }),
      /no/,
    )

    assert.equal((await db.selectFrom('tags').selectAll().execute()).length, 0)
  })

  test('many rows are inserted and updated in one go, JSON and quotes and all', async () => {
    const { db, engine } = await fresh()
    const at = '2026-01-01T00:00:00.000Z'
    await db.transaction().execute(async (transaction) => {
      const ids = await reserveIds(transaction, engine, 'sync_history', 2)
      await bulkInsert(
        transaction,
        engine,
        'sync_history',
        ids.map((id, index) => ({
          id,
          sync_id: `run:${index}`,
          source_system: "o'hara",
          operation: 'update',
          change_type: 'x',
          old_value: null,
          new_value: JSON.stringify({ name: `"${index}"\\` }),
          performed_by: 'me',
          performed_at: at,
        })),
      )
      await bulkUpdate(
        transaction,
        engine,
        'sync_history',
        ['id'],
        [{ id: ids[1]!, operation: 'insert', new_value: '{"a":1}' }],
      )
    })

    const rows = await db
      .selectFrom('sync_history')
      .select(['operation', 'new_value', 'source_system'])
      .orderBy('id')
      .execute()
    assert.deepEqual(
      rows.map((row) => [row.operation, JSON.parse(row.new_value!), row.source_system]),
      [
        ['update', { name: '"0"\\' }, "o'hara"],
        ['insert', { a: 1 }, "o'hara"],
      ],
    )
  })

  test('the reading side sees what was written and cannot write', async () => {
    const { db, reports } = await fresh()
    await db.insertInto('tags').values(tag('seen')).execute()

    const rows = await reports.selectFrom('tags').select('name').execute()

    assert.deepEqual(
      rows.map((row) => row.name),
      ['seen'],
    )
    await assert.rejects(reports.insertInto('tags').values(tag('no')).execute())
  })

  test("a long read is stopped by its signal with the signal's own reason", async () => {
    const { reports, engine } = await fresh()
    const endless =
      engine === 'sqlite'
        ? sql`with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n`
        : sql`select pg_sleep(600)`
    const stop = new AbortController()
    const reason = new Error('enough')

    const running = reports.executeQuery(endless.compile(reports), { signal: stop.signal })
    setTimeout(() => stop.abort(reason), 50)

    await assert.rejects(running, (thrown) => thrown === reason)
    assert.equal((await reports.selectFrom('tags').selectAll().execute()).length, 0)
  })
})

test('a URL of an unknown kind is refused with what is expected', async () => {
  await assert.rejects(openDatabase({ url: 'mysql://host/db' }), (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.complaints[0]?.path, 'database.url')
    return true
  })
})
