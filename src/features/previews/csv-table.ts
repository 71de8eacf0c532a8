import { CsvError, parse } from 'csv-parse'
import type { Parser } from 'csv-parse'
import { cleanHeader } from '#features/previews/table-header.ts'
import { findEncoding, readText } from '#features/previews/read-text.ts'
import { rowsInvalid } from '#features/previews/row-complaints.ts'
import type { Table, TableFound, TableRow } from '#features/previews/table.ts'
import type { AppError } from '#kernel/errors.ts'

/** No row comes near this; a longer one is an unclosed quote or another kind of file. In bytes. */
const longestRow = 1024 * 1024

export interface CsvOptions {
  delimiter?: string | undefined
  encoding?: string | undefined
}

export interface CsvTable extends Table {
  encoding: string
  delimiter: string
}

/**
 * A CSV file (RFC 4180, with the liberties that spreadsheets take) as a table; memory does not grow with the file.
 * `from` is its name for people. Throws ROWS_INVALID.
 */
export async function openCsv(
  path: string,
  from: string,
  options: CsvOptions,
  signal: AbortSignal,
): Promise<CsvTable> {
  const { encoding, warning } = await findEncoding(path, from, options.encoding, signal)
  const start = await startOf(readText(path, encoding, signal))
  // Spreadsheets may begin with a line `sep=;`.
  const told = /^sep=(.)\n/i.exec(start)
  const delimiter = options.delimiter ?? told?.[1] ?? findDelimiter(told ? start.slice(6) : start)
  const format: Format = { path, from, encoding, delimiter, skip: told ? 1 : 0 }
  const head = await headOf(format, signal)
  const columns = cleanHeader(head.cells as string[], from, `line ${head.line}`)
  const guessed =
    options.delimiter === undefined && delimiter !== ','
      ? [`Columns were taken to be separated by ${delimiterNames[delimiter] ?? JSON.stringify(delimiter)}`]
      : []
  return {
    from,
    columns,
    unit: 'line',
    encoding,
    delimiter,
    warnings: [...(warning === undefined ? [] : [warning]), ...guessed],
    read: (found, each) => withoutHead(format, columns.length, found, each),
  }
}

interface Format {
  path: string
  from: string
  encoding: string
  delimiter: string
  /** Lines before the header. */
  skip: number
}

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
}

async function startOf(pieces: AsyncIterable<string>): Promise<string> {
  for await (const piece of pieces) return piece
  return ''
}

/** The delimiter that the header has most of, outside quotes. */
function findDelimiter(start: string): string {
  const header = start
    .replace(/"[^"]*"/g, '')
    .trimStart()
    .split('\n', 1)[0]!
  const parts = (delimiter: string) => header.split(delimiter).length
  return Object.keys(delimiterNames).reduce((best, each) => (parts(each) > parts(best) ? each : best))
}

async function headOf(format: Format, signal: AbortSignal): Promise<TableRow> {
  for await (const rows of parsed(format, signal)) {
    if (rows.length > 0) return rows[0]!
  }
  throw rowsInvalid(format.from, 'the file is empty', [], 'The first line must name the columns.')
}

async function* withoutHead(
  format: Format,
  width: number,
  found: TableFound,
  signal: AbortSignal,
): AsyncGenerator<TableRow[]> {
  let isHead = true
  for await (const rows of parsed(format, signal, found)) {
    const rest = isHead && rows.length > 0 ? rows.slice(1) : rows
    isHead &&= rows.length === 0
    const kept = rest.filter(({ cells }) => cells.length !== width || cells.some((cell) => cell !== ''))
    found.empty += rest.length - kept.length
    if (kept.length > 0) yield kept
  }
}

/**
 * All rows with the header, as they come out of each piece of the file. As long as there is no quote a line is a row and
 * is only split, which is several times faster; from the first quote on the parser has it.
 */
async function* parsed(format: Format, signal: AbortSignal, found?: TableFound): AsyncGenerator<TableRow[]> {
  const plain = new PlainLines(format)
  let parser: QuotedRows | undefined
  let isFirst = true
  try {
    for await (const piece of readText(format.path, format.encoding, signal)) {
      const text = isFirst && format.skip > 0 ? piece.slice(piece.indexOf('\n') + 1) : piece
      isFirst = false
      if (parser === undefined && !text.includes('"')) {
        yield plain.take(text)
        continue
      }
      const all = parser === undefined ? plain.rest + text : text
      parser ??= new QuotedRows(format, plain.lines)
      yield await parser.take(all)
    }
    yield parser === undefined ? plain.end() : await parser.end()
    if (found) found.empty += plain.empty + (parser?.empty ?? 0)
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof CsvError && parser ? toBadRow(format.from, error, parser.last + 1) : error
  } finally {
    parser?.destroy()
  }
}

/** Rows of a text without quotes. */
class PlainLines {
  /** The beginning of a line whose end is still to come. */
  rest = ''
  lines: number
  empty = 0
  readonly #format: Format

  constructor(format: Format) {
    this.#format = format
    this.lines = format.skip
  }

  take(text: string): TableRow[] {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop()!
    if (this.rest.length > longestRow) throw tooLong(this.#format.from, this.lines + lines.length + 1)
    return this.#rows(lines)
  }

  end(): TableRow[] {
    return this.rest === '' ? [] : this.#rows([this.rest])
  }

  #rows(lines: readonly string[]): TableRow[] {
    const rows: TableRow[] = []
    for (const text of lines) {
      this.lines += 1
      if (text === '') this.empty += 1
      else rows.push({ line: this.lines, cells: text.split(this.#format.delimiter).map(trimmed) })
    }
    return rows
  }
}

function trimmed(cell: string): string {
  const isPlain = cell.charCodeAt(0) > 32 && cell.charCodeAt(cell.length - 1) > 32
  return isPlain && cell.charCodeAt(0) < 128 && cell.charCodeAt(cell.length - 1) < 128 ? cell : cell.trim()
}

/** Rows of a text with quotes. */
class QuotedRows {
  last: number
  empty = 0
  #rows: TableRow[] = []
  readonly #parser: Parser
  readonly #send: (piece: string | undefined) => Promise<void>

  constructor(format: Format, linesBefore: number) {
    this.last = linesBefore
    this.#parser = openParser(format, (cells, lines, empty) => {
      const end = lines + linesBefore
      const skipped = empty - this.empty
      this.empty = empty
      const inside = end - skipped - this.last > 1 ? newlinesIn(cells) : 0
      this.last = end
      this.#rows.push({ line: end - inside, cells })
    })
    this.#send = feeder(this.#parser)
  }

  async take(text: string): Promise<TableRow[]> {
    await this.#send(text)
    return this.#taken()
  }

  async end(): Promise<TableRow[]> {
    await this.#send(undefined)
    return this.#taken()
  }

  destroy(): void {
    this.#parser.destroy()
  }

  #taken(): TableRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }
}

/** Gives text to the parser, undefined for the end; resolves when it is parsed, rejects as the parser fails. */
function feeder(parser: Parser): (piece: string | undefined) => Promise<void> {
  let failed: Error | undefined
  let fail: ((error: Error) => void) | undefined
  parser.on('error', (error: Error) => {
    failed = error
    fail?.(error)
  })
  parser.resume()
  return (piece) =>
    new Promise((resolve, reject) => {
      if (failed) return reject(failed)
      fail = reject
      if (piece === undefined) {
        parser.once('end', () => resolve())
        parser.end()
      } else parser.write(piece, () => (failed ? reject(failed) : resolve()))
    })
}

const newlinesIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)

const openParser = (
  { delimiter }: Format,
  take: (cells: string[], lines: number, emptyLines: number) => void,
): Parser =>
  parse({
    delimiter,
    record_delimiter: '\n',
    trim: true,
    // 24" in a cell without quotes is common in lists of hardware.
    relax_quotes: true,
    // The width of rows is judged where the line can be named.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
    // Taken here and given to nobody: a stream of rows would cost more than reading them.
    on_record: (cells: string[], { lines, empty_lines: empty }) => {
      take(cells, lines, empty)
      return null
    },
  })

function toBadRow(from: string, error: CsvError, line: number): AppError {
  const path = `line ${line}`
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return rowsInvalid(from, 'a quote is never closed', [
      { path, expected: 'a closing quote before the file ends' },
    ])
  if (error.code === 'CSV_MAX_RECORD_SIZE') return tooLong(from, line)
  return rowsInvalid(from, 'the file is no CSV', [{ path, expected: error.message }])
}

const tooLong = (from: string, line: number): AppError =>
  rowsInvalid(
    from,
    'a row is too long',
    [{ path: `line ${line}`, expected: `a row of at most ${longestRow.toLocaleString('en')} bytes` }],
    'Look for a quote that is never closed.',
  )
