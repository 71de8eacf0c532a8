import { z } from 'zod'
import { changesBetween, listChanges } from '#features/inventory/change-queries.ts'
import { loadItems } from '#features/inventory/device-item-queries.ts'
import { deviceFilter } from '#features/inventory/device-list-queries.ts'
import { Change, DeviceReference, Facts } from '#features/inventory/device-shapes.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { DeviceQuery } from '#features/inventory/list-devices.ts'
import { differenceOver } from '#features/inventory/past-state.ts'
import { readTimeText, TimeText } from '#features/inventory/time-input.ts'
import { operation, type AnyOperation } from '#features/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'
import { DeviceId } from '#model/ids.ts'

const columns = ['at', 'device.name', 'operation', 'changeType', 'source', 'by']
const idIn = (cursor: string | undefined): number | undefined =>
  cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]

const Difference = z.object({
  device: DeviceReference,
  change: z.enum(['added', 'removed', 'changed']),
  before: Facts.describe('Values at `from`, of the paths that differ.'),
  after: Facts.describe('Values at `to`.'),
})

/** What changed in the inventory. */
export const changeOperations: readonly AnyOperation[] = [
  operation({
    name: 'change.list',
    summary: 'List what changed in the inventory, newest first.',
    http: 'GET /changes',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      device: DeviceKey.exactOptional(),
      source: z.string().exactOptional().describe('Name of the source that told it.'),
      by: z.string().exactOptional().describe('Who: ada@example.net, system:schedule, cli:root.'),
      runId: z.number().int().positive().exactOptional().describe('Only what this run changed.'),
      from: TimeText.exactOptional(),
      to: TimeText.exactOptional(),
      q: DeviceQuery.exactOptional(),
    }),
    output: pageOf(Change),
    cli: { columns },
    async run(call, { q, device, from, to, limit, cursor, ...rest }, signal) {
      const now = call.clock.now()
      const filter = {
        ...rest,
        device: device === undefined ? undefined : await findDeviceId(call, device),
        from: from === undefined ? undefined : readTimeText('from', from, now),
        to: to === undefined ? undefined : readTimeText('to', to, now),
        devices: (await deviceFilter(call, q)).where,
      }
      const page = { before: idIn(cursor), limit: limit + 1 }
      const changes = await listChanges(call.reports, call.actor, filter, page, signal)
      return toPage(changes, limit, (change) => [change.id])
    },
  }),
  operation({
    name: 'device.history',
    summary: 'List what changed on a device, newest first.',
    http: 'GET /devices/:id/history',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({ ...pageInput, id: DeviceKey }),
    output: pageOf(Change),
    cli: { arguments: ['id'], columns },
    async run(call, { id, limit, cursor }, signal) {
      const filter = { device: await findDeviceId(call, id) }
      const page = { before: idIn(cursor), limit: limit + 1 }
      return toPage(await listChanges(call.db, call.actor, filter, page, signal), limit, (change) => [
        change.id,
      ])
    },
  }),
  operation({
    name: 'inventory.diff',
    summary: 'Tell how the whole inventory differs between two times.',
    http: 'GET /inventory/diff',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({ ...pageInput, from: TimeText, to: TimeText.default('now') }),
    output: pageOf(Difference),
    cli: { arguments: ['from', 'to'], columns: ['device.id', 'device.name', 'change', 'before', 'after'] },
    async run({ reports, db, engine, actor, clock }, { from, to, limit, cursor }, signal) {
      const now = clock.now()
      const window = { from: readTimeText('from', from, now), to: readTimeText('to', to, now) }
      if (window.from > window.to)
        throw new AppError('INPUT_INVALID', 'from is later than to', {
          complaints: [{ path: 'from', value: from, expected: 'a time before `to`' }],
        })
      const page = { after: idIn(cursor) ?? 0, limit: limit + 1 }
      const found = await changesBetween(reports, actor, window, page, signal)
      const shown = found.slice(0, limit)
      const names = await loadItems(
        db,
        engine,
        shown.map(({ id }) => id),
      )
      const items = shown.flatMap(({ id, rows }) => {
        const difference = differenceOver(rows)
        if (difference === undefined) return []
        const past = difference.before['name'] ?? difference.after['name']
        const name = names.get(id)?.name ?? (typeof past === 'string' ? past : '')
        return [{ device: { id: DeviceId.parse(id), name }, ...difference }]
      })
      // Devices that came back to what they were are left out, so a page may be shorter than its limit.
      return { items, nextCursor: found.length > limit ? encodeCursor([shown.at(-1)!.id]) : null }
    },
  }),
]
