import { open, rm } from 'node:fs/promises'
import { outsideColumns, readOutside } from '#database/outside-query.ts'
import type { OutsideDatabase } from '#database/outside-query.ts'
import { cleanHeader } from '#features/previews/table-header.ts'
import { readText } from '#features/previews/read-text.ts'
import { rowsInvalid } from '#features/previews/row-complaints.ts'
import type { Table, TableRow } from '#features/previews/table.ts'
import type { Json } from '#kernel/json.ts'

export interface SqlQuery {
  database: OutsideDatabase
  sql: string
  /** Columns that together name a row. */
  key?: readonly string[] | undefined
}

const naming = ['id', 'key', 'name', 'hostname', 'mac', 'serial']

/**
 * The rows of a query of somebody else's database as a table. They are read once, into a file beside the uploads, so that
 * every look at them sees the same; `close` removes it. A query that says no order is sorted by the key.
 */
export async function openSqlTable(
  { database, sql, key }: SqlQuery,
  { spool, mostBytes }: { spool: string; mostBytes: number },
  signal: AbortSignal,
): Promise<Table & { close(): Promise<void> }> {
  const from = `The query of ${database.name}`
  const isOrdered = /\border\s+by\b/i.test(withoutTexts(sql))
  const orderBy = isOrdered ? undefined : await sortColumns({ database, sql, key }, from, signal)
  const close = () => rm(spool, { force: true })
  try {
    const { columns, rows } = await save({ database, sql }, orderBy, { spool, mostBytes, from }, signal)
    if (rows === 0) throw rowsInvalid(from, 'it gives no rows')
    return {
      from,
      columns: cleanHeader(columns, from, 'columns'),
      unit: 'row',
      warnings: [],
      read: (_, each) => saved(spool, each),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const withoutTexts = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')

async function sortColumns(
  { database, sql, key }: SqlQuery,
  from: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const columns = cleanHeader(await outsideColumns(database, sql, signal), from, 'columns')
  const missing = key?.find((name) => !columns.includes(name))
  if (missing !== undefined)
    throw rowsInvalid(from, `there is no column ${missing}`, [
      { path: 'rowsFrom.key', value: missing, expected: `one of ${columns.join(', ')}` },
    ])
  const known = naming.map((name) => columns.find((column) => column.toLowerCase() === name))
  const found = key ?? known.filter((column) => column !== undefined).slice(0, 1)
  if (found.length > 0) return found
  throw rowsInvalid(
    from,
    'the order of its rows is not said, and no column is known to name them',
    [{ path: 'rowsFrom.sql', expected: 'ORDER BY, or columns of the key to sort by' }],
    `Say as key which of these name a row: ${columns.join(', ')}.`,
  )
}

async function save(
  { database, sql }: SqlQuery,
  orderBy: readonly string[] | undefined,
  { spool, mostBytes, from }: { spool: string; mostBytes: number; from: string },
  signal: AbortSignal,
): Promise<{ columns: string[]; rows: number }> {
  await using file = await open(spool, 'w', 0o600)
  let columns: string[] = []
  let [rows, bytes] = [0, 0]
  for await (const page of readOutside(database, sql, { orderBy }, signal)) {
    columns = page.columns
    const text = page.rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    bytes += Buffer.byteLength(text)
    if (bytes > mostBytes)
      throw rowsInvalid(from, `its rows are larger than ${mostBytes.toLocaleString('en')} bytes`)
    await file.appendFile(text)
    rows += page.rows.length
  }
  return { columns, rows }
}

async function* saved(spool: string, signal: AbortSignal): AsyncGenerator<TableRow[]> {
  let rest = ''
  let line = 0
  for await (const piece of readText(spool, 'utf-8', signal)) {
    const texts = (rest + piece).split('\n')
    rest = texts.pop()!
    yield texts.map((text) => ({ line: (line += 1), cells: JSON.parse(text) as Json[] }))
  }
}
