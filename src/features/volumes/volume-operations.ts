import { z } from 'zod'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf } from '#features/page.ts'
import { showVolume, storageOf } from '#features/volumes/volume-detail-queries.ts'
import { countVolumes, listVolumes, volumeOrders } from '#features/volumes/volume-list-queries.ts'
import type { VolumeOrder } from '#features/volumes/volume-list-queries.ts'
import {
  ArraySum,
  DeviceStorage,
  VolumeDetail,
  VolumeItem,
  VolumeKey,
} from '#features/volumes/volume-shapes.ts'
import { sumVolumes } from '#features/volumes/volume-sum-queries.ts'
import { AppError } from '#kernel/errors.ts'
import { volumeTypes } from '#model/record.ts'

const sorts = volumeOrders.flatMap((order): [VolumeOrder, `-${VolumeOrder}`] => [order, `-${order}`])

/** A cursor belongs to the order it was made in. */
const Position = z.tuple([z.string(), z.union([z.string(), z.number()]), z.number()])

const Percent = z.number().min(0).max(1_000)

/** Storage volumes: where there is space, what lies on what, and who uses it. */
export const volumeOperations: readonly AnyOperation[] = [
  operation({
    name: 'volume.list',
    summary: 'List storage volumes, the fullest first.',
    http: 'GET /volumes',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      q: z.string().max(500).exactOptional().describe('Words of the name, the array, or a disk number.'),
      type: z.enum(volumeTypes).exactOptional(),
      array: z.string().max(500).exactOptional().describe('Name of the array or cluster.'),
      source: z.string().max(200).exactOptional().describe('Name of the source that told it.'),
      device: DeviceKey.exactOptional().describe('The device that owns it.'),
      usedOver: Percent.exactOptional().describe('At least so full, in percent.'),
      freeBelow: z.number().int().min(0).exactOptional().describe('Less than so many bytes free.'),
      copies: z.boolean().default(true).describe('Snapshots and mirrors too.'),
      status: z.enum(['active', 'inactive', 'all']).default('active'),
      sort: z.enum(sorts).default('-used').describe('What to order by; a minus turns it round.'),
    }),
    output: pageOf(VolumeItem),
    cli: {
      arguments: ['q'],
      columns: [
        'id',
        'name',
        'volumeType',
        'array',
        'capacityBytes',
        'usedBytes',
        'usedPercent',
        'raidLevel',
      ],
    },
    async run(call, { limit, cursor, sort, device, ...filter }) {
      const at = cursor === undefined ? undefined : decodeCursor(cursor, Position)
      if (at && at[0] !== sort) throw wrongOrder(cursor!)
      const asked = { ...filter, device: device === undefined ? undefined : await findDeviceId(call, device) }
      const page = {
        order: sort.replace('-', '') as VolumeOrder,
        descending: sort.startsWith('-'),
        after: at && ([at[1], at[2]] as [string | number, number]),
        limit: limit + 1,
      }
      const [found, total] = await Promise.all([
        listVolumes(call, asked, page),
        // Only the first page says how many there are.
        cursor === undefined ? countVolumes(call, asked) : undefined,
      ])
      const items = found.slice(0, limit)
      return {
        items: items.map(({ volume }) => volume),
        nextCursor: found.length > limit ? encodeCursor([sort, ...items.at(-1)!.position]) : null,
        ...(total === undefined ? {} : { total }),
      }
    },
  }),
  operation({
    name: 'volume.sum',
    summary: 'Sum up storage by array: the space there is, what was promised of it, and copies apart.',
    http: 'GET /volumes/sum',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({}),
    output: z.object({ arrays: z.array(ArraySum) }),
    run: async (call) => ({ arrays: await sumVolumes(call) }),
  }),
  operation({
    name: 'volume.show',
    summary: 'Show a storage volume: what it lies on down to the array, what lies on it, and who uses it.',
    http: 'GET /volumes/:id',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ id: VolumeKey }),
    output: VolumeDetail,
    cli: { arguments: ['id'] },
    run: (call, { id }) => showVolume(call, id),
  }),
  operation({
    name: 'device.storage',
    summary: 'Show the storage that a device uses, each volume with what it lies on down to the array.',
    http: 'GET /devices/:id/storage',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ id: DeviceKey }),
    output: DeviceStorage,
    cli: { arguments: ['id'] },
    run: async (call, { id }) => storageOf(call, await findDeviceId(call, id)),
  }),
]

const wrongOrder = (cursor: string): AppError =>
  new AppError('CURSOR_INVALID', 'The cursor belongs to another order of this listing', {
    complaints: [
      { path: 'cursor', value: cursor, expected: 'the nextCursor of the page before, with the same order' },
    ],
    hint: 'Begin again without a cursor.',
  })
