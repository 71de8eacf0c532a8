import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after } from 'node:test'
import { openTableFile } from '#features/previews/table-file.ts'
import type { FileOptions, TableFile } from '#features/previews/table-file.ts'
import { nothingFound } from '#features/previews/table.ts'
import type { TableRow } from '#features/previews/table.ts'
import { AppError } from '#kernel/errors.ts'

const never = new AbortController().signal

/** Files of rows in a folder that goes with the tests of the file. */
export function tableFiles() {
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-table-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let made = 0
  const open = (
    content: string | Buffer,
    name = 'rows.csv',
    options: FileOptions = {},
  ): Promise<TableFile> => {
    const file = path.join(folder, `${(made += 1)}`)
    writeFileSync(file, content)
    return openTableFile(file, name, options, never)
  }
  const read = async (content: string | Buffer, name?: string, options?: FileOptions) => {
    const opened = await open(content, name, options)
    const found = nothingFound()
    const rows: TableRow[] = []
    for await (const batch of opened.table.read(found, never)) rows.push(...batch)
    return { ...opened, rows, found, cells: rows.map(({ cells }) => cells) }
  }
  return { open, read }
}

/** The error of a promise that has to fail with one of ours. */
export async function refusalOf(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it was not refused')
}
