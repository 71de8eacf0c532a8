import type { IdentityRecord } from '#features/identity/partition-records.ts'
import { joiningKeys, standsForMachine } from '#features/identity/record-keys.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import type { Owner } from '#features/sync/record-queries.ts'
import type { SourceIdentity } from '#features/sync/run-state.ts'
import type { SortedBatch } from '#features/sync/sort-batch.ts'

interface Batch extends Pick<SortedBatch, 'added' | 'changed' | 'returned'> {
  addedIds: readonly number[]
  /** The devices that stored records are linked to. */
  owners: ReadonlyMap<number, Owner>
  keysBefore: ReadonlyMap<number, readonly string[]>
}

/**
 * The records of a batch whose device has to be decided: new ones, returned ones, and those whose keys changed. What a
 * person decided stays.
 */
export function seedsOf(source: SourceIdentity, batch: Batch): IdentityRecord[] {
  const changed = batch.changed.filter(
    ({ content, stored }) =>
      stored.isMissing ||
      stored.kind !== content.record.kind ||
      !sameKeys(content.keys, batch.keysBefore.get(stored.id) ?? []),
  )
  const old = [...changed, ...batch.returned]
    .filter(({ stored }) => !batch.owners.get(stored.id)?.isByPerson)
    .map(({ content, stored }) => seedOf(source, content, stored.id, batch.owners.get(stored.id)?.device))
  const fresh = batch.added.map((content, index) =>
    seedOf(source, content, batch.addedIds[index]!, undefined),
  )
  return [...fresh, ...old].filter((each) => each !== undefined)
}

const sameKeys = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((key) => right.includes(key))

/** A volume is no device. */
function seedOf(
  source: SourceIdentity,
  { record, keys }: RecordContent,
  id: number,
  device: number | undefined,
): IdentityRecord | undefined {
  if (record.kind === 'volume') return undefined
  const mac = record.kind === 'sighting' ? record.mac : undefined
  return {
    id,
    kind: record.kind,
    source: `${source.system}/${source.name}`,
    sourceId: record.sourceId,
    isHeld: true,
    keys: joiningKeys(record.kind, mac, keys),
    mayStandAlone: standsForMachine(mac),
    device,
  }
}
