import type { Transaction } from '#database/schema.ts'
import { goldenDevice } from '#features/identity/golden-device.ts'
import type { LinkedContent } from '#features/identity/golden-device.ts'
import { loadLinkedContent } from '#features/identity/identity-queries.ts'
import { loadDevices } from '#features/inventory/device-state-queries.ts'
import type { StoredDevice } from '#features/inventory/device-state-queries.ts'
import type { DeviceState } from '#features/inventory/device-state.ts'
import { saveDevices } from '#features/inventory/save-devices.ts'
import type { Authorship, DeviceSave } from '#features/inventory/save-devices.ts'

/** What belongs to a device but comes from people or from other devices, not from its records. */
const ownPaths = /^(tags|relationships)\/|^retiredAt$/

/**
 * Computes devices again after their records changed, writes those that differ and gives their ids. `write` changes
 * records and links; the states before are read first. `created` are saved in the same go.
 */
export async function recomputeDevices(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
  operation: DeviceSave['operation'],
  write: () => Promise<void>,
  created: readonly DeviceSave[] = [],
): Promise<number[]> {
  const stored = await loadDevices(transaction, author.engine, ids)
  await write()
  const contents = await loadLinkedContent(transaction, author.engine, ids)
  const saves = [...stored.values()].flatMap((device) => {
    const linked = contents.get(device.id)!
    return linked.length === 0 ? [] : [saveOf(device, linked, operation)]
  })
  return saveDevices(transaction, author, [...created, ...saves])
}

function saveOf(
  device: StoredDevice,
  linked: readonly LinkedContent[],
  operation: DeviceSave['operation'],
): DeviceSave {
  const golden = goldenDevice(linked)
  return {
    id: device.id,
    before: device.state,
    after: { ...golden.state, ...ownPart(device.state) },
    version: device.version,
    source: {
      system: golden.primary.system,
      identifier: golden.primary.source,
      sourceId: golden.primary.sourceId,
    },
    firstSeen: device.firstSeen,
    lastSeen: device.lastSeen,
    operation,
  }
}

const ownPart = (state: DeviceState): DeviceState =>
  Object.fromEntries(Object.entries(state).filter(([path]) => ownPaths.test(path)))

/** The first state of a device that has only these records. */
export function newDevice(id: number, linked: readonly LinkedContent[], seenAt: string): DeviceSave {
  const golden = goldenDevice(linked)
  return {
    id,
    after: golden.state,
    version: 0,
    source: {
      system: golden.primary.system,
      identifier: golden.primary.source,
      sourceId: golden.primary.sourceId,
    },
    firstSeen: seenAt,
    lastSeen: seenAt,
    operation: 'create',
  }
}
