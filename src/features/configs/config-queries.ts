import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, DeviceConfigsTable, Transaction } from '#database/schema.ts'
import type { StoredVersion } from '#features/configs/place-configs.ts'
import { textsIn } from '#features/inventory/device-state-queries.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { KeptConfig } from '#sources/source.ts'
import type { Insertable } from 'kysely'

/** A configured source, or whatever else fetches configurations. */
export interface ConfigOrigin {
  system: string
  name: string
}

/** The devices that device records belong to, by source id. */
export async function devicesOfRecords(
  db: Database,
  engine: Engine,
  { system, name }: ConfigOrigin,
  sourceIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('source_records')
    .innerJoin('device_links', 'device_links.record_id', 'source_records.id')
    .select(['source_id as sourceId', 'device_id as device'])
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .where(textsIn(engine, 'source_id', sourceIds))
    .where('kind', '=', 'device')
    .where('undone_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.sourceId, row.device]))
}

const versionsOf = (db: Database, engine: Engine, origin: ConfigOrigin, sourceIds: readonly string[]) =>
  db
    .selectFrom('device_configs as kept')
    .select(['id', 'source_id', 'version', 'config_hash', 'retrieved_at', 'revision'])
    .where('source_system', '=', origin.system)
    .where('source_identifier', '=', origin.name)
    .where(textsIn(engine, 'source_id', sourceIds))

const newestOf = (db: Database, engine: Engine, origin: ConfigOrigin, sourceIds: readonly string[]) =>
  versionsOf(db, engine, origin, sourceIds).where('version', '=', (eb) =>
    eb
      .selectFrom('device_configs as other')
      .select(({ fn }) => fn.max('other.version').as('newest'))
      .whereRef('other.source_system', '=', 'kept.source_system')
      .whereRef('other.source_identifier', '=', 'kept.source_identifier')
      .whereRef('other.source_id', '=', 'kept.source_id'),
  )

type VersionRow = Awaited<ReturnType<ReturnType<typeof versionsOf>['execute']>>[number]

const toVersion = (row: VersionRow): StoredVersion => ({
  id: row.id,
  version: row.version,
  hash: row.config_hash,
  retrievedAt: row.retrieved_at,
  revision: row.revision,
})

const bySource = (rows: readonly VersionRow[]): Map<string, StoredVersion[]> => {
  const groups = Map.groupBy(rows, (row) => row.source_id)
  return new Map([...groups].map(([sourceId, versions]) => [sourceId, versions.map(toVersion)]))
}

/** All versions of some device records, by source id, without their texts. */
export const storedVersions = async (
  db: Database,
  engine: Engine,
  origin: ConfigOrigin,
  sourceIds: readonly string[],
): Promise<Map<string, StoredVersion[]>> =>
  bySource(await versionsOf(db, engine, origin, sourceIds).execute())

/** The newest version of some device records, by source id, without its text. */
export const newestVersions = async (
  db: Database,
  engine: Engine,
  origin: ConfigOrigin,
  sourceIds: readonly string[],
): Promise<Map<string, StoredVersion[]>> => bySource(await newestOf(db, engine, origin, sourceIds).execute())

/** The newest version of some device records as sources want to know it. */
export async function keptNewest(
  db: Database,
  engine: Engine,
  origin: ConfigOrigin,
  sourceIds: readonly string[],
): Promise<Map<string, KeptConfig>> {
  const rows = await newestOf(db, engine, origin, sourceIds).select(['metadata', 'config_text']).execute()
  return new Map(
    rows.map((row) => [
      row.source_id,
      {
        revision: row.revision,
        retrievedAt: row.retrieved_at,
        hash: row.config_hash,
        text: row.config_text,
        metadata: JSON.parse(row.metadata) as JsonObject,
      },
    ]),
  )
}

/** Which of these revisions are kept, of which device records. */
export async function keptRevisions(
  db: Database,
  engine: Engine,
  { system, name }: ConfigOrigin,
  revisions: readonly string[],
): Promise<{ sourceId: string; revision: string }[]> {
  if (revisions.length === 0) return []
  const rows = await db
    .selectFrom('device_configs')
    .select(['source_id', 'revision'])
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .where(textsIn(engine, 'revision', revisions))
    .execute()
  return rows.map((row) => ({ sourceId: row.source_id, revision: row.revision! }))
}

export const insertConfigs = (
  transaction: Transaction,
  engine: Engine,
  rows: readonly Insertable<DeviceConfigsTable>[],
) => bulkInsert(transaction, engine, 'device_configs', rows)

/** Says of versions which revision they are. */
export const identifyConfigs = (
  transaction: Transaction,
  engine: Engine,
  rows: readonly { id: number; retrieved_at: string; revision: string | null; metadata: string }[],
) => bulkUpdate(transaction, engine, 'device_configs', ['id'], rows)

/** Gives versions new numbers; by way of negative ones, because no two may have the same for a moment. */
export async function renumberConfigs(
  transaction: Transaction,
  engine: Engine,
  rows: readonly { id: number; version: number }[],
): Promise<void> {
  const aside = rows.map(({ id, version }) => ({ id, version: -version }))
  await bulkUpdate(transaction, engine, 'device_configs', ['id'], aside)
  await bulkUpdate(transaction, engine, 'device_configs', ['id'], rows)
}
