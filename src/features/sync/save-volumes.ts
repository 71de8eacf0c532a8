import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { ReportedVolume } from '#model/record.ts'
import type { RecordContent } from '#features/sync/record-content.ts'

/** Writes new and changed storage volumes; their owners are set when the run ends. */
export async function saveVolumes(
  transaction: Transaction,
  author: Authorship,
  contents: readonly RecordContent[],
): Promise<void> {
  const volumes = contents.flatMap(({ record }) => (record.kind === 'volume' ? [record] : []))
  if (volumes.length === 0) return
  const rows = await transaction
    .selectFrom('storage_volumes')
    .select('source_id')
    .where('source_system', '=', author.system)
    .where('source_identifier', '=', author.identifier)
    .where(
      textsIn(
        author.engine,
        'source_id',
        volumes.map((each) => each.sourceId),
      ),
    )
    .execute()
  const known = new Set(rows.map((row) => row.source_id))
  const all = volumes.map((volume) => volumeRow(author, volume))
  await bulkUpdate(
    transaction,
    author.engine,
    'storage_volumes',
    ['source_system', 'source_identifier', 'source_id'],
    all.filter((row) => known.has(row.source_id)),
  )
  await bulkInsert(
    transaction,
    author.engine,
    'storage_volumes',
    all.filter((row) => !known.has(row.source_id)).map((row) => ({ ...row, created_at: author.now })),
  )
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

const volumeRow = (author: Authorship, volume: ReportedVolume) => ({
  source_system: author.system,
  source_identifier: author.identifier!,
  source_id: volume.sourceId,
  name: volume.name,
  volume_type: volume.volumeType,
  capacity_bytes: volume.capacityBytes ?? null,
  used_bytes: typeof volume.volatile?.['used_bytes'] === 'number' ? volume.volatile['used_bytes'] : null,
  storage_array: volume.storageArray ?? null,
  raid_level: volume.raidLevel ?? null,
  thin_provisioned: volume.thinProvisioned ?? null,
  status: 'active',
  metadata: JSON.stringify(volume.facts ?? {}),
  updated_at: author.now,
})
