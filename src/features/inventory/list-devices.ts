import { z } from 'zod'
import { loadItems } from '#features/inventory/device-item-queries.ts'
import {
  countDevices,
  deviceFilter,
  findDevices,
  isCountedByIndex,
} from '#features/inventory/device-list-queries.ts'
import type { Asking, DeviceFilter } from '#features/inventory/device-list-queries.ts'
import { deviceOrders } from '#features/inventory/device-order-queries.ts'
import type { DeviceOrder, DevicePage, DevicePosition } from '#features/inventory/device-order-queries.ts'
import { DeviceItem } from '#features/inventory/device-shapes.ts'
import { operation } from '#features/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'

export const DeviceQuery = z
  .string()
  .max(8_000)
  .describe('Query over devices: `type:vm power:on memory>16GB -tag:legacy seen<7d "web front"`.')

export const deviceSorts = deviceOrders.flatMap((order): [DeviceOrder, `-${DeviceOrder}`] => [
  order,
  `-${order}`,
])

/** A cursor belongs to the order it was made in. */
const Position = z.tuple([z.string(), z.string().nullable(), z.number()])

export const listDevicesOperation = operation({
  name: 'device.list',
  summary: 'List devices, by a query or all of them; retired ones only when asked for.',
  http: 'GET /devices',
  effect: 'read',
  permission: 'inventory.read',
  paged: true,
  input: z.object({
    ...pageInput,
    q: DeviceQuery.exactOptional(),
    sort: z.enum(deviceSorts).default('name').describe('What to order by; a minus turns it round.'),
  }),
  output: pageOf(DeviceItem),
  cli: {
    arguments: ['q'],
    columns: ['id', 'name', 'deviceType', 'status', 'address', 'os', 'tags', 'sources', 'lastSeen'],
  },
  async run(call, { q, sort, limit, cursor }, signal) {
    const filter = await deviceFilter(call, q)
    const page = {
      order: sort.replace('-', '') as DeviceOrder,
      descending: sort.startsWith('-'),
      after: cursor === undefined ? undefined : positionIn(cursor, sort),
      limit: limit + 1,
    }
    const isFirst = cursor === undefined
    const [{ devices, total }, counted] = await Promise.all([
      listDevices(call, filter, page, signal),
      isFirst && isCountedByIndex(call, filter) ? countDevices(call, filter, signal) : undefined,
    ])
    const items = devices.slice(0, limit)
    return {
      items: items.map(({ device }) => device),
      nextCursor: devices.length > limit ? encodeCursor([sort, ...items.at(-1)!.position]) : null,
      ...(isFirst ? await totalOf() : {}),
    }

    /** Only the first page says how many there are: counting again for each would cost more than the page. */
    async function totalOf(): Promise<{ total?: number }> {
      if (devices.length <= limit) return { total: devices.length }
      const all = counted ?? total ?? (await countDevices(call, filter, signal))
      return all === undefined ? {} : { total: all }
    }
  },
})

/** The devices of a page, each with its position in the order; `total` where finding them told how many there are. */
export async function listDevices(
  call: Asking,
  filter: DeviceFilter,
  page: DevicePage,
  signal: AbortSignal,
): Promise<{ devices: { device: DeviceItem; position: DevicePosition }[]; total: number | undefined }> {
  const { found, total } = await findDevices(call, filter, page, signal)
  const items = await loadItems(
    call.db,
    call.engine,
    found.map(({ id }) => id),
  )
  const devices = found.flatMap(({ id, position }) => {
    const device = items.get(id)
    return device ? [{ device, position }] : []
  })
  return { devices, total }
}

function positionIn(cursor: string, sort: string): DevicePosition {
  const [madeFor, value, id] = decodeCursor(cursor, Position)
  if (madeFor === sort) return [value, id]
  throw new AppError('CURSOR_INVALID', 'The cursor belongs to another order of this listing', {
    complaints: [{ path: 'cursor', value: cursor, expected: 'a nextCursor of the same sort' }],
    hint: 'Begin again without a cursor.',
  })
}
