import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { SourceIdentity } from '#features/sync/run-state.ts'
import { volumeKey } from '#model/volume-key.ts'

const selectVolumes = (db: Database, { system, name }: SourceIdentity | { system: string; name: string }) =>
  db
    .selectFrom('storage_volumes')
    .leftJoin('volume_owners', 'volume_owners.volume_id', 'storage_volumes.id')
    .selectAll('storage_volumes')
    .select('volume_owners.record_id as owner')
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)

export type StoredVolume = Awaited<ReturnType<typeof volumesOfSource>>[number]

/** All volumes that a source has ever told. */
export const volumesOfSource = (db: Database, source: SourceIdentity) => selectVolumes(db, source).execute()

/** Volumes of a source by their source ids, as far as they are known. */
export async function findVolumes(
  db: Database,
  { system, identifier, engine }: Authorship,
  sourceIds: readonly string[],
): Promise<Map<string, StoredVolume>> {
  const rows = await selectVolumes(db, { system, name: identifier! })
    .where(textsIn(engine, 'source_id', sourceIds))
    .execute()
  return new Map(rows.map((row) => [row.source_id, row]))
}

/** Volumes whose records these are. */
export const volumesOfRecords = (db: Database, author: Authorship, recordIds: readonly number[]) =>
  selectVolumes(db, { system: author.system, name: author.identifier! })
    .where('source_id', 'in', (eb) =>
      eb
        .selectFrom('source_records')
        .select('source_id')
        .where(idsIn(author.engine, 'source_records.id', recordIds))
        .where('kind', '=', 'volume'),
    )
    .execute()

/** What volumes are known by to others: the given keys instead of those they had. */
export async function replaceVolumeKeys(
  transaction: Transaction,
  engine: Engine,
  volumes: readonly { id: number; isNew: boolean; keys: readonly string[] }[],
): Promise<void> {
  const old = volumes.filter(({ isNew }) => !isNew).map(({ id }) => id)
  if (old.length > 0)
    await transaction
      .deleteFrom('volume_ids')
      .where(idsIn(engine, 'volume_id', old))
      .execute()
  const rows = volumes.flatMap(({ id, keys }) =>
    [...new Set(keys.map(volumeKey))].map((key) => ({ volume_key: key, volume_id: id })),
  )
  await bulkInsert(transaction, engine, 'volume_ids', rows)
}

/** The device records of a source by source id, with the devices that they belong to now. */
export async function findOwners(
  db: Database,
  engine: Engine,
  { system, name }: SourceIdentity,
  sourceIds: readonly string[],
): Promise<Map<string, { record: number; device: number }>> {
  const rows = await db
    .selectFrom('source_records')
    .innerJoin('device_links', 'device_links.record_id', 'source_records.id')
    .select(['source_id', 'record_id as record', 'device_id as device'])
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .where('undone_at', 'is', null)
    .where(textsIn(engine, 'source_id', sourceIds))
    .execute()
  return new Map(rows.map(({ source_id, record, device }) => [source_id, { record, device }]))
}

/** The records that use the volumes of a source, by volume. */
export async function usesOfSource(
  db: Database,
  { system, name }: SourceIdentity,
): Promise<Map<number, number[]>> {
  const rows = await db
    .selectFrom('volume_uses')
    .innerJoin('storage_volumes', 'storage_volumes.id', 'volume_id')
    .select(['volume_id', 'record_id'])
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .execute()
  const uses = new Map<number, number[]>()
  for (const { volume_id, record_id } of rows) {
    const records = uses.get(volume_id)
    if (records === undefined) uses.set(volume_id, [record_id])
    else records.push(record_id)
  }
  return uses
}

/** Names the records that own volumes; without one the volume has no owner any more. */
export async function replaceOwners(
  transaction: Transaction,
  engine: Engine,
  owners: readonly { volume: number; record: number | null }[],
): Promise<void> {
  if (owners.length === 0) return
  await transaction
    .deleteFrom('volume_owners')
    .where(
      idsIn(
        engine,
        'volume_id',
        owners.map(({ volume }) => volume),
      ),
    )
    .execute()
  const rows = owners.flatMap(({ volume, record }) =>
    record === null ? [] : [{ volume_id: volume, record_id: record }],
  )
  await bulkInsert(transaction, engine, 'volume_owners', rows)
}

/** Takes uses of one volume away. */
export const deleteUses = (
  transaction: Transaction,
  engine: Engine,
  volume: number,
  records: readonly number[],
) =>
  transaction
    .deleteFrom('volume_uses')
    .where('volume_id', '=', volume)
    .where(idsIn(engine, 'record_id', records))
    .execute()
