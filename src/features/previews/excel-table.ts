import { excelDate, showsDate } from '#features/previews/excel-dates.ts'
import { openExcelPackage } from '#features/previews/excel-package.ts'
import type { ExcelPackage } from '#features/previews/excel-package.ts'
import { readSheet } from '#features/previews/excel-sheet.ts'
import type { Styles } from '#features/previews/excel-sheet.ts'
import { cleanHeader } from '#features/previews/table-header.ts'
import { rowsInvalid } from '#features/previews/row-complaints.ts'
import { nothingFound } from '#features/previews/table.ts'
import type { Table, TableRow } from '#features/previews/table.ts'
import { suggest } from '#kernel/suggest.ts'

/** More text than this is not kept for a workbook, in UTF-16 units. */
const mostText = 64 * 1024 * 1024
/** What a text takes beside its characters, also an empty one. */
const textOverhead = 4

export interface ExcelTable extends Table {
  sheets: string[]
}

interface Sheet {
  name: string
  part: string
  isHidden: boolean
}

interface Book {
  sheets: Sheet[]
  is1904: boolean
}

/**
 * A sheet of a workbook (.xlsx) as a table. Formulas give the values that were last calculated. Throws ROWS_INVALID;
 * which sheet is meant is asked where several hold something and none is named.
 */
export async function openExcel(
  path: string,
  from: string,
  options: { sheet?: string | undefined },
  signal: AbortSignal,
): Promise<ExcelTable> {
  const files = await openExcelPackage(path, from)
  try {
    const { book, styles } = await readAround(files, from, signal)
    const sheet = await chooseSheet(files, book, styles, from, options.sheet, signal)
    const place = `${from}, sheet ${sheet.name}`
    const head = await firstRow(files, sheet, styles, place, signal)
    if (!head) throw rowsInvalid(place, 'the sheet is empty', [], 'Its first row must name the columns.')
    const columns = cleanHeader(withoutEmptyEnd(head.cells), place, `row ${head.line}`)
    return {
      from: place,
      columns,
      unit: 'row',
      sheets: book.sheets.map(({ name }) => name),
      warnings: [],
      async *read(found, each) {
        const again = await openExcelPackage(path, from)
        try {
          for await (const rows of readSheet(again, sheet.part, styles, place, found, each)) {
            const rest = rows.filter(({ line }) => line > head.line)
            if (rest.length > 0) yield rest.map((row) => widened(row, columns.length))
          }
        } finally {
          again.close()
        }
      },
    }
  } finally {
    files.close()
  }
}

/** The sheets of a workbook that hold something and are shown. */
export async function excelSheets(path: string, from: string, signal: AbortSignal): Promise<string[]> {
  const files = await openExcelPackage(path, from)
  try {
    const { book, styles } = await readAround(files, from, signal)
    return (await fullSheets(files, book, styles, from, signal)).map(({ name }) => name)
  } finally {
    files.close()
  }
}

/** What is beside the sheets. */
async function readAround(
  files: ExcelPackage,
  from: string,
  signal: AbortSignal,
): Promise<{ book: Book; styles: Styles }> {
  const book = await readBook(files, signal)
  const texts = await readTexts(files, from, signal)
  const dates = await readStyles(files, signal)
  const dateOf = (style: number, serial: number) => (dates.has(style) ? excelDate(serial, book.is1904) : null)
  return { book, styles: { texts, dateOf } }
}

/** Cells that a sheet leaves out at the end of a row are empty. */
function widened({ line, cells }: TableRow, width: number): TableRow {
  if (cells.length >= width) return { line, cells }
  return { line, cells: [...cells, ...Array.from({ length: width - cells.length }, () => '')] }
}

function withoutEmptyEnd(cells: TableRow['cells']): string[] {
  const names = cells.map((cell) => (typeof cell === 'string' ? cell : String(cell ?? '')))
  while (names.length > 1 && names.at(-1)!.trim() === '') names.pop()
  return names
}

/** Reads a part to its end. */
async function finish(steps: AsyncIterable<number>): Promise<void> {
  const all = steps[Symbol.asyncIterator]()
  while ((await all.next()).done !== true);
}

async function readBook(files: ExcelPackage, signal: AbortSignal): Promise<Book> {
  const targets = new Map<string, string>()
  const listen = { open: () => {}, text: () => {}, close: () => {} }
  const readTarget = (name: string, { Id, Target }: Readonly<Record<string, string>>) => {
    if (name === 'Relationship' && Id && Target) targets.set(Id, Target)
  }
  await finish(files.parse('xl/_rels/workbook.xml.rels', { ...listen, open: readTarget }, signal))
  const book: Book = { sheets: [], is1904: false }
  const readSheets = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === 'workbookPr') book.is1904 = ['1', 'true'].includes(attributes['date1904'] ?? '')
    if (name !== 'sheet') return
    const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1]
    const target = targets.get(id ?? '') ?? ''
    const part = target.startsWith('/') ? target.slice(1) : `xl/${target}`
    const isHidden = attributes['state'] !== undefined && attributes['state'] !== 'visible'
    if (files.has(part) && /worksheets\//.test(part))
      book.sheets.push({ name: attributes['name'] ?? part, part, isHidden })
  }
  await finish(files.parse('xl/workbook.xml', { ...listen, open: readSheets }, signal))
  return book
}

/** The texts that cells point at. */
async function readTexts(files: ExcelPackage, from: string, signal: AbortSignal): Promise<string[]> {
  const texts: string[] = []
  if (!files.has('xl/sharedStrings.xml')) return texts
  let [text, total, isText, isPhonetic] = ['', 0, false, false]
  const listen = {
    open(name: string) {
      if (name === 'si') text = ''
      isText = name === 't'
      if (name === 'rPh') isPhonetic = true
    },
    text(more: string) {
      if (isText && !isPhonetic) text += more
    },
    close(name: string) {
      isText = false
      if (name === 'rPh') isPhonetic = false
      if (name !== 'si') return
      texts.push(text)
      total += text.length + textOverhead
    },
  }
  for await (const bytes of files.parse('xl/sharedStrings.xml', listen, signal)) {
    if (bytes > 0 && total > mostText)
      throw rowsInvalid(from, 'the workbook holds too much text', [], 'Save the sheet as CSV.')
  }
  return texts
}

/** The styles of cells that show a date. */
async function readStyles(files: ExcelPackage, signal: AbortSignal): Promise<Set<number>> {
  const dates = new Set<number>()
  if (!files.has('xl/styles.xml')) return dates
  const codes = new Map<number, string>()
  let [isInCells, index] = [false, 0]
  const listen = {
    open(name: string, attributes: Readonly<Record<string, string>>) {
      if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '')
      if (name === 'cellXfs') isInCells = true
      if (name !== 'xf' || !isInCells) return
      const id = Number(attributes['numFmtId'] ?? 0)
      if (showsDate(id, codes.get(id))) dates.add(index)
      index += 1
    },
    text() {},
    close(name: string) {
      if (name === 'cellXfs') isInCells = false
    },
  }
  await finish(files.parse('xl/styles.xml', listen, signal))
  return dates
}

async function firstRow(
  files: ExcelPackage,
  sheet: Sheet,
  styles: Styles,
  from: string,
  signal: AbortSignal,
): Promise<TableRow | undefined> {
  for await (const rows of readSheet(files, sheet.part, styles, from, nothingFound(), signal))
    if (rows.length > 0) return rows[0]
  return undefined
}

async function chooseSheet(
  files: ExcelPackage,
  book: Book,
  styles: Styles,
  from: string,
  wanted: string | undefined,
  signal: AbortSignal,
): Promise<Sheet> {
  const { sheets } = book
  const names = sheets.map(({ name }) => name)
  if (wanted !== undefined) {
    const sheet = sheets.find(({ name }) => name === wanted)
    if (sheet) return sheet
    const meant = suggest(wanted, names)
    throw whichSheet(from, names, wanted, meant === undefined ? undefined : `Did you mean ${meant}?`)
  }
  const full = await fullSheets(files, book, styles, from, signal)
  if (full.length === 1) return full[0]!
  if (full.length === 0) throw rowsInvalid(from, 'no sheet of the workbook holds anything')
  throw whichSheet(
    from,
    full.map(({ name }) => name),
    undefined,
    undefined,
  )
}

async function fullSheets(
  files: ExcelPackage,
  { sheets }: Book,
  styles: Styles,
  from: string,
  signal: AbortSignal,
): Promise<Sheet[]> {
  const full: Sheet[] = []
  for (const sheet of sheets.filter(({ isHidden }) => !isHidden))
    if (await firstRow(files, sheet, styles, from, signal)) full.push(sheet)
  return full
}

const whichSheet = (from: string, names: string[], value: string | undefined, hint: string | undefined) =>
  rowsInvalid(
    from,
    value === undefined ? 'several sheets hold something; which one is meant?' : `there is no sheet ${value}`,
    [{ path: 'rowsFrom.sheet', value, expected: `one of ${names.map((name) => `"${name}"`).join(', ')}` }],
    hint ?? 'Name the sheet.',
  )
