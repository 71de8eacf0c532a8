import { CompiledQuery, sql } from 'kysely'
import { createQueryId } from 'kysely'
import type { Insertable } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { ManyQuery } from '#database/many-query.ts'
import type { Schema, Transaction } from '#database/schema.ts'

/** Columns kept as JSON: PostgreSQL takes them as jsonb, so they go into a bulk statement unquoted. */
const jsonColumns = new Set([
  'metadata',
  'fact_value',
  'custom',
  'ip_addresses',
  'disks',
  'snapshots',
  'normalized',
  'volatile',
  'evidence',
  'claims',
  'before',
  'old_value',
  'new_value',
  'detail',
  'warnings',
  'settings',
  'parameters',
  'result',
  'progress',
  'input',
  'details',
  'before_state',
  'after_state',
  'options',
  'told',
  'tags',
  'labels',
  'hours',
  'told_channels',
])

type Row<Table extends keyof Schema> = Insertable<Schema[Table]>

/**
 * Inserts many rows that all have the same columns, as fast as the engine can: a prepared statement run row by
 * row on SQLite, COPY on PostgreSQL. `ignore` leaves rows that are already there.
 */
export async function bulkInsert<Table extends keyof Schema & string>(
  transaction: Transaction,
  engine: Engine,
  table: Table,
  rows: readonly Row<Table>[],
  { ignore = false }: { ignore?: boolean } = {},
): Promise<number> {
  if (rows.length === 0) return 0
  const columns = Object.keys(rows[0] as object)
  const into = `insert into ${table} (${columns.join(', ')})`
  const tail = ignore ? ' on conflict do nothing' : ''
  if (engine === 'sqlite') {
    return many(
      transaction,
      `${into} values (${columns.map(() => '?').join(', ')})${tail}`,
      values(rows, columns),
    )
  }
  if (!ignore)
    return one(transaction, `copy ${table} (${columns.join(', ')}) from stdin`, copyLines(rows, columns))
  return one(
    transaction,
    `${into} select ${columns.join(', ')} from json_populate_recordset(null::${table}, $1::json)${tail}`,
    recordset(rows, columns),
  )
}

/**
 * Inserts many rows that all have the same columns, or sets their columns where their keys are there already; with `fill`
 * only those that have no value yet.
 */
export async function bulkUpsert<Table extends keyof Schema & string>(
  transaction: Transaction,
  engine: Engine,
  table: Table,
  keys: readonly (keyof Row<Table> & string)[],
  rows: readonly Row<Table>[],
  { fill = false }: { fill?: boolean } = {},
): Promise<number> {
  if (rows.length === 0) return 0
  const columns = Object.keys(rows[0] as object)
  const names = columns.join(', ')
  const changed = columns.filter((column) => !(keys as readonly string[]).includes(column))
  const given = (column: string) =>
    fill ? `coalesce(${table}.${column}, excluded.${column})` : `excluded.${column}`
  const assignments = changed.map((column) => `${column} = ${given(column)}`).join(', ')
  const tail = ` on conflict (${keys.join(', ')}) do update set ${assignments}`
  if (engine === 'sqlite')
    return many(
      transaction,
      `insert into ${table} (${names}) values (${columns.map(() => '?').join(', ')})${tail}`,
      values(rows, columns),
    )
  return one(
    transaction,
    `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1::json)${tail}`,
    recordset(rows, columns),
  )
}

/** Sets columns of many rows by their key columns; every row has the same columns. */
export async function bulkUpdate<Table extends keyof Schema & string>(
  transaction: Transaction,
  engine: Engine,
  table: Table,
  keys: readonly (keyof Row<Table> & string)[],
  rows: readonly Partial<Row<Table>>[],
): Promise<number> {
  if (rows.length === 0) return 0
  const columns = Object.keys(rows[0] as object)
  const changed = columns.filter((column) => !(keys as readonly string[]).includes(column))
  if (engine === 'sqlite') {
    const assignments = changed.map((column) => `${column} = ?`).join(', ')
    const condition = keys.map((key) => `${key} = ?`).join(' and ')
    return many(
      transaction,
      `update ${table} set ${assignments} where ${condition}`,
      values(rows, [...changed, ...keys]),
    )
  }
  const assignments = changed.map((column) => `${column} = given.${column}`).join(', ')
  const condition = keys.map((key) => `target.${key} = given.${key}`).join(' and ')
  return one(
    transaction,
    `update ${table} as target set ${assignments} from json_populate_recordset(null::${table}, $1::json) as given where ${condition}`,
    recordset(rows, columns),
  )
}

/** Ids for rows that are about to be inserted, so that the rows that point at them can be written in the same go. */
export async function reserveIds(
  transaction: Transaction,
  engine: Engine,
  table: keyof Schema & string,
  count: number,
): Promise<number[]> {
  if (count === 0) return []
  if (engine === 'sqlite') {
    const { rows } = await sql<{
      seq: number
    }>`select seq from sqlite_sequence where name = ${table}`.execute(transaction)
    const first = (rows[0]?.seq ?? 0) + 1
    return Array.from({ length: count }, (_, index) => first + index)
  }
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence(${table}, 'id')) as id from generate_series(1, ${count}::int)`.execute(
    transaction,
  )
  return rows.map((row) => row.id)
}

async function many(transaction: Transaction, statement: string, rows: unknown[][]): Promise<number> {
  const query: ManyQuery = { ...CompiledQuery.raw(statement), queryId: createQueryId(), rows }
  return Number((await transaction.executeQuery(query)).numAffectedRows ?? 0)
}

async function one(transaction: Transaction, statement: string, parameter: string): Promise<number> {
  return Number(
    (await transaction.executeQuery(CompiledQuery.raw(statement, [parameter]))).numAffectedRows ?? 0,
  )
}

const values = (rows: readonly object[], columns: readonly string[]): unknown[][] =>
  rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]))

function recordset(rows: readonly object[], columns: readonly string[]): string {
  const texts = rows.map((row) => {
    const fields = columns.map((column) => {
      const value = (row as Record<string, unknown>)[column]
      const isRaw = typeof value === 'string' && jsonColumns.has(column)
      return `"${column}":${isRaw ? value : (JSON.stringify(bytesAsText(value)) ?? 'null')}`
    })
    return `{${fields.join(',')}}`
  })
  return `[${texts.join(',')}]`
}

/** The text format of COPY: a line a row, columns by tabs. */
function copyLines(rows: readonly object[], columns: readonly string[]): string {
  let lines = ''
  for (const row of rows)
    lines += `${columns.map((column) => copyValue((row as Record<string, unknown>)[column])).join('\t')}\n`
  return lines
}

const copyEscapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** PostgreSQL takes bytes as text in hexadecimal digits. */
const bytesAsText = (value: unknown): unknown =>
  value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value

function copyValue(given: unknown): string {
  const value = bytesAsText(given)
  if (value === null || value === undefined) return '\\N'
  if (typeof value !== 'string') return String(value)
  return /[\\\t\n\r]/.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (found) => copyEscapes[found]!) : value
}
