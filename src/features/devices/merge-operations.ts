import { z } from 'zod'
import { assertDeviceVisible } from '#features/access/visible-devices.ts'
import { deviceText } from '#features/devices/device-text.ts'
import { mergeDevices } from '#features/devices/merge-devices.ts'
import { showDevice } from '#features/devices/show-device.ts'
import { splitDevice } from '#features/devices/split-device.ts'
import { undoDecisions } from '#features/devices/undo-decisions.ts'
import { mergeOfDevice, unmergeDevices } from '#features/devices/unmerge-devices.ts'
import { listDecisions } from '#features/identity/decision-list-queries.ts'
import { listMerges, MergeShape } from '#features/identity/merge-list-queries.ts'
import { DecisionShape } from '#features/identity/review-shapes.ts'
import { DeviceKey } from '#features/inventory/device-key.ts'
import { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { findDeviceId } from '#features/inventory/find-device-queries.ts'
import { operation, type AnyOperation, type Call } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { AppError } from '#kernel/errors.ts'
import { RecordId } from '#model/ids.ts'

const Reason = z.string().trim().max(1_000).exactOptional().describe('Why, for whoever asks later.')
const DecisionId = z.number().int().positive()

/** The merge, if the actor may see both of its devices. */
async function visibleMerge({ db, engine, actor }: Call, id: number): Promise<MergeShape> {
  const [merge] = await listMerges(db, engine, actor, { id, undone: true }, { limit: 1 })
  if (!merge) throw new AppError('NOT_FOUND', `There is no merge ${id}`)
  return merge
}

/** What people say about which records are one device, and taking it back. */
export const mergeOperations: readonly AnyOperation[] = [
  operation({
    name: 'device.merge',
    summary:
      'Say that devices are one: their records and everything on them become part of the one that stays.',
    http: 'POST /devices/:id/merge',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ id: DeviceKey, from: z.array(DeviceKey).min(1).max(100), reason: Reason }),
    output: z.object({
      device: DeviceDetail,
      merges: z.array(z.number().int()).describe('Each can be undone.'),
    }),
    cli: { arguments: ['id', 'from'] },
    async run(call, { id, from, reason }) {
      const into = await findDeviceId(call, id)
      const others = []
      for (const each of from) others.push(await findDeviceId(call, each))
      const merges = await mergeDevices(call, into, [...new Set(others)], reason || null)
      return { device: await showDevice(call, into), merges }
    },
  }),
  operation({
    name: 'device.unmerge',
    summary:
      'Undo a merge: both devices are what they were, and what people added since stays with the one that was kept.',
    http: 'POST /devices/unmerge',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({
      merge: z.number().int().positive().exactOptional(),
      device: DeviceKey.exactOptional().describe('Instead of the merge: a device that has only one.'),
      apart: z
        .boolean()
        .exactOptional()
        .describe('Whether rules may never join them again; yes for a merge by a rule unless you say no.'),
      reason: Reason,
    }),
    output: MergeShape,
    cli: { arguments: ['merge'] },
    async run(call, { merge, device, apart, reason }) {
      if ((merge === undefined) === (device === undefined))
        throw new AppError('INPUT_INVALID', 'Say which merge, by its id or by the device', {
          complaints: [{ path: 'merge', expected: 'merge or device, and not both' }],
        })
      const id = merge ?? (await mergeOfDevice(call, await givenDevice(call, device!)))
      await visibleMerge(call, id)
      await unmergeDevices(call, id, { apart, reason: reason || null })
      return visibleMerge(call, id)
    },
  }),
  operation({
    name: 'device.split',
    summary:
      'Say that some records of a device are another one: they become a device of their own and stay apart.',
    http: 'POST /devices/:id/split',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ id: DeviceKey, records: z.array(RecordId).min(1).max(500), reason: Reason }),
    output: DeviceDetail,
    cli: { arguments: ['id', 'records'], show: deviceText },
    async run(call, { id, records, reason }) {
      const device = await findDeviceId(call, id)
      return showDevice(call, await splitDevice(call, device, records, reason || null))
    },
  }),
  operation({
    name: 'merge.list',
    summary: 'List devices that became part of others, by rules or by people, the newest first.',
    http: 'GET /merges',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      device: DeviceKey.exactOptional().describe('Only of this device, on either side.'),
      undone: z.boolean().exactOptional().describe('Also those that were undone.'),
    }),
    output: pageOf(MergeShape),
    cli: { columns: ['id', 'merged.name', 'kept.id', 'kept.name', 'mergedBy', 'mergedAt', 'undoneAt'] },
    async run(call, { limit, cursor, device, undone }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const id = device === undefined ? undefined : await givenDevice(call, device)
      const filter = { device: id, undone }
      const merges = await listMerges(call.db, call.engine, call.actor, filter, { before, limit: limit + 1 })
      return toPage(merges, limit, (merge) => [merge.id])
    },
  }),
  operation({
    name: 'decision.list',
    summary: 'List what people decided about records: one machine, or never; the newest first.',
    http: 'GET /decisions',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      kind: z.enum(['same', 'apart']).exactOptional(),
      source: z.string().exactOptional(),
      q: z.string().max(200).exactOptional().describe('Text in either device or record.'),
      undone: z.boolean().exactOptional().describe('Also those that were undone.'),
    }),
    output: pageOf(DecisionShape),
    cli: {
      columns: [
        'id',
        'act',
        'kind',
        'left.name',
        'left.source',
        'right.name',
        'right.source',
        'decidedBy',
        'decidedAt',
        'reason',
      ],
    },
    async run({ db, engine, actor }, { limit, cursor, ...filter }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      const decisions = await listDecisions(db, engine, actor, filter, { before, limit: limit + 1 })
      return toPage(decisions, limit, (decision) => [decision.id])
    },
  }),
  operation({
    name: 'decision.undo',
    summary:
      'Take decisions back, with all of the same act: rules decide again; a merge that came of one is undone with it.',
    http: 'POST /decisions/undo',
    effect: 'change',
    permission: 'inventory.change',
    input: z.object({ ids: z.array(DecisionId).min(1).max(500) }),
    output: z.object({ changed: z.number().int().describe('How many held until now.') }),
    cli: { arguments: ['ids'] },
    run: async (call, { ids }) => ({ changed: await undoDecisions(call, ids) }),
  }),
]

/** A merged device is named by its id here, although it is part of another by now. */
async function givenDevice(call: Call, key: string | number): Promise<number> {
  const id = Number(key)
  if (!Number.isSafeInteger(id)) return findDeviceId(call, key)
  await assertDeviceVisible(call.db, call.actor, id)
  return id
}
