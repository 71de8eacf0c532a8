import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bulkInsert, bulkUpdate, reserveIds } from '#database/bulk.ts'
import { isUniqueViolation } from '#database/constraint-errors.ts'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'

const tag = (name: string, changes: { type?: string; description?: string | null } = {}) => ({
  name,
  type: '',
  color: null,
  description: null,
  created_at: '2026-01-01T00:00:00.000Z',
  version: 1,
  ...changes,
})

const insert = ({ db, engine }: OpenDatabase, names: readonly string[], ignore = false): Promise<number> =>
  db.transaction().execute((transaction) =>
    bulkInsert(
      transaction,
      engine,
      'tags',
      names.map((name) => tag(name)),
      { ignore },
    ),
  )

const names = async ({ db }: OpenDatabase) =>
  (await db.selectFrom('tags').select('name').orderBy('name').execute()).map((row) => row.name)

onEachDatabase('many rows at once', (fresh) => {
  test('come back as they were, whatever their texts hold', async () => {
    const opened = await fresh()
    const hostile = [
      '',
      '\\N',
      '\\.',
      'tab\there',
      'line\nbreak',
      'return\r',
      '\\t',
      '"',
      "'",
      '{"a":1}',
      '💡',
      '\u0001\b',
    ]

    const count = await insert(opened, hostile)

    assert.equal(count, hostile.length)
    assert.deepEqual(new Set(await names(opened)), new Set(hostile))
    const row = await opened.db
      .selectFrom('tags')
      .selectAll()
      .where('name', '=', '')
      .executeTakeFirstOrThrow()
    assert.deepEqual([row.type, row.color, row.version], ['', null, 1])
  })

  test('keep JSON, flags and numbers', async () => {
    const { db, engine } = await fresh()
    const view = {
      name: 'v',
      subject: 'device',
      query: '',
      sort: null,
      owner: 'a',
      created_at: 't',
      version: 7,
    }
    const columns = JSON.stringify(['a\\b', 'c\td', 'e"f'])

    await db
      .transaction()
      .execute((transaction) =>
        bulkInsert(transaction, engine, 'saved_views', [{ ...view, columns, shared: true }]),
      )

    const row = await db.selectFrom('saved_views').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual(JSON.parse(row.columns), JSON.parse(columns))
    assert.deepEqual([Boolean(row.shared), row.version], [true, 7])
  })

  test('are refused as a whole when one of them is there already; the connection goes on', async () => {
    const opened = await fresh()
    await insert(opened, ['a'])

    await assert.rejects(
      insert(opened, ['b', 'a', 'c']),
      (error) => isUniqueViolation(error) || isUniqueViolation((error as Error).cause),
    )

    assert.deepEqual(await names(opened), ['a'])
    assert.equal(await insert(opened, ['d']), 1)
  })

  test('are left out where they are there already, when asked to', async () => {
    const opened = await fresh()
    await insert(opened, ['a'])

    assert.equal(await insert(opened, ['a', 'b'], true), 1)
    assert.deepEqual(await names(opened), ['a', 'b'])
  })

  test('under reserved ids can be pointed at before they are there, and updated by key', async () => {
    const { db, engine } = await fresh()
    const ids = await db.transaction().execute(async (transaction) => {
      const reserved = await reserveIds(transaction, engine, 'tags', 2)
      const rows = reserved.map((id) => ({ id, ...tag(`t${id}`) }))
      await bulkInsert(transaction, engine, 'tags', rows)
      const changed = reserved.map((id) => ({ id, description: `of ${id}` }))
      assert.equal(await bulkUpdate(transaction, engine, 'tags', ['id'], changed), 2)
      return reserved
    })

    const rows = await db.selectFrom('tags').select(['id', 'description']).orderBy('id').execute()
    assert.deepEqual(
      rows.map((row) => [row.id, row.description]),
      ids.map((id) => [id, `of ${id}`]),
    )
  })
})
