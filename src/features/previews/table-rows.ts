import { keyOf } from '#features/previews/choose-key.ts'
import { readDate } from '#features/previews/date-readings.ts'
import { findBySerial, findDevices } from '#features/previews/device-word-queries.ts'
import type { FoundDevice } from '#features/previews/device-word-queries.ts'
import { leaveOut } from '#features/previews/left-out.ts'
import type { LeftOut } from '#features/previews/left-out.ts'
import { rowsInvalid } from '#features/previews/row-complaints.ts'
import type { RowCall, RowSource, RowsFor, SourceRow } from '#features/previews/row-source.ts'
import { surveyTable } from '#features/previews/survey-table.ts'
import type { Survey, SurveyOptions } from '#features/previews/survey-table.ts'
import { nothingFound } from '#features/previews/table.ts'
import type { Table, TableRow } from '#features/previews/table.ts'
import type { JsonObject } from '#kernel/json.ts'

/** So many rows are looked up at once. */
const atOnce = 500

/** Columns that name a device, the surest first; a file's own `id` only where the action is about devices. */
const naming = ['device', 'deviceid', 'hostname', 'name', 'mac', 'address', 'serial']

/**
 * The rows of a table. Columns that name a device join each row to it; a row that the action needs a device for and has
 * none is left out and counted. Throws ROWS_INVALID, also where no row is left.
 */
export async function openTableRows(
  call: RowCall,
  action: RowsFor,
  table: Table,
  options: SurveyOptions,
  signal: AbortSignal,
): Promise<RowSource> {
  const survey = await surveyTable(table, options, signal)
  const warnings = new Map(survey.warnings)
  for (const sentence of table.warnings) warnings.set(sentence, survey.rows)
  const excluded: LeftOut = new Map()
  if (survey.empty > 0) leaveOut(excluded, 'Empty lines', survey.empty)
  const device = deviceColumn(table, action)
  if (action.subject === 'device' && device === undefined) throw noDeviceColumn(table)
  return {
    from: table.from,
    columns: table.columns,
    total: survey.rows,
    warnings,
    excluded,
    read: (each) => joined(call, action, { table, survey, options, device, excluded }, each),
  }
}

interface Reading {
  table: Table
  survey: Survey
  options: SurveyOptions
  device: number | undefined
  excluded: LeftOut
}

function deviceColumn({ columns }: Table, { subject }: RowsFor): number | undefined {
  if (subject === 'host') return undefined
  const bare = columns.map((name) => name.toLowerCase().replaceAll(/[\s_-]/g, ''))
  const names = subject === 'device' ? [...naming, 'id'] : naming
  const found = names.map((name) => bare.indexOf(name)).find((index) => index >= 0)
  return found
}

const noDeviceColumn = ({ from, columns }: Table) =>
  rowsInvalid(
    from,
    'no column names the devices that the rows are about',
    [{ path: 'columns', value: columns.join(', '), expected: `one of ${[...naming, 'id'].join(', ')}` }],
    'Give the column that holds names, addresses or MAC addresses one of these headers.',
  )

async function* joined(
  call: RowCall,
  action: RowsFor,
  reading: Reading,
  signal: AbortSignal,
): AsyncGenerator<SourceRow[]> {
  let kept = 0
  for await (const batch of reading.table.read(nothingFound(), signal)) {
    for (let at = 0; at < batch.length; at += atOnce) {
      const rows = toRows(reading, batch.slice(at, at + atOnce))
      const good = await withDevices(call, action, reading, rows)
      kept += good.length
      if (good.length > 0) yield good
    }
  }
  if (kept === 0 && reading.survey.rows > 0) throw nothingLeft(reading)
}

const nothingLeft = ({ table, excluded }: Reading) =>
  rowsInvalid(
    table.from,
    'none of its rows names a device that is there',
    [...excluded].map(
      ([
        reason,
        {
          rows,
          examples: [value],
        },
      ]) => ({
        path: 'rows',
        ...(value === undefined ? {} : { value }),
        expected: `${reason} (${rows})`,
      }),
    ),
  )

/** Columns in the order of their names, so that the text of a row is canonical as it is written. */
function toRows({ table, survey, options }: Reading, rows: readonly TableRow[]): SourceRow[] {
  const { columns, unit } = table
  const order = columns.map((_, index) => index).sort((a, b) => (columns[a]! < columns[b]! ? -1 : 1))
  return rows.map(({ line, cells }) => {
    const input: JsonObject = {}
    for (const index of order) {
      const cell = cells[index]
      if (cell !== undefined) input[columns[index]!] = readDate(cell, options.dates) ?? cell
    }
    // The survey has seen that every row has one.
    return { key: keyOf(cells, survey.key) ?? '', input, deviceId: null, place: `${unit} ${line}` }
  })
}

async function withDevices(
  call: RowCall,
  { subject }: RowsFor,
  { table, device, excluded }: Reading,
  rows: SourceRow[],
): Promise<SourceRow[]> {
  if (device === undefined) return rows
  const column = table.columns[device]!
  const words = rows.map(({ input }) => wordOf(input, column))
  const known = [...new Set(words.filter((word) => word !== ''))]
  const found = /^serial$/i.test(column) ? await findBySerial(call, known) : await findDevices(call, known)
  const needsOne = subject === 'device'
  return rows.filter((row, index) => {
    const device = words[index] === '' ? undefined : found.get(words[index]!)
    if (typeof device === 'number') row.deviceId = device
    const reason = reasonFor(column, device)
    if (needsOne && reason !== undefined) leaveOut(excluded, reason, 1, [words[index] || row.place])
    return !needsOne || reason === undefined
  })
}

function wordOf(input: JsonObject, column: string): string {
  const cell = input[column]
  return typeof cell === 'string' ? cell.trim() : typeof cell === 'number' ? `${cell}` : ''
}

function reasonFor(column: string, found: FoundDevice | undefined): string | undefined {
  if (found === undefined) return `Column ${column} is empty`
  // One that is hidden is told as one that is not there.
  if (found === 'none') return `No device has this ${column}`
  return found === 'several' ? `Several devices have this ${column}` : undefined
}
