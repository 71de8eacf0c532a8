import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { AppError } from '#kernel/errors.ts'
import { migrate, migrateDown, migrations, schemaState } from '#database/migrate.ts'
import type { Migration } from '#database/migration.ts'
import { openDatabase } from '#database/open.ts'
import type { OpenDatabase } from '#database/open.ts'
import { databaseChild } from '#test/database-child.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { allRows, fillTables, madeTables } from '#test/sample-rows.ts'
import { schemaText } from '#test/schema-text.ts'
import { TestClock } from '#test/test-clock.ts'

const steps = Object.keys(migrations)

async function danglingKeys({ db, engine }: OpenDatabase): Promise<unknown[]> {
  // PostgreSQL checks each row as it is written and cannot have any.
  if (engine === 'postgres') return []
  return (await sql`pragma foreign_key_check`.execute(db)).rows
}

const future: Migration = {
  up: (t) => [`create table future (id ${t.id}, name ${t.text})`],
  down: () => ['drop table future'],
}

const failing: Migration = {
  up: (t) => [
    `create table half (id ${t.id})`,
    `insert into tags (name, type, created_at, version) values ('half', 'label', 'x', 1)`,
    'this is not SQL',
  ],
  down: () => [],
}

onEachDatabase('migrating', (fresh, engine) => {
  test('goes down step by step with data in place, and up again to the same schema', async () => {
    const opened = await fresh()
    const whole = await schemaText(opened)
    await fillTables(opened)

    for (const [index, name] of steps.toReversed().entries()) {
      const left = steps[steps.length - 2 - index]
      const kept = left === undefined ? [] : [...madeTables(left).keys()]
      const before = await allRows(opened)

      assert.deepEqual(await migrateDown(opened, left), [name])

      assert.deepEqual(await danglingKeys(opened), [])
      const after = await allRows(opened)
      assert.deepEqual(Object.keys(after).toSorted(), kept.toSorted(), name)
      // What an older schema has room for is still there.
      if (!madeTablesOf(name).some((table) => kept.includes(table)))
        for (const table of kept) assert.deepEqual(after[table], before[table], table)
    }
    assert.deepEqual(await migrate(opened), steps)

    assert.equal(await schemaText(opened), whole)
    await fillTables(opened)
  })

  for (const [index, name] of steps.entries()) {
    if (index === steps.length - 1) continue
    test(`from ${name}, filled, reaches today’s schema and loses no row`, async () => {
      const opened = await fresh()
      await migrateDown(opened, name)
      await fillTables(opened, name)
      const before = await allRows(opened)

      await migrate(opened)

      const after = await allRows(opened)
      for (const [table, rows] of Object.entries(before))
        assert.equal(after[table]!.length, rows.length, table)
      assert.deepEqual(await danglingKeys(opened), [])
    })
  }

  test('asks for a backup once, before a database with data changes, and not of a new one', async () => {
    const opened = await fresh()
    let count = 0
    const before = async () => void (count += 1)
    await migrate(opened, { before })
    assert.equal(count, 0)
    await migrateDown(opened, undefined)
    await migrate(opened, { before })
    assert.equal(count, 0)
    await migrateDown(opened, steps[0])

    await migrate(opened, { before })

    assert.equal(count, 1)
  })

  test('changes nothing when the backup before it fails', async () => {
    const opened = await fresh()
    await migrateDown(opened, steps[0])
    const schema = await schemaText(opened)

    await assert.rejects(migrate(opened, { before: () => Promise.reject(new Error('no space')) }), /no space/)

    assert.equal(await schemaText(opened), schema)
  })

  test('refuses a schema that a newer program has left, and touches nothing', async () => {
    const opened = await fresh()
    await migrate(opened, { steps: { ...migrations, '9999-future': future } })
    const schema = await schemaText(opened)

    const attempts = [() => migrate(opened), () => schemaState(opened), () => migrateDown(opened, undefined)]
    for (const attempt of attempts) {
      await assert.rejects(attempt, (error) => {
        assert.ok(error instanceof AppError)
        assert.equal(error.code, 'DATABASE_NEWER')
        assert.match(error.message, /9999-future/)
        assert.match(error.hint!, /restore/)
        return true
      })
    }

    assert.equal(await schemaText(opened), schema)
  })

  test('a step that fails in the middle leaves the state before it', async () => {
    const opened = await fresh()
    await fillTables(opened)
    const [schema, rows] = [await schemaText(opened), await allRows(opened)]

    await assert.rejects(
      migrate(opened, { steps: { ...migrations, '9998-future': future, '9999-failing': failing } }),
      /syntax/,
    )

    const state = await schemaState(opened, { ...migrations, '9998-future': future })
    assert.deepEqual(state.pending, [])
    await sql`drop table future`.execute(opened.db)
    await sql`delete from schema_migrations where name = '9998-future'`.execute(opened.db)
    assert.equal(await schemaText(opened), schema)
    assert.deepEqual(await allRows(opened), rows)
  })

  test('says when each step was done', async () => {
    const opened = await fresh()
    await migrateDown(opened, undefined)

    await migrate(opened, { clock: new TestClock('2026-02-03T04:05:06.007Z') })

    const { applied, pending } = await schemaState(opened)
    assert.deepEqual(pending, [])
    assert.deepEqual(
      applied,
      steps.map((name) => ({ name, appliedAt: '2026-02-03T04:05:06.007Z' })),
    )
  })

  test('four processes that start at the same time on a new database migrate it once', async () => {
    const opened = await fresh()
    const url = engine === 'sqlite' ? `${opened.url}.new` : opened.url
    await migrateDown(opened, undefined)

    const children = Array.from({ length: 4 }, () =>
      databaseChild(url, 'print(JSON.stringify(await migrate(opened)))'),
    )

    assert.deepEqual(await Promise.all(children.map((child) => child.ended)), [0, 0, 0, 0])
    const done = children.flatMap((child) => JSON.parse(child.lines[0]!) as string[])
    assert.deepEqual(done.toSorted(), steps)
    const again = await openDatabase({ url })
    assert.deepEqual((await schemaState(again)).pending, [])
    await again.close()
  })
})

/** Tables that one step makes or changes. */
function madeTablesOf(name: string): string[] {
  const before = madeTables(steps[steps.indexOf(name) - 1])
  const isFirst = name === steps[0]
  return [...madeTables(name)]
    .filter(([table, columns]) => isFirst || before.get(table)?.length !== columns.length)
    .map(([table]) => table)
}
