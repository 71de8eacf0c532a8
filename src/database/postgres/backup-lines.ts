import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { invalidBackup } from '#database/backup-file.ts'

/**
 * A logical backup is gzipped lines of JSON: a head, then for each table a line with its columns followed by its
 * rows (a list of texts or nulls each), then an end with the number of rows and a checksum of all lines before.
 */
export type BackupLine = BackupHead | BackupTable | BackupRow | BackupEnd

export interface BackupHead {
  rollcall: 'backup'
  format: 1
  takenAt: string
  reason: string
  schema: string
  key?: { path: string; ids: readonly string[] } | undefined
}

export interface BackupTable {
  table: string
  columns: string[]
  /** The last number given out by the table's sequence. */
  sequence: string | null
}

export type BackupRow = (string | null)[]

export interface BackupEnd {
  end: true
  tables: Record<string, number>
  sha256: string
}

export const isRow = (line: BackupLine): line is BackupRow => Array.isArray(line)
export const isTable = (line: BackupLine): line is BackupTable => !isRow(line) && 'table' in line
export const isEnd = (line: BackupLine): line is BackupEnd => !isRow(line) && 'end' in line

/** Writes lines, and after them the end, which knows their checksum. */
export async function writeLines(
  file: string,
  lines: AsyncIterable<string, Record<string, number>>,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const hash = createHash('sha256')
  let tables: Record<string, number> = {}
  async function* chunks(): AsyncGenerator<string> {
    const iterator = lines[Symbol.asyncIterator]()
    for (let next = await iterator.next(); ; next = await iterator.next()) {
      if (next.done) {
        tables = next.value
        break
      }
      hash.update(next.value)
      yield next.value
    }
    yield `${JSON.stringify({ end: true, tables, sha256: hash.digest('hex') } satisfies BackupEnd)}\n`
  }
  const target = createWriteStream(file, { mode: 0o600 })
  await pipeline(Readable.from(chunks()), createGzip(), target, { signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw error
  })
  return tables
}

/** Reads lines one by one and checks the whole of them at the end; throws BACKUP_INVALID. */
export async function* readLines(file: string, signal: AbortSignal): AsyncGenerator<BackupLine> {
  const hash = createHash('sha256')
  const tables: Record<string, number> = {}
  let table = ''
  for await (const text of textLines(file, signal)) {
    const line = parse(file, text)
    if (isEnd(line)) {
      if (line.sha256 !== hash.digest('hex')) throw invalidBackup(file, 'its checksum is wrong')
      if (JSON.stringify(line.tables) !== JSON.stringify(tables))
        throw invalidBackup(file, 'the number of its rows is wrong')
      return yield line
    }
    hash.update(text).update('\n')
    if (isTable(line)) tables[(table = line.table)] = 0
    if (isRow(line)) tables[table]! += 1
    yield line
  }
  throw invalidBackup(file, 'its end is missing')
}

function parse(file: string, text: string): BackupLine {
  try {
    return JSON.parse(text) as BackupLine
  } catch (error) {
    throw invalidBackup(file, 'a line in it is no JSON', error)
  }
}

async function* textLines(file: string, signal: AbortSignal): AsyncGenerator<string> {
  const source = createReadStream(file, { signal })
  const plain = createGunzip()
  source.on('error', (error) => plain.destroy(error))
  let rest = ''
  try {
    for await (const chunk of source.pipe(plain).setEncoding('utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop()!
      yield* lines
    }
  } catch (error) {
    signal.throwIfAborted()
    const { code } = error as NodeJS.ErrnoException
    if (code?.startsWith('Z_')) throw invalidBackup(file, 'it is damaged or cut off', error)
    throw error
  } finally {
    source.destroy()
  }
  if (rest !== '') throw invalidBackup(file, 'it is cut off')
}
