import { DateReadings, readDate } from '#features/previews/date-readings.ts'
import type { DateOrder } from '#features/previews/date-readings.ts'
import { chooseKey, keyTests } from '#features/previews/choose-key.ts'
import { RowComplaints, rowsInvalid } from '#features/previews/row-complaints.ts'
import { count, nothingFound } from '#features/previews/table.ts'
import type { Table, TableRow } from '#features/previews/table.ts'
import { isWholeText, nestedFault } from '#features/previews/table-value.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'

/** A row is kept, shown and signed as a whole; files are held to the same. In UTF-16 units. */
const longestRow = 1024 * 1024

/** What one reading of a whole table tells, before anything is made of it. */
export interface Survey {
  rows: number
  empty: number
  /** Indexes of the columns that together name a row. */
  key: readonly number[]
  /** Sentences with the number of cells they are about. */
  warnings: Map<string, number>
}

export interface SurveyOptions {
  /** Columns that together name a row; found by their names where it is not said. */
  key?: readonly string[] | undefined
  dates?: DateOrder | undefined
  /** More rows than these are refused as soon as they are seen. */
  maxRows: number
}

/**
 * Reads a table once from beginning to end: that its rows are whole, what a person should know of its values, and what
 * names a row. Throws ROWS_INVALID with the first of what is wrong, POLICY_VIOLATED for too many rows.
 */
export async function surveyTable(
  table: Table,
  options: SurveyOptions,
  signal: AbortSignal,
): Promise<Survey> {
  const complaints = new RowComplaints(table.from)
  const found = nothingFound()
  const tests = keyTests(table, options.key)
  // The others are tried only when this one is none: each takes memory for every key.
  const [first] = tests
  const look = cellsOf(table, options.dates, complaints)
  let rows = 0
  for await (const batch of table.read(found, signal)) {
    signal.throwIfAborted()
    for (const row of batch) if (look.row(row)) first?.take(row)
    rows += batch.length
    if (rows > options.maxRows) throw tooManyRows(table.from, options.maxRows)
  }
  complaints.throwIfAny()
  if (rows === 0) throw rowsInvalid(table.from, 'there is no row below the header')
  const key = await chooseKey(table, tests, options.key !== undefined, signal)
  return { rows, empty: found.empty, key, warnings: new Map([...found.warnings, ...look.warnings()]) }
}

export const tooManyRows = (from: string, most: number): AppError =>
  new AppError(
    'POLICY_VIOLATED',
    `${from} has more than the ${most.toLocaleString('en')} rows that a job may have`,
    {
      hint: 'jobs.policy.maxRows is the limit.',
    },
  )

/** Looks at every cell of every row; false for a row that is not whole. */
function cellsOf(table: Table, dates: DateOrder | undefined, complaints: RowComplaints) {
  const { columns, unit } = table
  const readings = columns.map(() => new DateReadings())
  const formulas = columns.map(() => 0)
  const nested = (line: number, column: number, value: Json | undefined) => {
    const fault = nestedFault(value)
    if (fault === undefined) return 0
    complaints.add(`${unit} ${line}, column ${columns[column]}`, undefined, fault)
    return longestRow
  }
  /** Gives how long it is. */
  const cell = (line: number, column: number, value: Json | undefined): number => {
    if (typeof value !== 'string') return nested(line, column, value)
    if (value === '') return 0
    const first = value.charCodeAt(0)
    if (looksLikeFormula(first, value)) formulas[column]! += 1
    else if (first >= 48 && first <= 57) {
      if (dates === undefined) readings[column]!.look(value)
      else if (readDate(value, dates) === undefined)
        complaints.add(`${unit} ${line}, column ${columns[column]}`, value, `a date, ${dates}`)
    }
    if (!isWholeText(value))
      complaints.add(`${unit} ${line}, column ${columns[column]}`, value, 'text without broken characters')
    return value.length
  }
  return {
    row({ line, cells }: TableRow): boolean {
      if (cells.length !== columns.length) {
        complaints.add(
          `${unit} ${line}`,
          `${cells.length} cells`,
          `${columns.length} cells, as the header has`,
        )
        return false
      }
      let length = 0
      for (let column = 0; column < cells.length; column += 1) length += cell(line, column, cells[column])
      if (length > longestRow)
        complaints.add(
          `${unit} ${line}`,
          undefined,
          `a row of at most ${longestRow.toLocaleString('en')} characters`,
        )
      return length < longestRow
    },
    warnings(): Map<string, number> {
      const all = new Map<string, number>()
      for (const [column, name] of columns.entries()) {
        const told = readings[column]!.warning(name)
        if (told) all.set(...told)
        if (formulas[column]! > 0) count(all, formulaWarning(name), formulas[column])
      }
      return all
    },
  }
}

const formulaWarning = (column: string): string =>
  `Column ${column}: text that begins with = + - or @ is kept as text and never calculated`

/** What a spreadsheet would calculate: a number with a sign is none. */
function looksLikeFormula(first: number, text: string): boolean {
  if (first !== 61 && first !== 43 && first !== 45 && first !== 64) return false
  return text.length > 1 && !/^[+-][\d\s.,()/-]+$/.test(text)
}
