import { sql } from 'kysely'
import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, ServerFactsTable, Transaction } from '#database/schema.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import type { SourceIdentity } from '#features/sync/run-state.ts'
import type { Insertable } from 'kysely'

/** A device record that facts are of, and what is kept of them. */
export interface FactPlace {
  recordId: number
  sourceId: string
  device: number
  /** Null while there were none. */
  hash: string | null
  refreshedAt: string | null
}

/** The records of these source ids that belong to a device. */
export async function factPlaces(
  db: Database,
  engine: Engine,
  source: SourceIdentity,
  sourceIds: readonly string[],
): Promise<Map<string, FactPlace>> {
  const rows = await db
    .selectFrom('source_records')
    .innerJoin('device_links', 'device_links.record_id', 'source_records.id')
    .select(['source_records.id as recordId', 'source_id as sourceId', 'device_id as device'])
    .select(['facts_hash as hash', 'facts_at as refreshedAt'])
    .where('source_system', '=', source.system)
    .where('source_identifier', '=', source.name)
    .where(textsIn(engine, 'source_id', sourceIds))
    .where('kind', '=', 'device')
    .where('undone_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.sourceId, row]))
}

/** A kept fact. */
export interface StoredFact {
  id: number
  sourceId: string
  name: string
  value: string | null
  isVolatile: boolean
}

/** The kept facts of some records; only those that change at every reading with `onlyVolatile`. */
export async function storedFacts(
  db: Database,
  engine: Engine,
  source: SourceIdentity,
  sourceIds: readonly string[],
  onlyVolatile: boolean,
): Promise<StoredFact[]> {
  if (sourceIds.length === 0) return []
  const rows = await db
    .selectFrom('server_facts')
    .select(['id', 'source_id as sourceId', 'fact_name as name', 'fact_value as value', 'volatile'])
    .where('source_system', '=', source.system)
    .where('source_identifier', '=', source.name)
    .where(textsIn(engine, 'source_id', sourceIds))
    .$if(onlyVolatile, (query) => query.where(sql<boolean>`volatile`))
    .execute()
  return rows.map(({ volatile, ...row }) => ({ ...row, isVolatile: Boolean(volatile) }))
}

export const insertFacts = (
  transaction: Transaction,
  engine: Engine,
  rows: readonly Insertable<ServerFactsTable>[],
) => bulkInsert(transaction, engine, 'server_facts', rows)

export const updateFacts = (
  transaction: Transaction,
  engine: Engine,
  rows: readonly { id: number; fact_value: string; volatile: boolean }[],
) => bulkUpdate(transaction, engine, 'server_facts', ['id'], rows)

export const deleteFacts = (transaction: Transaction, engine: Engine, ids: readonly number[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : transaction
        .deleteFrom('server_facts')
        .where(idsIn(engine, 'id', ids))
        .execute()

/** When the facts of some records were told, and which device they are of now. */
export const stampFacts = (
  transaction: Transaction,
  { engine, system, identifier }: Authorship,
  stamps: readonly { source_id: string; device_id: number; collected_at: string }[],
) =>
  bulkUpdate(
    transaction,
    engine,
    'server_facts',
    ['source_system', 'source_identifier', 'source_id'],
    stamps.map((stamp) => ({ source_system: system, source_identifier: identifier!, ...stamp })),
  )

/** What a record's facts are compared with next time. */
export const noteFacts = (
  transaction: Transaction,
  engine: Engine,
  now: string,
  records: readonly { id: number; facts_hash: string }[],
) =>
  bulkUpdate(
    transaction,
    engine,
    'source_records',
    ['id'],
    records.map((each) => ({ ...each, facts_at: now })),
  )
