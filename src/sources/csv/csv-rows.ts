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
  // Spreadsheets may begin with a line `sep=;`.
  const told = /^sep=(.)\n/.exec(first.value)
  const start = told ? first.value.slice(told[0].length) : first.value
  const separator = format.separator ?? told?.[1] ?? detectSeparator(start)
  yield* parseRows(path, separator, told ? 1 : 0, withFirst(start, chunks), signal)
  const after = await file.stat()
  return { changed: before.mtimeMs !== after.mtimeMs || before.size !== after.size }
}

async function* parseRows(
  path: string,
  separator: string,
  linesBefore: number,
  text: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<CsvRow> {
  let last = linesBefore
  const parser = openParser(separator, (cells, lines) => {
    last = lines + linesBefore
    const inside = cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
    return { line: last - inside, cells }
  })
  const feeding = pipeline(Readable.from(text), parser, { signal })
  feeding.catch(() => {
    // The same error comes out of the parser, where it is read.
  })
  try {
    yield* parser as AsyncIterable<CsvRow>
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof CsvError ? toBadLine(path, error, last + 1) : error
  } finally {
    parser.destroy()
  }
}

function toBadLine(path: string, error: CsvError, line: number): AppError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return badLine(path, line, 'a quote opens in this row and is never closed')
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return badLine(
      path,
      line,
      `the row is longer than ${longestRow} bytes`,
      'Look for a quote that is never closed.',
    )
  }
  return badLine(path, line, error.message)
}

const openParser = (separator: string, toRow: (cells: string[], lines: number) => CsvRow): Parser =>
  parse({
    delimiter: separator,
    record_delimiter: '\n',
    trim: true,
    // 24" in a cell without quotes is common in lists of hardware.
    relax_quotes: true,
    // The width of rows is judged where the line can be named.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
    // Its type wants cells back, but what comes back is passed on as it is.
    on_record: (cells, { lines }) => toRow(cells, lines) as unknown as string[],
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

/** Bytes as text whose lines all end in \\n, so that lines can be counted; bytes none of the encoding become U+FFFD. */
async function* decode(
  bytes: AsyncIterable<Buffer>,
  encoding: CsvFormat['encoding'],
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let held = ''
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(markedEncoding(chunk) ?? encoding)
    const text = held + decoder.decode(chunk, { stream: true })
    // A carriage return at the end may be half of a line end.
    held = text.endsWith('\r') ? '\r' : ''
    const whole = withPlainEnds(held === '' ? text : text.slice(0, -1))
    if (whole !== '') yield whole
  }
  const rest = withPlainEnds(held + (decoder?.decode() ?? ''))
  if (rest !== '') yield rest
}

const withPlainEnds = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text)

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
    .split('\n', 1)[0]!
  const count = (separator: string) => header.split(separator).length
  return separators.reduce((best, each) => (count(each) > count(best) ? each : best))
}
