import { z } from 'zod'
import type { Columns } from '#features/actions/target.ts'
import { readCustomValues } from '#features/devices/custom-values.ts'
import { deviceEdit, type DeviceEdit } from '#features/devices/device-input.ts'
import type { CustomField } from '#features/inventory/custom-field-queries.ts'
import type { DeviceItem } from '#features/inventory/device-shapes.ts'
import { AppError, type Complaint } from '#kernel/errors.ts'
import { sameJson, type Json, type JsonObject } from '#kernel/json.ts'

const { name: _, tags: __, address, serial, custom, ...usual } = deviceEdit

/** Fields that a job sets by hand, the same for all of its devices; null takes back what was entered. */
export const EnteredFields = z.strictObject({ ...usual, custom })
export type EnteredFields = z.output<typeof EnteredFields>

const fromCells = z.object({ ...usual, address, serial })

/** Columns that are set where nobody says which; address and serial may name the device and have to be asked for. */
const usualColumns = Object.keys(usual)
const askedColumns = Object.keys(fromCells.shape)

/** Which columns of a row are set, and what an empty cell means. */
export interface ColumnChoice {
  columns: readonly string[] | undefined
  empty: 'keep' | 'clear'
}

/** What a row would set by its columns; throws INPUT_INVALID that names every wrong cell. */
export function editOfColumns(
  row: Columns,
  fields: readonly CustomField[],
  { columns, empty }: ColumnChoice,
): DeviceEdit {
  const facts: Record<string, Json> = {}
  const values: Record<string, string | number | boolean | null> = {}
  for (const column of columns ?? usualOf(row, fields)) {
    if (!Object.hasOwn(row, column)) throw noColumn(column, row)
    const cell = readCell(row[column]!)
    if (cell === null && empty === 'keep') continue
    const custom = customName(column, fields)
    if (askedColumns.includes(column)) facts[column] = cell
    else if (custom !== undefined) values[custom] = cell
    else throw notSettable(column, fields)
  }
  const read = fromCells.safeParse(facts)
  if (!read.success) throw wrongCells(read.error, facts)
  const custom = readCustomValues(fields, values, false)
  return { ...read.data, ...(Object.keys(custom).length > 0 ? { custom } : {}) }
}

const usualOf = (row: Columns, fields: readonly CustomField[]): string[] =>
  Object.keys(row).filter(
    (column) => usualColumns.includes(column) || customName(column, fields) !== undefined,
  )

/** `custom.cost`, or `cost` where nothing else is called so. */
function customName(column: string, fields: readonly CustomField[]): string | undefined {
  const name = column.replace(/^custom\./, '')
  if (name !== column) return name
  const isTaken = [...askedColumns, 'id', 'name', 'mac'].includes(column)
  return !isTaken && fields.some((field) => field.name === column) ? column : undefined
}

function readCell(cell: Json): string | number | boolean | null {
  if (typeof cell === 'string') return cell.trim() === '' ? null : cell.trim()
  return cell !== null && typeof cell === 'object' ? JSON.stringify(cell) : cell
}

const noColumn = (column: string, row: Columns): AppError =>
  new AppError('INPUT_INVALID', `The row has no column ${column}`, {
    complaints: [
      { path: 'columns', value: column, expected: `one of ${Object.keys(row).join(', ') || 'none'}` },
    ],
  })

const notSettable = (column: string, fields: readonly CustomField[]): AppError =>
  new AppError('INPUT_INVALID', `The column ${column} is nothing that can be entered`, {
    complaints: [
      {
        path: 'columns',
        value: column,
        expected: [...askedColumns, ...fields.map(({ name }) => `custom.${name}`)].join(', '),
      },
    ],
  })

function wrongCells(error: z.ZodError, facts: Record<string, Json>): AppError {
  const complaints = error.issues.map((issue): Complaint => {
    const path = issue.path.join('.')
    return { path, value: facts[path], expected: issue.message }
  })
  const named = complaints.map(({ path }) => path).join(', ')
  return new AppError('INPUT_INVALID', `The row has values that cannot be kept: ${named}`, { complaints })
}

/** Later fields over earlier ones. */
export const mergeEdits = (first: DeviceEdit, second: DeviceEdit): DeviceEdit => {
  const custom = { ...first.custom, ...second.custom }
  return { ...first, ...second, ...(Object.keys(custom).length > 0 ? { custom } : {}) }
}

/** What a device has where an edit sets something, by the names of the edit: `site`, `custom.cost`. */
export function affected(device: DeviceItem, edit: DeviceEdit): JsonObject {
  const { custom = {}, ...facts } = edit
  return Object.fromEntries([
    ...Object.keys(facts).map((name) => [name, (device[name as keyof DeviceItem] ?? null) as Json]),
    ...Object.keys(custom).map((name) => [`custom.${name}`, (device.custom[name] ?? null) as Json]),
  ]) as JsonObject
}

/** What the edit makes of it. What is taken back is null here: what sources say then is not known before. */
export function wantedBy(edit: DeviceEdit): JsonObject {
  const { custom = {}, ...facts } = edit
  return Object.fromEntries([
    ...Object.entries(facts),
    ...Object.entries(custom).map(([name, value]) => [`custom.${name}`, value]),
  ]) as JsonObject
}

/** Whether the device is already as the edit would make it; never where something is taken back. */
export const isSo = (device: DeviceItem, edit: DeviceEdit): boolean =>
  !Object.values(wantedBy(edit)).includes(null) && sameJson(affected(device, edit), wantedBy(edit))
