import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { addressRow, deviceColumns, interfaceRow, vmRow } from '#features/inventory/device-rows.ts'
import { below, differenceOf } from '#features/inventory/device-state.ts'
import type { DeviceState, StateDifference } from '#features/inventory/device-state.ts'
import type { Change } from '#features/inventory/device-shapes.ts'

/** Names a record: the system, the configured source, its id there. */
export interface SourceKey {
  system: string
  identifier: string
  sourceId: string
}

/** A device whose state may have changed, or a new one (no before). */
export interface DeviceSave {
  id: number
  before?: DeviceState | undefined
  after: DeviceState
  version: number
  source: SourceKey
  /** The record it was named after before, where it had one. */
  sourceBefore?: SourceKey | undefined
  firstSeen: string
  lastSeen: string
  operation: Change['operation']
}

/** Who writes, when, and from which run: what history keeps of a change. */
export interface Authorship {
  engine: Engine
  now: string
  /** `run:17`, `manual:...`: groups what was written together. */
  syncId: string
  system: string
  identifier: string | null
  by: string
}

/**
 * Writes devices and what hangs on them, with one history row for each that changed. What did not change is not
 * written. Gives the ids of those that were.
 */
export async function saveDevices(
  transaction: Transaction,
  author: Authorship,
  saves: readonly DeviceSave[],
): Promise<number[]> {
  const changed = saves.flatMap((save): Changed[] => {
    if (save.before === undefined) return [{ save, difference: { before: {}, after: save.after } }]
    const difference = differenceOf(save.before, save.after)
    return difference === undefined ? [] : [{ save, difference }]
  })
  if (changed.length === 0) return []
  const added = changed.filter(({ save }) => save.before === undefined).map(({ save }) => save)
  const updated = changed.filter(({ save }) => save.before !== undefined)
  await freeSourceKeys(transaction, author, updated)
  await insertDevices(transaction, author, added)
  await updateDevices(transaction, author, updated)
  await bulkInsert(
    transaction,
    author.engine,
    'sync_history',
    changed.map(({ save, difference }) => historyRow(author, save, difference)),
  )
  return changed.map(({ save }) => save.id)
}

interface Changed {
  save: DeviceSave
  difference: StateDifference
}

/** Records move between devices, but no two devices may be named after one record, not even for a moment. */
async function freeSourceKeys(
  transaction: Transaction,
  { engine }: Authorship,
  updated: readonly Changed[],
): Promise<void> {
  const moving = updated.filter(
    ({ save: { source, sourceBefore } }) =>
      sourceBefore !== undefined &&
      (source.sourceId !== sourceBefore.sourceId ||
        source.identifier !== sourceBefore.identifier ||
        source.system !== sourceBefore.system),
  )
  await bulkUpdate(
    transaction,
    engine,
    'devices',
    ['id'],
    moving.map(({ save }) => ({
      id: save.id,
      source_system: 'moving',
      source_identifier: 'device',
      source_id: String(save.id),
    })),
  )
}

async function insertDevices(
  transaction: Transaction,
  { engine, now }: Authorship,
  saves: readonly DeviceSave[],
): Promise<void> {
  await bulkInsert(
    transaction,
    engine,
    'devices',
    saves.map((save) => ({
      id: save.id,
      ...deviceColumns(save.after),
      ...sourceColumns(save),
      first_seen: save.firstSeen,
      last_seen: save.lastSeen,
      created_at: now,
      updated_at: now,
      version: 1,
    })),
  )
  await bulkInsert(
    transaction,
    engine,
    'network_interfaces',
    saves.flatMap((save) =>
      Object.entries(below(save.after, 'interfaces/')).map(([name, value]) =>
        interfaceRow(save.id, name, value),
      ),
    ),
  )
  await insertAddresses(
    transaction,
    engine,
    saves.map((save) => ({ id: save.id, addresses: addressesOf(save.after) })),
  )
  await bulkInsert(
    transaction,
    engine,
    'vms',
    saves.flatMap((save) => vmRow(save.id, save.after) ?? []),
  )
}

const sourceColumns = ({ source }: DeviceSave) => ({
  source_system: source.system,
  source_identifier: source.identifier,
  source_id: source.sourceId,
})

const addressesOf = (state: DeviceState): string[] => (state['addresses'] as string[] | undefined) ?? []

async function insertAddresses(
  transaction: Transaction,
  engine: Engine,
  devices: { id: number; addresses: string[] }[],
): Promise<void> {
  const rows = devices.flatMap(({ id, addresses }) =>
    [...new Set(addresses)].flatMap((address) => addressRow(id, address) ?? []),
  )
  await bulkInsert(transaction, engine, 'device_addresses', rows)
}

async function updateDevices(
  transaction: Transaction,
  { engine, now }: Authorship,
  changed: readonly Changed[],
): Promise<void> {
  await bulkUpdate(
    transaction,
    engine,
    'devices',
    ['id'],
    changed.map(({ save }) => ({
      id: save.id,
      ...deviceColumns(save.after),
      ...sourceColumns(save),
      updated_at: now,
      version: save.version + 1,
    })),
  )
  await updateInterfaces(transaction, engine, changed)
  await updateAddresses(transaction, engine, changed)
  await updateVms(transaction, engine, changed)
}

async function updateVms(
  transaction: Transaction,
  engine: Engine,
  changed: readonly Changed[],
): Promise<void> {
  const vms = changed
    .filter(({ difference }) => Object.keys(difference.after).some((path) => path.startsWith('vm/')))
    .map(({ save }) => ({
      id: save.id,
      wasThere: vmRow(save.id, save.before ?? {}) !== undefined,
      row: vmRow(save.id, save.after),
    }))
  for (const vm of vms) {
    if (vm.wasThere && vm.row === undefined)
      await transaction.deleteFrom('vms').where('device_id', '=', vm.id).execute()
  }
  await bulkUpdate(
    transaction,
    engine,
    'vms',
    ['device_id'],
    vms.flatMap((vm) => (vm.wasThere ? (vm.row ?? []) : [])),
  )
  await bulkInsert(
    transaction,
    engine,
    'vms',
    vms.flatMap((vm) => (vm.wasThere ? [] : (vm.row ?? []))),
  )
}

async function updateInterfaces(
  transaction: Transaction,
  engine: Engine,
  changed: readonly Changed[],
): Promise<void> {
  const added: ReturnType<typeof interfaceRow>[] = []
  const updated: ReturnType<typeof interfaceRow>[] = []
  for (const { save, difference } of changed) {
    const before = below(difference.before, 'interfaces/')
    for (const [name, value] of Object.entries(below(difference.after, 'interfaces/'))) {
      if (value === null) {
        await transaction
          .deleteFrom('network_interfaces')
          .where('device_id', '=', save.id)
          .where('interface_name', '=', name)
          .execute()
      } else {
        const list = before[name] === null ? added : updated
        list.push(interfaceRow(save.id, name, value))
      }
    }
  }
  await bulkUpdate(transaction, engine, 'network_interfaces', ['device_id', 'interface_name'], updated)
  await bulkInsert(transaction, engine, 'network_interfaces', added)
}

async function updateAddresses(
  transaction: Transaction,
  engine: Engine,
  changed: readonly Changed[],
): Promise<void> {
  const added: { id: number; addresses: string[] }[] = []
  for (const { save, difference } of changed) {
    if (!('addresses' in difference.after)) continue
    const before = new Set(addressesOf(difference.before))
    const after = addressesOf(difference.after)
    const gone = [...before].filter((address) => !after.includes(address))
    if (gone.length > 0) {
      await transaction
        .deleteFrom('device_addresses')
        .where('device_id', '=', save.id)
        .where('address', 'in', gone)
        .execute()
    }
    added.push({ id: save.id, addresses: after.filter((address) => !before.has(address)) })
  }
  await insertAddresses(transaction, engine, added)
}

/** One row of the history; a created device keeps its whole first state as what came after. */
export function historyRow(
  author: Authorship,
  save: Pick<DeviceSave, 'id' | 'operation'>,
  difference: StateDifference,
) {
  return {
    sync_id: author.syncId,
    source_system: author.system,
    source_identifier: author.identifier,
    operation: save.operation,
    device_id: save.id,
    change_type: changeType(save.operation, difference),
    old_value: save.operation === 'create' ? null : JSON.stringify(difference.before),
    new_value: JSON.stringify(difference.after),
    performed_by: author.by,
    performed_at: author.now,
    metadata: null,
  }
}

/** The kind of change in a word: the first path's first part, or `several`. */
function changeType(operation: string, { after }: StateDifference): string {
  if (operation !== 'update') return operation
  const kinds = new Set(Object.keys(after).map((path) => path.split('/')[0]!))
  return kinds.size === 1 ? [...kinds][0]! : 'several'
}
