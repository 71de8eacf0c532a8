import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { keysToRemember } from '#features/identity/former-keys.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import type { Owner } from '#features/sync/record-queries.ts'
import type { SourceIdentity } from '#features/sync/run-state.ts'
import type { SortedBatch } from '#features/sync/sort-batch.ts'

interface Batch extends Pick<SortedBatch, 'added' | 'changed' | 'returned'> {
  addedIds: readonly number[]
  /** The devices that stored records are linked to. */
  owners: ReadonlyMap<number, Owner>
  keysBefore: ReadonlyMap<number, readonly string[]>
  /** What stored records had and lost before. */
  formerKeys: ReadonlyMap<number, readonly string[]>
}

/** The records of a batch whose device has to be decided: new ones, returned ones, and changed ones. */
export function seedsOf(source: SourceIdentity, batch: Batch): IdentityRecord[] {
  const fresh = batch.added.map((content, index) =>
    seedOf(source, content, batch.addedIds[index]!, [], undefined),
  )
  const old = [...batch.changed, ...batch.returned].map(({ content, stored: { id } }) => {
    const former = keysToRemember(
      content.keys,
      batch.keysBefore.get(id) ?? [],
      batch.formerKeys.get(id) ?? [],
    )
    return seedOf(source, content, id, former, batch.owners.get(id)?.device)
  })
  return [...fresh, ...old].filter((each) => each !== undefined)
}

/** A volume is no device. */
function seedOf(
  source: SourceIdentity,
  { record, traits }: RecordContent,
  id: number,
  former: readonly string[],
  device: number | undefined,
): IdentityRecord | undefined {
  if (traits === undefined) return undefined
  return {
    ...traits,
    id,
    source: `${source.system}/${source.name}`,
    sourceId: record.sourceId,
    isHeld: true,
    former,
    device,
  }
}
