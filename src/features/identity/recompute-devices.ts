import type { Transaction } from '#database/schema.ts'
import { saveConflicts } from '#features/identity/conflict-queries.ts'
import { loadBeliefs } from '#features/identity/field-rule-queries.ts'
import type { LinkedContent } from '#features/identity/golden-belief.ts'
import { goldenDevice } from '#features/identity/golden-device.ts'
import type { GoldenDevice } from '#features/identity/golden-device.ts'
import { conflictsOf } from '#features/identity/golden-field.ts'
import { loadLinkedContent } from '#features/identity/linked-content-queries.ts'
import { followOwners } from '#features/identity/volume-owner-queries.ts'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import type { StoredDevice } from '#features/inventory/device-state-queries.ts'
import { withPaths } from '#features/inventory/device-state.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { saveDevices } from '#features/inventory/save-devices.ts'
import type { Authorship, DeviceSave } from '#features/inventory/save-devices.ts'

/** What belongs to a device but comes from people or from other devices, not from its records. */
const ownPaths = /^(tags|relationships)\/|^retiredAt$/

/** Devices that do not exist yet. */
export interface NewDevices {
  ids: Iterable<number>
  /** Their records where they are at hand; those of the others are read. */
  contents: ReadonlyMap<number, LinkedContent[]>
  /** When they were seen, unless a record says otherwise. */
  seenAt: string
}

/** What became of a device's own part (tags, relationships) by device: values that came, null for those that went. */
export type OwnChanges = ReadonlyMap<number, DeviceState>

/**
 * Computes devices again after their records changed, writes those that differ and gives their ids. `write` changes
 * records and links, and tells what else of these devices it changed; the states before are read first. New devices
 * are saved in the same go.
 */
export async function recomputeDevices(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
  operation: DeviceSave['operation'],
  write: () => Promise<OwnChanges | void>,
  created: NewDevices = { ids: [], contents: new Map(), seenAt: author.now },
): Promise<number[]> {
  const stored = await loadDevices(transaction, author.engine, ids)
  const own = (await write()) ?? new Map<number, DeviceState>()
  const added = [...created.ids]
  const contents = await loadLinkedContent(transaction, author.engine, [
    ...ids,
    ...added.filter((id) => !created.contents.has(id)),
  ])
  const beliefsOf = await loadBeliefs(transaction, author.engine, ids)
  const golden = new Map<number, GoldenDevice>()
  const compute = (id: number, linked: readonly LinkedContent[]): GoldenDevice => {
    const device = goldenDevice(linked, beliefsOf(id))
    golden.set(id, device)
    return device
  }
  const additions = added.flatMap((id) => {
    const linked = created.contents.get(id) ?? contents.get(id) ?? []
    return linked.length === 0 ? [] : [newDevice(id, linked, created.seenAt, compute(id, linked))]
  })
  const saves = [...stored.values()].flatMap((device) => {
    const linked = contents.get(device.id)!
    if (linked.length === 0) return []
    return [saveOf(device, compute(device.id, linked), linked, operation, own.get(device.id))]
  })
  const saved = await saveDevices(transaction, author, [...additions, ...saves])
  await saveConflicts(
    transaction,
    author,
    new Map([...golden].map(([id, { fields }]) => [id, conflictsOf(fields)])),
  )
  await followOwners(transaction, author.engine, ids)
  return saved
}

function saveOf(
  device: StoredDevice,
  golden: GoldenDevice,
  linked: readonly LinkedContent[],
  operation: DeviceSave['operation'],
  own: DeviceState = {},
): DeviceSave {
  return {
    id: device.id,
    before: device.state,
    after: withPaths({ ...golden.state, ...ownPart(device.state) }, own),
    version: device.version,
    source: sourceOf(golden.primary),
    sourceBefore: device.source,
    firstSeen: device.firstSeen,
    lastSeen: device.lastSeen,
    operation: presenceChange(device.state, linked) ?? operation,
  }
}

const sourceOf = ({ system, source, sourceId }: LinkedContent): DeviceSave['source'] => ({
  system,
  identifier: source,
  sourceId,
})

/** Whether the last source that held the device lost it, or the first found it again. */
function presenceChange(
  before: DeviceState,
  linked: readonly LinkedContent[],
): 'missing' | 'return' | undefined {
  const held = Object.entries(before)
    .filter(([path, value]) => path.startsWith('records/') && !String(value).startsWith('manual'))
    .map(([, value]) => !String(value).endsWith('(missing)'))
  const wasThere = held.includes(true)
  const isThere = linked.some((each) => each.isHeld && each.system !== 'manual')
  if (wasThere && !isThere) return 'missing'
  return held.length > 0 && !wasThere && isThere ? 'return' : undefined
}

const ownPart = (state: DeviceState): DeviceState =>
  Object.fromEntries(Object.entries(state).filter(([path]) => ownPaths.test(path)))

/** The first state of a device that has only these records. */
export function newDevice(
  id: number,
  linked: readonly LinkedContent[],
  seenAt: string,
  golden: GoldenDevice = goldenDevice(linked),
): DeviceSave {
  const seen = seenTime(linked, seenAt)
  return {
    id,
    after: golden.state,
    version: 0,
    source: sourceOf(golden.primary),
    firstSeen: seen,
    lastSeen: seen,
    operation: 'create',
  }
}

/** A lease that was last renewed yesterday was last seen yesterday. */
function seenTime(linked: readonly LinkedContent[], now: string): string {
  const times = linked.map(({ record }) =>
    record.kind === 'sighting' && record.seenAt !== undefined && record.seenAt < now ? record.seenAt : now,
  )
  return times.reduce((latest, time) => (time > latest ? time : latest), times[0]!)
}
