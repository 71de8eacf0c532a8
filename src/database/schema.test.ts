import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { requiredColumns, requiredIndexes, requiredKeys } from '#test/required-schema.ts'
import { schemaText } from '#test/schema-text.ts'

const golden = fileURLToPath(new URL('../../docs/schema.sql', import.meta.url))
const texts: Record<string, string> = {}

interface Index {
  table: string
  name: string
  isUnique: boolean
  columns: string[]
}

async function columnsOf({ db }: OpenDatabase): Promise<Map<string, Map<string, boolean>>> {
  const tables = await db.introspection.getTables()
  return new Map(
    tables.map((table) => [
      table.name,
      new Map(table.columns.map((column) => [column.name, column.isNullable])),
    ]),
  )
}

async function indexesOf({ db, engine }: OpenDatabase): Promise<Index[]> {
  const { rows } = await (
    engine === 'sqlite'
      ? sql<{ tab: string; name: string; uniq: number; columns: string }>`
          select t.name as tab, i.name, i."unique" as uniq,
            (select group_concat(name, ',') from (select name from pragma_index_info(i.name) order by seqno)) as columns
          from sqlite_schema t, pragma_index_list(t.name) i where t.type = 'table'`
      : sql<{ tab: string; name: string; uniq: boolean; columns: string }>`
          select t.relname as tab, c.relname as name, i.indisunique as uniq,
            (select string_agg(a.attname, ',' order by k.place) from unnest(i.indkey) with ordinality k (num, place)
             join pg_attribute a on a.attrelid = t.oid and a.attnum = k.num) as columns
          from pg_index i join pg_class t on t.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
          where t.relnamespace = 'public'::regnamespace`
  ).execute(db)
  return rows.map((row) => ({
    table: row.tab,
    name: row.name,
    isUnique: Boolean(row.uniq),
    columns: (row.columns ?? '').split(','),
  }))
}

async function foreignKeysOf({ db, engine }: OpenDatabase): Promise<{ table: string; column: string }[]> {
  const { rows } = await (
    engine === 'sqlite'
      ? sql<{ tab: string; col: string }>`
          select t.name as tab, k."from" as col from sqlite_schema t, pragma_foreign_key_list(t.name) k
          where t.type = 'table' order by 1, 2`
      : sql<{ tab: string; col: string }>`
          select t.relname as tab, a.attname as col from pg_constraint k join pg_class t on t.oid = k.conrelid
          join pg_attribute a on a.attrelid = t.oid and a.attnum = k.conkey[1] where k.contype = 'f' order by 1, 2`
  ).execute(db)
  return rows.map((row) => ({ table: row.tab, column: row.col }))
}

onEachDatabase('the schema', (fresh, engine) => {
  test('every table and view has the columns that the requirements name', async () => {
    const columns = await columnsOf(await fresh())

    const missing = Object.entries(requiredColumns).flatMap(([table, names]) =>
      names
        .split(' ')
        .filter((name) => !columns.get(table)?.has(name))
        .map((name) => `${table}.${name}`),
    )
    assert.deepEqual(missing, [])
  })

  test('every index that the requirements name is there: its columns lead one', async () => {
    const indexes = await indexesOf(await fresh())

    const missing = requiredIndexes.filter(([table, ...columns]) => {
      return !indexes.some(
        (index) => index.table === table && columns.every((column, at) => index.columns[at] === column),
      )
    })
    assert.deepEqual(missing, [])
    const named = indexes.find((index) => index.name === 'idx_metrics_server_timestamp')
    assert.deepEqual(named?.columns, ['server_id', 'timestamp'])
  })

  test('every key that must be unique is', async () => {
    const indexes = await indexesOf(await fresh())

    const missing = requiredKeys.filter(
      ([table, ...columns]) =>
        !indexes.some(
          (index) => index.table === table && index.isUnique && index.columns.join() === columns.join(),
        ),
    )
    assert.deepEqual(missing, [])
  })

  test('every key to another table has an index, so that a deletion reads no whole table', async () => {
    const opened = await fresh()
    const indexes = await indexesOf(opened)

    const keys = await foreignKeysOf(opened)
    assert.ok(keys.length > 30)
    assert.deepEqual(
      keys.filter(
        ({ table, column }) => !indexes.some((index) => index.table === table && index.columns[0] === column),
      ),
      [],
    )
  })

  test('the row types of the schema have exactly the columns there are, and null where null may be', async () => {
    const columns = await columnsOf(await fresh())
    const files = readdirSync(import.meta.dirname).filter((name) => /^schema(-\w+)?\.ts$/.test(name))
    const source = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n')
    const list = [...source.matchAll(/^export interface \w*Schema\b[^{]*\{\n([^}]*)\}/gm)]
      .map(([, body]) => body)
      .join('\n')
    const tables = [...list.matchAll(/^ {2}(\w+): (\w+(?:Table|View))$/gm)]

    assert.ok(tables.length > 40)
    for (const [, table, type] of tables) {
      const body = source.match(new RegExp(`interface ${type} \\{\\n([^}]*)\\}`))![1]!
      const typed = [...body.matchAll(/^ {2}(\w+): (.*)$/gm)].map(([, name, of]) => ({
        name,
        isNullable: of!.includes('null'),
      }))
      const real = [...columns.get(table!)!].map(([name, isNullable]) => ({ name, isNullable }))
      // Columns of views, and keys on SQLite, do not say whether they may be null.
      const isLoose = engine === 'sqlite' || type!.endsWith('View')
      const compared = (each: { name?: string | undefined; isNullable: boolean }) =>
        isLoose ? { name: each.name } : each
      assert.deepEqual(typed.map(compared), real.map(compared), table!)
    }
  })

  test('it is written down', async () => {
    const text = await schemaText(await fresh())
    texts[engine] = text

    assert.match(text, /create table devices \(\n {2}id /)
  })
})

test('docs/schema.sql is the schema of both engines; accept a change with --test-update-snapshots', (t) => {
  const text = `-- The whole schema, as the migrations leave it. Made by a test; migrations live in src/database/migrations.

-- ===== SQLite =====

${texts.sqlite}
-- ===== PostgreSQL (beside it: the extension pg_trgm, and partitions of sync_history by month, of metrics by day) =====

${texts.postgres}`
  t.assert.fileSnapshot(text, golden, { serializers: [String] })
})
