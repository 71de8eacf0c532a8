import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse, type Parser } from 'csv-parse'
import type { AppError } from '#kernel/errors.ts'
import { badLine, openFile } from '#sources/lease-lines.ts'

/** One row: its cells, and the line it begins on. */
export interface CsvRow {
  line: number
  cells: string[]
}

export interface CsvFormat {
  /** Undefined: the one of comma, semicolon, tab and bar that the header has most of. */
  separator?: string | undefined
  /** A byte order mark in the file wins over it. */
  encoding: 'utf-8' | 'utf-16le' | 'windows-1252'
}

/** No row comes near this; a longer one is an unclosed quote or another kind of file. In bytes. */
const longestRow = 1024 * 1024
const chunkBytes = 64 * 1024

/**
 * Reads the rows of a CSV file (RFC 4180, with the liberties spreadsheets take) one after the other; memory does not
 * grow with the file. Quotes may hold line ends. Throws SOURCE_ANSWER_INVALID with the line, SOURCE_FILE_UNREADABLE.
 * Gives back whether the file stayed as it was.
 */
export async function* readRows(
  path: string,
  format: CsvFormat,
  signal: AbortSignal,
): AsyncGenerator<CsvRow, { changed: boolean }> {
  signal.throwIfAborted()
  await using file = await openFile(path)
  const before = await file.stat()
  const chunks = decode(readChunks(file, before.size), format.encoding)
  const first = await chunks.next()
  if (first.done) throw badLine(path, 1, 'the file is empty', 'The first line must name the columns.')
  const told = /^sep=(.)\r?\n/.exec(first.value)?.[1]
  const parser = openParser(
    format.separator ?? told ?? detectSeparator(first.value),
    told === undefined ? 1 : 2,
  )
  const feeding = pipeline(Readable.from(withFirst(first.value, chunks)), parser, { signal })
  feeding.catch(() => {
    // The same error comes out of the parser, where it is read.
  })
  yield* rowsOf(path, parser, signal)
  const after = await file.stat()
  return { changed: before.mtimeMs !== after.mtimeMs || before.size !== after.size }
}

async function* rowsOf(path: string, parser: Parser, signal: AbortSignal): AsyncGenerator<CsvRow> {
  let last = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      const inside = record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
      last = info.lines
      yield { line: info.lines - inside, cells: record }
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof CsvError ? toBadLine(path, error, last) : error
  } finally {
    parser.destroy()
  }
}

function toBadLine(path: string, error: CsvError, lastLine: number): AppError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return badLine(path, lastLine + 1, 'a quote opens in this row and is never closed')
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return badLine(
      path,
      lastLine + 1,
      `the row is longer than ${longestRow} bytes`,
      'Look for a quote that is never closed.',
    )
  }
  return badLine(path, lastLine + 1, error.message)
}

/** Spreadsheets may begin with a line `sep=;`, which is passed over. */
const openParser = (separator: string, firstLine: number): Parser =>
  parse({
    delimiter: separator,
    from_line: firstLine,
    info: true,
    trim: true,
    // 24" in a cell without quotes is common in lists of hardware.
    relax_quotes: true,
    // The width of rows is judged where the line can be named.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  })

async function* readChunks(
  file: {
    read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
  },
  size: number,
): AsyncGenerator<Buffer> {
  for (let position = 0; position < size;) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - position))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Bytes as text; bytes that are none of the encoding become U+FFFD. */
async function* decode(
  bytes: AsyncIterable<Buffer>,
  encoding: CsvFormat['encoding'],
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(markedEncoding(chunk) ?? encoding)
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder?.decode() ?? ''
  if (rest !== '') yield rest
}

/** The encoding that the byte order mark at the beginning of a file tells. */
function markedEncoding(start: Buffer): string | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 'utf-8' : undefined
}

async function* withFirst(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

const separators = [',', ';', '\t', '|']

/** The separator that the header has most of, outside quotes. */
export function detectSeparator(start: string): string {
  const header = start
    .replace(/"[^"]*"/g, '')
    .trimStart()
    .split(/\r|\n/, 1)[0]!
  const count = (separator: string) => header.split(separator).length
  return separators.reduce((best, each) => (count(each) > count(best) ? each : best))
}
