import type { Transaction } from '#database/schema.ts'
import { lockIdentity } from '#features/identity/identity-lock-queries.ts'
import { loadDevices, type StoredDevice } from '#features/inventory/device-state-queries.ts'
import { withPaths, type DeviceState } from '#features/inventory/device-state.ts'
import { saveDevices, type Authorship, type DeviceSave } from '#features/inventory/save-devices.ts'
import type { Call } from '#features/operation.ts'

/**
 * One edit by hand: a transaction that no other edit or reading of a source writes devices beside, because a device is
 * written as a whole. The time is asked for once it is our turn, so that the history is in order.
 */
export const inEdit = <Answer>(
  call: Pick<Call, 'db' | 'engine' | 'clock' | 'actor'>,
  work: (transaction: Transaction, author: Authorship) => Promise<Answer>,
): Promise<Answer> =>
  call.db.transaction().execute(async (transaction) => {
    await lockIdentity(transaction, call.engine)
    return work(transaction, authorOfEdit(call))
  })

/** Who edits by hand, for the history: every edit is a group of its own. */
const authorOfEdit = (call: Pick<Call, 'engine' | 'clock' | 'actor'>): Authorship => {
  const now = call.clock.now()
  return {
    engine: call.engine,
    now,
    syncId: `manual:${now}`,
    system: 'manual',
    identifier: 'manual',
    by: call.actor.name,
  }
}

/** Changes paths of devices that belong to people and not to records (tags, relationships, retirement). */
export async function savePaths(
  transaction: Transaction,
  author: Authorship,
  ids: readonly number[],
  pathsOf: (device: StoredDevice) => DeviceState,
  operation: DeviceSave['operation'] = 'update',
): Promise<number[]> {
  const stored = await loadDevices(transaction, author.engine, ids)
  const saves = [...stored.values()].map((device) => ({
    id: device.id,
    before: device.state,
    after: withPaths(device.state, pathsOf(device)),
    version: device.version,
    source: device.source,
    firstSeen: device.firstSeen,
    lastSeen: device.lastSeen,
    operation,
  }))
  return saveDevices(transaction, author, saves)
}

/** Tells whoever listens which devices changed, once it is on disk. */
export function tellChanged({ events, clock }: Pick<Call, 'events' | 'clock'>, ids: readonly number[]): void {
  if (ids.length === 0) return
  const data = { ids: ids.slice(0, 100), count: ids.length }
  events.publish({ topic: 'device.changed', at: clock.now(), data })
}
