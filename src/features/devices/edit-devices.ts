import { reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { assertMayKeepTags } from '#features/devices/limited-tags.ts'
import { readCustomValues } from '#features/devices/custom-values.ts'
import type { DeviceEdit } from '#features/devices/device-input.ts'
import {
  countOtherRecords,
  deleteDevice,
  deleteRecords,
  findManualRecords,
  insertManualRecord,
  recordsOf,
  updateManualRecord,
} from '#features/devices/manual-queries.ts'
import { editedRecord, editedRecords, emptyRecord, saysNothing } from '#features/devices/manual-record.ts'
import { inEdit, savePaths, tellChanged } from '#features/devices/save-states.ts'
import { changeTags } from '#features/devices/tag-devices.ts'
import { refreshHosts } from '#features/hosts/update-hosts.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { assertVersion } from '#features/inventory/changed-since.ts'
import { listFields } from '#features/inventory/custom-field-queries.ts'
import { loadDevices, type StoredDevice } from '#features/inventory/device-state-queries.ts'
import { historyRow, type Authorship } from '#features/inventory/save-devices.ts'
import { bulkInsert } from '#database/bulk.ts'
import { below, type DeviceState } from '#features/inventory/device-state.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

/** Makes a device by hand; gives its id. */
export async function createDevice(call: Call, edit: DeviceEdit): Promise<number> {
  const custom = readCustomValues(await listFields(call.db), edit.custom ?? {}, true)
  assertMayKeepTags(call.actor, edit.tags ?? [])
  const id = await inEdit(call, async (transaction, author) => {
    const [deviceId] = (await reserveIds(transaction, call.engine, 'devices', 1)) as [number]
    const record = editedRecord(emptyRecord(deviceId), { ...edit, custom }, author.now)
    const made = { deviceId, record, by: author.by, now: author.now }
    await insertManualRecord(transaction, call.engine, made)
    const created = { ids: [deviceId], contents: new Map(), seenAt: author.now }
    await recomputeDevices(transaction, author, [], 'create', async () => {}, created)
    if (edit.tags) await changeTags(transaction, author, [deviceId], { add: edit.tags, remove: [] })
    return deviceId
  })
  tellChanged(call, [id])
  return id
}

/** Edits a device by hand; CHANGED_SINCE when it is no longer as the person saw it. */
export async function updateDevice(
  call: Call,
  id: number,
  edit: DeviceEdit,
  expectedVersion: number | undefined,
): Promise<void> {
  const custom = readCustomValues(await listFields(call.db), edit.custom ?? {}, false)
  if (edit.tags) assertMayKeepTags(call.actor, edit.tags)
  const hosts = await inEdit(call, async (transaction, author) => {
    const device = await loadDevice(call, transaction, id)
    assertVersion(nameOf(device), device.version, expectedVersion)
    if (edit.tags) await setTags(transaction, author, device, edit.tags)
    const { tags: _, ...facts } = edit
    if (Object.keys(facts).length > 0) await editRecord(transaction, author, device, { ...facts, custom })
    // A host is of the kind that its device is, unless somebody said otherwise.
    return edit.deviceType === undefined
      ? []
      : refreshHosts(transaction, author, await recordsOf(transaction, id))
  })
  tellChanged(call, [id])
  if (hosts.length > 0) {
    const data = { ids: hosts.slice(0, 100), count: hosts.length }
    call.events.publish({ topic: 'host.changed', at: call.clock.now(), data })
  }
}

const nameOf = ({ state }: StoredDevice): string => String(state['name'])

async function loadDevice({ engine }: Call, transaction: Transaction, id: number): Promise<StoredDevice> {
  const device = (await loadDevices(transaction, engine, [id])).get(id)
  if (device) return device
  throw new AppError('NOT_FOUND', `There is no device ${id}`)
}

async function setTags(
  transaction: Transaction,
  author: Authorship,
  device: StoredDevice,
  tags: readonly string[],
): Promise<void> {
  const before = Object.keys(below(device.state, 'tags/'))
  const remove = before.filter((name) => !tags.includes(name))
  await changeTags(transaction, author, [device.id], { add: tags, remove })
}

async function editRecord(
  transaction: Transaction,
  author: Authorship,
  device: StoredDevice,
  edit: DeviceEdit,
): Promise<void> {
  const known = await findManualRecords(transaction, device.id)
  const records = editedRecords(device.id, known, edit, author.now)
  const isHandMade = (await countOtherRecords(transaction, device.id)) === 0
  if (isHandMade && records.every(({ record }) => record.name === ''))
    throw new AppError('INPUT_INVALID', `${nameOf(device)} was made by hand and needs a name`, {
      complaints: [{ path: 'name', value: edit.name, expected: 'a name: no source gives it another' }],
    })
  await recomputeDevices(transaction, author, [device.id], 'update', async () => {
    for (const { id, record } of records) {
      if (id !== undefined) await updateManualRecord(transaction, id, record)
      else if (!saysNothing(record)) {
        const made = { deviceId: device.id, record, by: author.by, now: author.now }
        await insertManualRecord(transaction, author.engine, made)
      }
    }
    const empty = records.filter(({ id, record }) => id !== undefined && saysNothing(record))
    await deleteRecords(
      transaction,
      empty.map(({ id }) => id!),
    )
  })
}

/** Takes a device out of the listings, or puts it back; its history goes on. */
export async function setRetired(
  call: Call,
  id: number,
  isRetired: boolean,
  expectedVersion: number | undefined,
): Promise<void> {
  await inEdit(call, async (transaction, author) => {
    const device = await loadDevice(call, transaction, id)
    assertVersion(nameOf(device), device.version, expectedVersion)
    if ((device.state['retiredAt'] !== undefined) === isRetired)
      throw new AppError('CONFLICT', `${nameOf(device)} is ${isRetired ? 'retired already' : 'not retired'}`)
    const paths = { retiredAt: isRetired ? author.now : null }
    await savePaths(transaction, author, [id], () => paths, isRetired ? 'retire' : 'restore')
  })
  tellChanged(call, [id])
}

/** Deletes a device that is retired or was made by hand, with its records; what the history says of it stays. */
export async function removeDevice(call: Call, id: number): Promise<void> {
  const others = await inEdit(call, async (transaction, author) => {
    const device = await loadDevice(call, transaction, id)
    const isHandMade = (await countOtherRecords(transaction, id)) === 0
    if (device.state['retiredAt'] === undefined && !isHandMade)
      throw new AppError('CONFLICT', `Sources report ${nameOf(device)}`, {
        hint: 'Retire it: it leaves the listings and stays out of them.',
      })
    const related = await forgetRelated(transaction, author, device)
    const row = historyRow(author, { id, operation: 'delete' }, { before: device.state, after: {} })
    await bulkInsert(transaction, call.engine, 'sync_history', [row])
    await deleteDevice(transaction, id)
    return related
  })
  tellChanged(call, [id, ...others])
}

/** Devices that were related to one that goes lose the relationship, and their history tells. */
async function forgetRelated(
  transaction: Transaction,
  author: Authorship,
  { id, state }: StoredDevice,
): Promise<number[]> {
  const related = new Map<number, DeviceState>()
  for (const path of Object.keys(below(state, 'relationships/'))) {
    const [type, side, other] = path.split('/') as [string, string, string]
    const ownSide = side === 'parent' ? 'child' : 'parent'
    const paths = { ...related.get(Number(other)), [`relationships/${type}/${ownSide}/${id}`]: null }
    related.set(Number(other), paths)
  }
  return savePaths(transaction, author, [...related.keys()], (device) => related.get(device.id)!)
}
