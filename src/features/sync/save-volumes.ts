import { bulkInsert, bulkUpdate, reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { wholeNumber } from '#features/sync/clean-numbers.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { volumeHistory } from '#features/sync/volume-history.ts'
import { findVolumes, replaceVolumeKeys } from '#features/sync/volume-queries.ts'
import type { ReportedVolume } from '#model/record.ts'

/**
 * Writes new and changed storage volumes with what others know them by, and the history of those that changed. What
 * they hang on, and who uses them, is settled when the run ends.
 */
export async function saveVolumes(
  transaction: Transaction,
  author: Authorship,
  run: Pick<RunState, 'isFirst'>,
  contents: readonly RecordContent[],
): Promise<void> {
  const volumes = contents.flatMap(({ record }) => (record.kind === 'volume' ? [record] : []))
  if (volumes.length === 0) return
  const ids = volumes.map((each) => each.sourceId)
  const known = await findVolumes(transaction, author, ids)
  const added = volumes.filter((volume) => !known.has(volume.sourceId))
  const newIds = await reserveIds(transaction, author.engine, 'storage_volumes', added.length)
  const idOf = new Map(added.map((volume, index) => [volume.sourceId, newIds[index]!]))
  const old = volumes.filter((volume) => known.has(volume.sourceId))
  await bulkInsert(
    transaction,
    author.engine,
    'storage_volumes',
    added.map((volume) => ({
      id: idOf.get(volume.sourceId)!,
      ...volumeRow(author, volume),
      created_at: author.now,
    })),
  )
  await bulkUpdate(
    transaction,
    author.engine,
    'storage_volumes',
    ['source_system', 'source_identifier', 'source_id'],
    old.map((volume) => volumeRow(author, volume)),
  )
  await replaceVolumeKeys(
    transaction,
    author.engine,
    volumes.map(({ sourceId, ids: keys = [] }) => ({
      id: idOf.get(sourceId) ?? known.get(sourceId)!.id,
      isNew: idOf.has(sourceId),
      keys,
    })),
  )
  const unowned = run.isFirst ? [] : added.filter(({ deviceSourceId }) => deviceSourceId === undefined)
  const changes = [
    ...old.map((volume) => {
      const before = known.get(volume.sourceId)!
      return { device: before.device_id, before, after: volumeRow(author, volume) }
    }),
    ...unowned.map((volume) => ({ device: null, before: undefined, after: volumeRow(author, volume) })),
  ]
  await bulkInsert(transaction, author.engine, 'sync_history', volumeHistory(author, changes))
}

/** How full volumes are, brought up to date as other facts that change at every reading are. */
export async function refreshVolumes(
  transaction: Transaction,
  author: Authorship,
  stale: readonly { content: RecordContent }[],
): Promise<void> {
  const rows = stale.flatMap(({ content: { record } }) => {
    if (record.kind !== 'volume') return []
    const { source_system, source_identifier, source_id, used_bytes } = volumeRow(author, record)
    return [{ source_system, source_identifier, source_id, used_bytes, updated_at: author.now }]
  })
  const keys = ['source_system', 'source_identifier', 'source_id'] as const
  await bulkUpdate(transaction, author.engine, 'storage_volumes', keys, rows)
}

const usedBytes = ({ volatile }: ReportedVolume): number | undefined =>
  typeof volatile?.['used_bytes'] === 'number' ? wholeNumber(volatile['used_bytes']) : undefined

const volumeRow = (author: Authorship, volume: ReportedVolume) => ({
  source_system: author.system,
  source_identifier: author.identifier!,
  source_id: volume.sourceId,
  name: volume.name,
  volume_type: volume.volumeType,
  capacity_bytes: volume.capacityBytes ?? null,
  used_bytes: usedBytes(volume) ?? null,
  storage_array: volume.storageArray ?? null,
  raid_level: volume.raidLevel ?? null,
  thin_provisioned: volume.thinProvisioned ?? null,
  copy_kind: volume.copy ?? null,
  status: 'active',
  metadata: JSON.stringify(volume.facts ?? {}),
  updated_at: author.now,
})
