import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { maintainPartitions } from '#database/maintain-partitions.ts'
import type { OpenDatabase } from '#database/open.ts'
import { onEachDatabase } from '#test/each-database.ts'
import { requiredIndexes } from '#test/required-schema.ts'

/** The plan of a query as text. Tables are small here, so PostgreSQL is told that reading all of one is dear. */
async function planOf({ db, engine }: OpenDatabase, query: string): Promise<string> {
  if (engine === 'sqlite') {
    const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(query)}`.execute(db)
    return rows.map((row) => row.detail).join('\n')
  }
  return db.transaction().execute(async (transaction) => {
    await sql`set local enable_seqscan = off`.execute(transaction)
    await sql`set local enable_sort = off`.execute(transaction)
    const { rows } = await sql<Record<string, string>>`explain ${sql.raw(query)}`.execute(transaction)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
}

const descending = new Set([
  'issues',
  'kb_articles',
  'netbox_sync_approvals',
  'device_configs',
  'sync_history',
])

interface Question {
  query: string
  /** Columns that the index finds by, instead of reading rows to look at them. */
  found: string[]
}

/** What an index is there for: finding by its first columns, in the order of a time where one comes last. */
function questionFor([table, ...columns]: readonly [string, ...string[]]): Question {
  const last = columns.at(-1)!
  const isTime = /(_at|_seen|timestamp|updated|complete|^version)$/.test(last)
  const keys = isTime ? columns.slice(0, -1) : columns
  const where = keys.map((column) => `${column} = ${valueOf(table, column)}`)
  const isRange = isTime && keys.length === 0
  if (isRange) where.push(`${last} < '2026-01-01'`)
  const order = isTime ? ` order by ${last}${descending.has(table) ? ' desc' : ''} limit 10` : ''
  return {
    query: `select * from ${table} where ${where.join(' and ')}${order}`,
    found: isRange ? [last] : keys,
  }
}

const texts = new Set(['metrics.server_id', 'sync_history.sync_id', 'netbox_sync_approvals.sync_batch_id'])
const valueOf = (table: string, column: string) =>
  column.endsWith('_id') && !texts.has(`${table}.${column}`) ? '1' : "'x'"

onEachDatabase('an index', (fresh, engine) => {
  test('is used by the query it is there for: each one that the requirements name', async () => {
    const opened = await fresh()

    for (const index of requiredIndexes) {
      const { query, found } = questionFor(index)
      const plan = await planOf(opened, query)
      for (const column of found) {
        const isFound = engine === 'sqlite' ? `SEARCH .*\\b${column}[=<]\\?` : `Index Cond: .*\\b${column}\\b`
        assert.match(plan, new RegExp(isFound), `${query}\n${plan}`)
      }
      assert.doesNotMatch(plan, /TEMP B-TREE|Seq Scan|\bSort +\(/, `${query}\n${plan}`)
    }
  })

  test('of that name is the one: idx_metrics_server_timestamp gives the newest values of a server', async () => {
    const plan = await planOf(
      await fresh(),
      `select * from metrics where server_id = 'nas-01' and timestamp >= '2026-01-01' order by timestamp desc limit 100`,
    )

    // Each partition has its own part of the index.
    const index =
      engine === 'sqlite' ? /idx_metrics_server_timestamp/ : /using metrics_\w+_server_id_timestamp_idx/
    assert.match(plan, index)
    assert.doesNotMatch(plan, /TEMP B-TREE|Seq Scan|Sort +\(/)
  })

  test('serves unique keys, which is how things are found again', async () => {
    const opened = await fresh()
    const queries = [
      `select * from devices where source_system = 'x' and source_identifier = 'y' and source_id = 'z'`,
      `select * from source_records where source_system = 'x' and source_identifier = 'y' and source_id = 'z'`,
      `select * from hosts where mac = 'x'`,
      `select * from job_rows where job_id = 1 and row_number = 2`,
      `select * from device_links where record_id = 1 and undone_at is null`,
      `select * from record_native_ids where native_id = 'x'`,
    ]

    for (const query of queries) {
      const plan = await planOf(opened, query)
      assert.doesNotMatch(plan, /SCAN|Seq Scan/, `${query}\n${plan}`)
    }
  })

  test('of words serves free text', async () => {
    const opened = await fresh()
    const queries =
      engine === 'sqlite'
        ? [
            `select * from devices where id in (select rowid from device_search where device_search match '"front"')`,
          ]
        : [
            `select * from devices where search_text like '%front%'`,
            `select * from hosts where search_text like '%front%'`,
          ]

    for (const query of queries) {
      const plan = await planOf(opened, query)
      assert.match(
        plan,
        engine === 'sqlite' ? /VIRTUAL TABLE INDEX/ : /Bitmap Index Scan on (devices|hosts)_search/,
      )
    }
  })

  if (engine === 'postgres') {
    test('is not even asked of months that a question leaves out', async () => {
      const opened = await fresh()
      await maintainPartitions(opened, 'sync_history', '2031-11-15T00:00:00.000Z')

      const plan = await planOf(
        opened,
        `select * from sync_history where performed_at >= '2031-12-01T00:00:00.000Z' and performed_at < '2032-01-01T00:00:00.000Z'
         order by performed_at desc, id desc limit 50`,
      )

      assert.match(plan, /sync_history_2031_12/)
      assert.doesNotMatch(plan, /sync_history_2031_11|sync_history_2032|default/)
    })
  }
})
