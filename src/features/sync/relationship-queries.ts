import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { SourceIdentity } from '#features/sync/run-state.ts'

/** A relationship between two devices. */
export interface Edge {
  parent: number
  child: number
  type: string
  metadata: string
}

export interface StoredEdge extends Edge {
  id: number
}

/** Equal for edges that may stand in the table once only. */
export const edgeKey = ({ parent, child, type }: Edge): string => `${parent} ${child} ${type}`

const edges = (db: Database) =>
  db
    .selectFrom('device_relationships')
    .select(['id', 'parent_device_id as parent', 'child_device_id as child', 'relationship_type as type'])
    .select('metadata')

/** The relationships that a source has told. */
export const edgesOfSource = (db: Database, { system, name }: SourceIdentity): Promise<StoredEdge[]> =>
  edges(db).where('source_system', '=', system).where('source_identifier', '=', name).execute()

/** The relationships of these parents, whoever told them. */
export const edgesOfParents = (
  db: Database,
  engine: Engine,
  parents: readonly number[],
): Promise<StoredEdge[]> =>
  edges(db)
    .where(idsIn(engine, 'parent_device_id', parents))
    .execute()

/** What the source's records are linked to: by source id, and what is known of whether they are there. */
export async function placesOfRecords(db: Database, { system, name }: SourceIdentity) {
  return db
    .selectFrom('source_records')
    .innerJoin('device_links', 'device_links.record_id', 'source_records.id')
    .select(['source_id as sourceId', 'device_id as device', 'missing_run_id as missingSince'])
    .where('source_system', '=', system)
    .where('source_identifier', '=', name)
    .where('undone_at', 'is', null)
    .execute()
}

/** Those of these devices that are there and stand for themselves. */
export async function standingDevices(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('devices')
    .select('id')
    .where(idsIn(engine, 'id', ids))
    .where('merged_into', 'is', null)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** The ports that hosts hang on, as all sources together tell, by MAC. */
export async function portsOfHosts(
  db: Database,
  engine: Engine,
  macs: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await db
    .selectFrom('hosts')
    .select(['mac', 'switch_port as port'])
    .where(textsIn(engine, 'mac', macs))
    .execute()
  return new Map(rows.map(({ mac, port }) => [mac, port]))
}

export const insertEdges = (transaction: Transaction, author: Authorship, added: readonly Edge[]) =>
  bulkInsert(
    transaction,
    author.engine,
    'device_relationships',
    added.map(({ parent, child, type, metadata }) => ({
      parent_device_id: parent,
      child_device_id: child,
      relationship_type: type,
      metadata,
      source_system: author.system,
      source_identifier: author.identifier!,
      created_at: author.now,
      updated_at: author.now,
    })),
  )

export const updateEdges = (
  transaction: Transaction,
  author: Authorship,
  changed: readonly Pick<StoredEdge, 'id' | 'metadata'>[],
) =>
  bulkUpdate(
    transaction,
    author.engine,
    'device_relationships',
    ['id'],
    changed.map(({ id, metadata }) => ({ id, metadata, updated_at: author.now })),
  )

export const deleteEdges = (transaction: Transaction, engine: Engine, ids: readonly number[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : transaction
        .deleteFrom('device_relationships')
        .where(idsIn(engine, 'id', ids))
        .execute()
