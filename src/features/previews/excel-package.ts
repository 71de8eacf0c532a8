import { SaxesParser } from 'saxes'
import { openPromise } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { rowsInvalid } from '#features/previews/row-complaints.ts'

const mebibyte = 1024 * 1024
/** Texts of a workbook, and its other parts beside the sheets, which are kept in memory. */
const largestTexts = 256 * mebibyte
const largestPart = 16 * mebibyte
/** So much may be read before an element or a text ends: all of it is in memory until then. */
const longestPiece = 4 * mebibyte
const largestSheet = 4096 * mebibyte
/** Spreadsheets pack to a tenth; what packs to so little was made to fill a disk. */
const mostPacked = 400
const mostEntries = 10_000

/** The files inside of an Excel file (.xlsx is a ZIP file of XML). */
export interface ExcelPackage {
  has(part: string): boolean
  /** Tells of every element and text of a part, and gives after each piece how many bytes were read. */
  parse(part: string, listen: XmlListener, signal: AbortSignal): AsyncGenerator<number>
  close(): void
}

/** What a part of a workbook says; names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text(text: string): void
  close(name: string): void
}

/** Opens a workbook; throws ROWS_INVALID for what is none or was made to grow beyond bounds. */
export async function openExcelPackage(path: string, from: string): Promise<ExcelPackage> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((cause: unknown) => {
    throw noWorkbook(from, cause)
  })
  const entries = new Map<string, Entry>()
  try {
    for await (const entry of entriesOf(zip)) {
      entries.set(entry.fileName.replace(/^\//, ''), entry)
      if (entries.size > mostEntries) throw new Error('too many entries')
    }
  } catch (cause) {
    zip.close()
    throw noWorkbook(from, cause)
  }
  if (!entries.has('xl/workbook.xml')) {
    zip.close()
    throw noWorkbook(from)
  }
  return {
    has: (part) => entries.has(part),
    parse: (part, listen, signal) => parsePart(zip, entries.get(part), { part, from }, listen, signal),
    close: () => zip.close(),
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const done = (value: Entry | undefined) => {
        zip.removeAllListeners()
        resolve(value)
      }
      zip.once('entry', done)
      zip.once('end', () => done(undefined))
      zip.once('error', reject)
      zip.readEntry()
    })
    if (entry === undefined) return
    yield entry
  }
}

async function* parsePart(
  zip: ZipFile,
  entry: Entry | undefined,
  { part, from }: { part: string; from: string },
  listen: XmlListener,
  signal: AbortSignal,
): AsyncGenerator<number> {
  if (entry === undefined) throw noWorkbook(from)
  assertBounded(entry, part, from)
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false })
  parser.on('error', (error) => {
    throw error
  })
  let [read, ended] = [0, 0]
  parser.on('opentag', ({ name, attributes }) => listen.open(local(name), attributes))
  parser.on('text', (text) => listen.text(text))
  parser.on('cdata', (text) => listen.text(text))
  parser.on('closetag', ({ name }) => {
    ended = read
    listen.close(local(name))
  })
  const stream = await zip.openReadStreamPromise(entry)
  const decoder = new TextDecoder()
  try {
    for await (const chunk of stream) {
      signal.throwIfAborted()
      parser.write(decoder.decode(chunk as Buffer, { stream: true }))
      read += (chunk as Buffer).length
      if (read - ended > longestPiece) throw new Error('a text or an element is longer than any can be')
      yield read
    }
    parser.write(decoder.decode()).close()
    yield read
  } catch (cause) {
    signal.throwIfAborted()
    throw rowsInvalid(from, `its part ${part} is damaged`, [
      { path: part, expected: `XML (${(cause as Error).message})` },
    ])
  } finally {
    stream.destroy()
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

function assertBounded({ uncompressedSize, compressedSize }: Entry, part: string, from: string): void {
  const isTexts = part === 'xl/sharedStrings.xml'
  const largest = part.startsWith('xl/worksheets/') ? largestSheet : isTexts ? largestTexts : largestPart
  const isPackedTooWell = uncompressedSize > 16 * mebibyte && uncompressedSize > compressedSize * mostPacked
  if (uncompressedSize <= largest && !isPackedTooWell) return
  throw rowsInvalid(
    from,
    'the workbook would grow beyond bounds when it is unpacked',
    [{ path: part, value: `${uncompressedSize} bytes`, expected: `at most ${largest} bytes` }],
    'Save the sheet as CSV.',
  )
}

const noWorkbook = (from: string, cause?: unknown) =>
  rowsInvalid(
    from,
    'the file is no Excel workbook (.xlsx)',
    cause instanceof Error ? [{ path: from, expected: `a workbook (${cause.message})` }] : [],
    'Open it in a spreadsheet program and save it as .xlsx or CSV.',
  )
