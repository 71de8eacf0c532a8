import { reserveIds } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import type { LinkedContent } from '#features/identity/golden-device.ts'
import { decideLinks } from '#features/identity/link-records.ts'
import type { Linking } from '#features/identity/link-records.ts'
import { formerKeys } from '#features/identity/neighbourhood-queries.ts'
import { touchedBy } from '#features/identity/write-links.ts'
import { seedsOf } from '#features/sync/identity-seeds.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import { devicesOf, keysOfRecords } from '#features/sync/record-queries.ts'
import type { ChangedRecord, Owner } from '#features/sync/record-queries.ts'
import type { RunState } from '#features/sync/run-state.ts'
import type { SortedBatch } from '#features/sync/sort-batch.ts'

/** What will be written of a batch, worked out before anything is. */
export interface BatchPlan {
  /** The ids of the new records, in their order. */
  addedIds: number[]
  changed: ChangedRecord[]
  linking: Linking
  /** Existing devices whose records change, come or go. */
  touched: number[]
  /** The records of new devices, where all of them are new and so need not be read again. */
  contents: Map<number, LinkedContent[]>
}

/** Decides which devices the records of a batch belong to, and what else that touches. */
export async function planBatch(
  transaction: Transaction,
  engine: Engine,
  run: RunState,
  sorted: SortedBatch,
): Promise<BatchPlan> {
  const addedIds = await reserveIds(transaction, engine, 'source_records', sorted.added.length)
  const returned = sorted.returned.filter(({ stored }) => stored.isMissing || stored.kind === 'device')
  const idsOf = (known: SortedBatch['changed']) => known.map(({ stored }) => stored.id)
  const owners = await devicesOf(transaction, engine, idsOf([...sorted.changed, ...returned]))
  const keysBefore = await keysOfRecords(transaction, engine, idsOf(sorted.changed))
  const formerOf = await formerKeys(transaction, engine, idsOf([...sorted.changed, ...returned]))
  const known = { addedIds, owners, keysBefore, formerKeys: formerOf }
  const seeds = seedsOf(run.source, { ...sorted, returned, ...known })
  const linking = await decideLinks(transaction, { engine, syncId: `run:${run.id}` }, seeds)
  return {
    addedIds,
    changed: sorted.changed.map(({ content, stored: { id } }) => ({
      id,
      content,
      keysBefore: keysBefore.get(id)!,
      formerKeys: formerOf.get(id) ?? [],
    })),
    linking,
    touched: touchedDevices(owners, linking),
    contents: contentsAtHand(run, sorted.added, addedIds, linking),
  }
}

const touchedDevices = (owners: ReadonlyMap<number, Owner>, linking: Linking): number[] => [
  ...new Set([...[...owners.values()].map(({ device }) => device), ...touchedBy(linking)]),
]

function contentsAtHand(
  run: RunState,
  added: readonly RecordContent[],
  ids: readonly number[],
  linking: Linking,
): Map<number, LinkedContent[]> {
  const contents = new Map<number, LinkedContent[]>()
  const positions = new Map(ids.map((id, position) => [id, position]))
  const toRead = new Set<number>()
  for (const { recordId, deviceId } of linking.links) {
    if (!linking.created.has(deviceId)) continue
    const content = added[positions.get(recordId) ?? -1]
    if (content === undefined) toRead.add(deviceId)
    else contents.set(deviceId, [...(contents.get(deviceId) ?? []), linkedContent(run, recordId, content)])
  }
  for (const device of toRead) contents.delete(device)
  return contents
}

const linkedContent = (run: RunState, recordId: number, { record }: RecordContent): LinkedContent => ({
  recordId,
  system: run.source.system,
  source: run.source.name,
  sourceId: record.sourceId,
  record,
  isHeld: true,
})
