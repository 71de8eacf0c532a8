import { z } from 'zod'
import type { Call } from '#features/operation.ts'
import { excelSheets } from '#features/previews/excel-table.ts'
import { formatOf, openTableFile } from '#features/previews/table-file.ts'
import type { FileOptions } from '#features/previews/table-file.ts'
import { nothingFound } from '#features/previews/table.ts'
import type { Table } from '#features/previews/table.ts'
import { needUpload, uploadPath } from '#features/previews/uploads.ts'
import type { Json } from '#kernel/json.ts'

const rowsShown = 20

/** How an uploaded file would be read, and its first rows. */
export const UploadLook = z.object({
  format: z.enum(['csv', 'excel', 'jsonl']),
  encoding: z.string().nullable(),
  delimiter: z.string().nullable(),
  sheets: z.array(z.string()).describe('Of a workbook: those that hold something.'),
  columns: z.array(z.string()).describe('None as long as a sheet has to be chosen.'),
  rows: z.array(z.array(z.json().nullable())).describe('The first twenty.'),
  warnings: z.array(z.string()),
})
export type UploadLook = z.infer<typeof UploadLook>

/** Looks at the beginning of an uploaded file; throws ROWS_INVALID for one that cannot be read, NOT_FOUND. */
export async function lookAtUpload(
  call: Call,
  id: string,
  options: FileOptions,
  signal: AbortSignal,
): Promise<UploadLook> {
  const upload = await needUpload(call, call.actor, id)
  const file = await uploadPath(call, upload)
  const format = options.format ?? (await formatOf(file, upload.name))
  const sheets = format === 'excel' ? await excelSheets(file, upload.name, signal) : []
  if (sheets.length > 1 && options.sheet === undefined)
    return {
      format,
      encoding: null,
      delimiter: null,
      sheets,
      columns: [],
      rows: [],
      warnings: ['Several sheets hold something; say which one is meant'],
    }
  const { table, encoding, delimiter } = await openTableFile(file, upload.name, options, signal)
  const { rows, warnings } = await firstRows(table, signal)
  return { format, encoding, delimiter, sheets, columns: [...table.columns], rows, warnings }
}

async function firstRows(
  table: Table,
  signal: AbortSignal,
): Promise<{ rows: (Json | null)[][]; warnings: string[] }> {
  const found = nothingFound()
  const rows: (Json | null)[][] = []
  for await (const batch of table.read(found, signal)) {
    for (const { cells } of batch.slice(0, rowsShown - rows.length))
      rows.push(cells.map((cell) => cell ?? null))
    if (rows.length >= rowsShown) break
  }
  return { rows, warnings: [...table.warnings, ...found.warnings.keys()] }
}
