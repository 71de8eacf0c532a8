import { open } from 'node:fs/promises'
import { openCsv } from '#features/previews/csv-table.ts'
import { openExcel } from '#features/previews/excel-table.ts'
import { openJsonLines } from '#features/previews/jsonl-table.ts'
import { rowsInvalid } from '#features/previews/row-complaints.ts'
import type { Table } from '#features/previews/table.ts'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'

export type TableFormat = 'csv' | 'excel' | 'jsonl'
export type FileOptions = Pick<
  Extract<RowsFrom, { kind: 'file' }>,
  'format' | 'delimiter' | 'encoding' | 'sheet'
>

/** A file as a table, and how it was read. */
export interface TableFile {
  table: Table
  format: TableFormat
  encoding: string | null
  delimiter: string | null
  sheets: string[]
}

/** Opens a file of rows by its name, its first bytes and what is said of it. Throws ROWS_INVALID. */
export async function openTableFile(
  path: string,
  name: string,
  options: FileOptions,
  signal: AbortSignal,
): Promise<TableFile> {
  const format = options.format ?? (await formatOf(path, name))
  if (format === 'excel') {
    const table = await openExcel(path, name, options, signal)
    return { table, format, encoding: null, delimiter: null, sheets: table.sheets }
  }
  if (format === 'jsonl') {
    const table = await openJsonLines(path, name, options, signal)
    return { table, format, encoding: table.encoding, delimiter: null, sheets: [] }
  }
  const table = await openCsv(path, name, options, signal)
  return { table, format, encoding: table.encoding, delimiter: table.delimiter, sheets: [] }
}

/** What kind of file it is; an old workbook is refused. */
export async function formatOf(path: string, name: string): Promise<TableFormat> {
  await using file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0)
  if (buffer.toString('hex') === 'd0cf11e0a1b11ae1')
    throw rowsInvalid(
      name,
      'workbooks of the old kind (.xls) and those with a password cannot be read',
      [],
      'Save it as .xlsx without a password, or as CSV.',
    )
  if (buffer.readUInt32BE() === 0x504b0304) return 'excel'
  return /\.(jsonl|ndjson|jsonlines)$/i.test(name) ? 'jsonl' : 'csv'
}
