import { z } from 'zod'
import { deviceEdit, newDevice, TagName } from '#features/devices/device-input.ts'
import { deviceText } from '#features/devices/device-text.ts'
import { createDevice, removeDevice, setRetired, updateDevice } from '#features/devices/edit-devices.ts'
import { fieldRuleOperations } from '#features/devices/field-rule-operations.ts'
import { assertMayRemoveTags } from '#features/devices/limited-tags.ts'
import { mergeOperations } from '#features/devices/merge-operations.ts'
import { relationshipOperations } from '#features/devices/relationship-operations.ts'
import { reviewOperations } from '#features/devices/review-operations.ts'
import { showDevice, showPastDevice } from '#features/devices/show-device.ts'
import { tagDevices } from '#features/devices/tag-devices.ts'
import { tagOperations } from '#features/devices/tag-operations.ts'
import { assertDeviceVisible } from '#features/access/visible-devices.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { deviceFilter, findDeviceIds } from '#features/inventory/device-list-queries.ts'
import { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { DeviceQuery } from '#features/inventory/list-devices.ts'
import { readTimeText, TimeText } from '#features/inventory/time-input.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { DeviceId } from '#model/ids.ts'

const expectedVersion = z.number().int().exactOptional()

/** How many devices one operation may tag. */
const taggedAtMost = 10_000

/** The devices that a bulk change is about. */
async function meantDevices(
  call: Call,
  { q, ids }: { q?: string | undefined; ids?: readonly number[] | undefined },
): Promise<number[]> {
  if ((q === undefined) === (ids === undefined))
    throw new AppError('INPUT_INVALID', 'Say which devices, by ids or by a query', {
      complaints: [{ path: 'ids', expected: 'ids or q, and not both' }],
    })
  if (ids !== undefined) {
    for (const id of ids) await assertDeviceVisible(call.db, call.actor, id)
    return [...ids]
  }
  const found = await findDeviceIds(call, await deviceFilter(call, q), taggedAtMost + 1)
  if (found.length <= taggedAtMost) return found
  throw new AppError('INPUT_INVALID', `The query finds more than ${taggedAtMost} devices`, {
    complaints: [{ path: 'q', value: q, expected: `at most ${taggedAtMost} devices at a time` }],
    hint: 'Narrow the query.',
  })
}

/** Devices one by one: what is known of them, and editing them by hand. */
export const deviceOperations: readonly AnyOperation[] = [
  operation({
    name: 'device.show',
    summary: 'Show a device with all that is known of it and who says so, now or at an earlier time.',
    http: 'GET /devices/:id',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({
      id: DeviceKey,
      at: TimeText.exactOptional().describe('As it was then: 2026-11-22T10:00:00Z, 2026-11-22, or 7d.'),
    }),
    output: DeviceDetail,
    cli: { arguments: ['id'], show: deviceText },
    async run(call, { id, at }) {
      if (at === undefined) return showDevice(call, await findDeviceId(call, id))
      const time = readTimeText('at', at, call.clock.now())
      return showPastDevice(call, await findDeviceId(call, id, time), time)
    },
  }),
  operation({
    name: 'device.create',
    summary: 'Add a device by hand.',
    http: 'POST /devices',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object(newDevice),
    output: DeviceDetail,
    cli: { arguments: ['name'], show: deviceText },
    run: async (call, input) => showDevice(call, await createDevice(call, input)),
  }),
  operation({
    name: 'device.update',
    summary: 'Edit a device by hand; what you enter wins over what sources say, until you take it back.',
    http: 'PATCH /devices/:id',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ id: DeviceKey, ...deviceEdit, expectedVersion }),
    output: DeviceDetail,
    cli: { arguments: ['id'], show: deviceText },
    async run(call, { id, expectedVersion: version, ...edit }) {
      const deviceId = await findDeviceId(call, id)
      await updateDevice(call, deviceId, edit, version)
      return showDevice(call, deviceId)
    },
  }),
  operation({
    name: 'device.retire',
    summary: 'Take a device out of the listings; its records and history stay.',
    http: 'POST /devices/:id/retire',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ id: DeviceKey, expectedVersion }),
    output: DeviceDetail,
    cli: { arguments: ['id'], show: deviceText },
    async run(call, { id, expectedVersion: version }) {
      const deviceId = await findDeviceId(call, id)
      await setRetired(call, deviceId, true, version)
      return showDevice(call, deviceId)
    },
  }),
  operation({
    name: 'device.restore',
    summary: 'Put a retired device back into the listings.',
    http: 'POST /devices/:id/restore',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      id: DeviceKey,
      expectedVersion,
    }),
    output: DeviceDetail,
    cli: { arguments: ['id'], show: deviceText },
    async run(call, { id, expectedVersion: version }) {
      const deviceId = await findDeviceId(call, id)
      await setRetired(call, deviceId, false, version)
      return showDevice(call, deviceId)
    },
  }),
  operation({
    name: 'device.delete',
    summary: 'Delete a retired or hand-made device for good; a source that still reports it brings it back.',
    http: 'DELETE /devices/:id',
    effect: 'danger',
    permission: 'inventory.change',
    input: z.object({ id: DeviceKey }),
    output: z.undefined(),
    cli: { arguments: ['id'] },
    async run(call, { id }) {
      await removeDevice(call, await findDeviceId(call, id))
      return undefined
    },
  }),
  operation({
    name: 'device.tag',
    summary: 'Put tags on many devices and take others off.',
    http: 'POST /devices/tag',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      q: DeviceQuery.exactOptional(),
      ids: z.array(DeviceId).min(1).max(taggedAtMost).exactOptional(),
      add: z.array(TagName).max(50).default([]),
      remove: z.array(z.string()).max(50).default([]),
    }),
    output: z.object({ changed: z.number().int().describe('How many are now different.') }),
    cli: { arguments: ['q'] },
    async run(call, { add, remove, ...which }) {
      assertMayRemoveTags(call.actor, remove)
      return { changed: (await tagDevices(call, await meantDevices(call, which), { add, remove })).length }
    },
  }),
  ...mergeOperations,
  ...fieldRuleOperations,
  ...reviewOperations,
  ...tagOperations,
  ...relationshipOperations,
]
