import { z } from 'zod'
import { AppError } from '#kernel/errors.ts'
import { deviceTypes, type ReportedDevice } from '#model/record.ts'
import { columnSettings, resolveColumns, type Columns } from '#sources/csv/csv-columns.ts'
import { toDevice } from '#sources/csv/csv-mapping.ts'
import { readRows, type CsvRow } from '#sources/csv/csv-rows.ts'
import { badLine } from '#sources/lease-lines.ts'
import { Warnings } from '#sources/lease-source.ts'
import { sourceType, type Page, type SourceTest, type Verdict } from '#sources/source.ts'

const settings = z.strictObject({
  path: z.string().min(1).meta({ path: true }).describe('The file. Its first line names the columns.'),
  separator: z
    .string()
    .length(1)
    .optional()
    .describe(
      'What stands between cells. Without it, the one of comma, semicolon, tab and bar that the first line has most of.',
    ),
  encoding: z
    .enum(['utf-8', 'windows-1252', 'utf-16le'])
    .default('utf-8')
    .describe('How the file holds text; a byte order mark in it wins.'),
  columns: columnSettings
    .prefault({})
    .describe(
      'Which header stands for what, where it is not recognised by itself. Other columns become facts.',
    ),
  defaultType: z
    .enum(deviceTypes)
    .default('unknown')
    .describe('The kind of machine where a row does not tell.'),
})
type Settings = z.output<typeof settings>

/** A list of machines in a CSV file, as spreadsheets and asset systems export it. */
export const csvSource = sourceType({
  type: 'csv',
  system: 'csv',
  title: 'CSV file',
  summary: 'Machines from a list that people or another system keep in a CSV file.',
  settings,
  provesAbsence: true,
  open: (settings) => ({
    test: (signal) => test(settings, signal),
    read: (signal) => read(settings, signal),
  }),
})

const pageSize = 500
/** Ids are remembered to find doubles; beyond this many the file is refused rather than memory spent without bound. */
const mostRows = 1_000_000
const rowsOfTest = 1000

async function* read(settings: Settings, signal: AbortSignal): AsyncGenerator<Page, Verdict> {
  const reading = new CsvReading(settings)
  const rows = readRows(settings.path, settings, signal)
  try {
    for (;;) {
      const step = await rows.next()
      if (step.done) {
        yield { records: reading.take(), warnings: reading.warnings.list() }
        return reading.verdict(step.value.changed)
      }
      reading.row(step.value)
      if (reading.waiting >= pageSize) yield { records: reading.take() }
    }
  } finally {
    await rows.return({ changed: false })
  }
}

async function test(settings: Settings, signal: AbortSignal): Promise<SourceTest> {
  const reading = new CsvReading(settings)
  const { path } = settings
  for await (const row of readRows(path, settings, signal)) {
    reading.row(row)
    if (reading.rows >= rowsOfTest) break
  }
  const more = reading.rows >= rowsOfTest ? 'at least ' : ''
  return {
    message: `${path} lists ${more}${reading.rows} machines and tells their ${reading.known().join(', ')}`,
    warnings: reading.warnings.list(),
  }
}

class CsvReading {
  readonly warnings = new Warnings()
  readonly #settings: Settings
  readonly #lineOfId = new Map<string, number>()
  #columns: Columns | undefined
  #devices: ReportedDevice[] = []
  #leftOut = 0
  #firstLeftOut = 0
  rows = 0

  constructor(settings: Settings) {
    this.#settings = settings
  }

  get waiting(): number {
    return this.#devices.length
  }

  row(row: CsvRow): void {
    if (this.#columns === undefined) return this.#header(row)
    this.rows += 1
    const { device, complaints } = toDevice(row, this.#columns, this.#settings.defaultType)
    for (const complaint of complaints) this.warnings.add(complaint)
    if (device === undefined) this.#leaveOut(row.line)
    else this.#add(device, row.line)
  }

  #header(row: CsvRow): void {
    const columns = resolveColumns(row.cells, this.#settings.columns)
    if (Array.isArray(columns)) {
      const wanted = columns.map(({ path, expected }) => `${path} needs ${expected}`).join('; ')
      throw new AppError(
        'SOURCE_ANSWER_INVALID',
        `Line ${row.line} of ${this.#settings.path} lacks a column: ${wanted}`,
        {
          hint: 'The first line must name the columns; check columns and separator.',
          complaints: columns,
        },
      )
    }
    this.#columns = columns
    for (const warning of columns.warnings) this.warnings.add(warning)
  }

  #add(device: ReportedDevice, line: number): void {
    const earlier = this.#lineOfId.get(device.sourceId)
    if (earlier !== undefined) {
      this.warnings.add(`Line ${line} was left out: "${device.sourceId}" is already on line ${earlier}`)
      return this.#leaveOut(line)
    }
    this.#lineOfId.set(device.sourceId, line)
    if (this.#lineOfId.size > mostRows)
      throw badLine(this.#settings.path, line, `there are more than ${mostRows} rows`)
    this.#devices.push(device)
  }

  #leaveOut(line: number): void {
    this.#leftOut += 1
    if (this.#leftOut === 1) this.#firstLeftOut = line
  }

  take(): ReportedDevice[] {
    const devices = this.#devices
    this.#devices = []
    return devices
  }

  known(): string[] {
    return [...(this.#columns?.fields.keys() ?? [])]
  }

  /** A row that was left out may be any machine, so nothing is proved absent then. */
  verdict(changed: boolean): Verdict {
    const { path } = this.#settings
    if (changed) return { complete: false, reason: `${path} changed while it was read` }
    if (this.#leftOut === 0) return { complete: true }
    return {
      complete: false,
      reason: `${this.#leftOut} rows of ${path} were left out, the first on line ${this.#firstLeftOut}`,
    }
  }
}
