import type { ExcelPackage } from '#features/previews/excel-package.ts'
import { RowComplaints } from '#features/previews/row-complaints.ts'
import { count } from '#features/previews/table.ts'
import type { TableFound, TableRow } from '#features/previews/table.ts'
import type { Json } from '#kernel/json.ts'

/** What the cells of a sheet point at. */
export interface Styles {
  texts: readonly string[]
  /** ISO text of a number that a style shows as a date, undefined for no day; null for styles that show numbers. */
  dateOf(style: number, serial: number): string | null | undefined
}

const formulasRead = 'Formulas were read as the values that they had when the file was saved'
const mostCells = 16_384
/** As for rows of other files, in UTF-16 units. */
const longestRow = 1024 * 1024

interface Cell {
  reference: string
  column: number
  type: string
  style: number
  hasFormula: boolean
  value: string | undefined
}

/** The rows of a sheet that hold anything, many at a time. Cells that hold an error are refused when it is read. */
export async function* readSheet(
  files: ExcelPackage,
  part: string,
  styles: Styles,
  from: string,
  found: TableFound,
  signal: AbortSignal,
): AsyncGenerator<TableRow[]> {
  const complaints = new RowComplaints(from)
  const sheet = new SheetListener(styles, complaints, found)
  for await (const bytes of files.parse(part, sheet, signal)) {
    if (complaints.count > 0 || bytes === 0) continue
    const rows = sheet.rows.splice(0)
    if (rows.length > 0) yield rows
  }
  complaints.throwIfAny('Correct these cells, or save their values without formulas.')
}

class SheetListener {
  readonly rows: TableRow[] = []
  readonly #styles: Styles
  readonly #complaints: RowComplaints
  readonly #found: TableFound
  #line = 0
  /** How much text the row has so far. */
  #text = 0
  #cells: Json[] = []
  #cell: Cell | undefined
  #isText = false

  constructor(styles: Styles, complaints: RowComplaints, found: TableFound) {
    this.#styles = styles
    this.#complaints = complaints
    this.#found = found
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') this.#beginRow(attributes['r'])
    else if (name === 'c') this.#begin(attributes)
    else if (name === 'f' && this.#cell) this.#cell.hasFormula = true
    this.#isText = name === 'v' || name === 't'
  }

  text(more: string): void {
    if (!this.#isText || !this.#cell) return
    this.#text += more.length
    if (this.#text > longestRow) throw new Error(`row ${this.#line} is longer than ${longestRow} characters`)
    this.#cell.value = (this.#cell.value ?? '') + more
  }

  close(name: string): void {
    this.#isText = false
    if (name === 'c') this.#endCell()
    else if (name === 'row') this.#endRow()
  }

  /** Rows come in their order: one that does not would be taken for the header, or be left out. */
  #beginRow(given: string | undefined): void {
    const line = given === undefined ? this.#line + 1 : Number(given)
    if (!Number.isSafeInteger(line) || line <= this.#line)
      throw new Error(`row ${given ?? line} comes after row ${this.#line}`)
    this.#line = line
    this.#text = 0
  }

  #begin({ r: reference, t: type, s: style }: Readonly<Record<string, string>>): void {
    const column = reference === undefined ? this.#cells.length : columnOf(reference)
    const name = reference ?? `row ${this.#line}, cell ${column + 1}`
    this.#cell = {
      reference: name,
      column,
      type: type ?? 'n',
      style: Number(style ?? 0),
      hasFormula: false,
      value: undefined,
    }
  }

  #endCell(): void {
    const cell = this.#cell!
    this.#cell = undefined
    if (cell.column >= mostCells) return
    while (this.#cells.length < cell.column) this.#cells.push('')
    this.#cells[cell.column] = this.#valueOf(cell)
  }

  #endRow(): void {
    const cells = this.#cells
    this.#cells = []
    if (cells.some((cell) => cell !== '')) this.rows.push({ line: this.#line, cells })
    else this.#found.empty += 1
  }

  #valueOf({ reference, type, style, hasFormula, value }: Cell): Json {
    if (type === 'e') return this.#refuse(reference, value ?? 'an error', 'a value and no error')
    if (hasFormula) {
      if (value === undefined || (value === '' && type !== 'str'))
        return this.#refuse(reference, undefined, 'a value: the formula was never calculated')
      count(this.#found.warnings, formulasRead)
    }
    if (value === undefined) return ''
    if (type === 's') return (this.#styles.texts[Number(value)] ?? '').trim()
    if (type === 'b') return value === '1'
    if (type === 'str' || type === 'inlineStr' || type === 'd') return value.trim()
    return this.#numberOf(reference, style, value)
  }

  #numberOf(reference: string, style: number, value: string): Json {
    const number = Number(value)
    if (value.trim() === '' || !Number.isFinite(number)) return this.#refuse(reference, value, 'a number')
    const date = this.#styles.dateOf(style, number)
    if (date === null) return number
    return date ?? this.#refuse(reference, value, 'a date that there was')
  }

  #refuse(reference: string, value: string | undefined, expected: string): Json {
    this.#complaints.add(`cell ${reference}`, value, expected)
    return ''
  }
}

/** `AB7` is column 27, counted from 0. */
function columnOf(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return column - 1
}
