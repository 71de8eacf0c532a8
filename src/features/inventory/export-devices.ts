import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import { deviceOrders } from '#features/inventory/device-order-queries.ts'
import type { DeviceOrder, DevicePosition } from '#features/inventory/device-order-queries.ts'
import { DeviceItem } from '#features/inventory/device-shapes.ts'
import { listDevices } from '#features/inventory/list-devices.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { suggest } from '#kernel/suggest.ts'

/** Columns of an export that names none. */
const usual =
  'id name deviceType status address os vendor model serial site rack owner tags sources firstSeen lastSeen'.split(
    ' ',
  )

const rowsAtOnce = 500

/** The devices of a query as a CSV file (RFC 4180), piece by piece. `custom.NAME` is a column too. */
export async function* exportDevices(
  call: Call,
  {
    q,
    sort = 'name',
    columns = usual,
  }: { q?: string | undefined; sort?: string | undefined; columns?: string[] | undefined },
  signal: AbortSignal,
): AsyncGenerator<string> {
  columns.forEach(checkColumn)
  const filter = await deviceFilter(call, q)
  const order = { order: readOrder(sort), descending: sort.startsWith('-'), limit: rowsAtOnce }
  let after: DevicePosition | undefined
  let head = `${columns.map(cell).join(',')}\r\n`
  do {
    const { devices: rows } = await listDevices(call, filter, { ...order, after }, signal)
    yield head + rows.map(({ device }) => lineOf(device, columns)).join('')
    head = ''
    after = rows.length < rowsAtOnce ? undefined : rows.at(-1)!.position
  } while (after !== undefined)
}

const known = Object.keys(DeviceItem.shape).filter((name) => name !== 'custom')

function checkColumn(column: string): void {
  if (known.includes(column) || /^custom\.[a-z][a-z0-9_]*$/.test(column)) return
  const meant = suggest(column, known)
  throw new AppError('INPUT_INVALID', `There is no column ${column}`, {
    complaints: [{ path: 'columns', value: column, expected: `one of ${known.join(', ')}, custom.NAME` }],
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  })
}

function readOrder(sort: string): DeviceOrder {
  const order = deviceOrders.find((each) => each === sort.replace(/^-/, ''))
  if (order) return order
  throw new AppError('INPUT_INVALID', `Devices cannot be ordered by ${sort}`, {
    complaints: [
      { path: 'sort', value: sort, expected: `one of ${deviceOrders.join(', ')}, perhaps after a minus` },
    ],
  })
}

function lineOf(device: DeviceItem, columns: readonly string[]): string {
  const values = columns.map((column) =>
    column.startsWith('custom.')
      ? device.custom[column.slice('custom.'.length)]
      : device[column as keyof DeviceItem],
  )
  return `${values.map(cell).join(',')}\r\n`
}

/** Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection). */
function cell(value: unknown): string {
  const text = Array.isArray(value)
    ? value.join(' ')
    : value === null || value === undefined
      ? ''
      : plain(value)
  const safe = typeof value === 'number' || !/^[=+\-@\t\r]/.test(text) ? text : `'${text}`
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const plain = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
