import { bulkInsert, bulkUpdate, reserveIds } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import type { RunState, SourceIdentity } from '#features/sync/run-state.ts'

/** What is kept of a record between runs, as far as a batch compares it. */
export interface StoredRecord {
  id: number
  sourceId: string
  hash: string
  /** Not held by the newest complete run. */
  isAway: boolean
  volatileAt: string | null
}

/** The stored records of a source by their source ids. */
export async function findRecords(
  db: Database,
  engine: Engine,
  source: SourceIdentity,
  sourceIds: readonly string[],
): Promise<Map<string, StoredRecord>> {
  const rows = await db
    .selectFrom('source_records')
    .select(['id', 'source_id', 'content_hash', 'last_run_id', 'volatile_at'])
    .where('source_system', '=', source.system)
    .where('source_identifier', '=', source.name)
    .where(textsIn(engine, 'source_id', sourceIds))
    .execute()
  return new Map(
    rows.map((row) => [
      row.source_id,
      {
        id: row.id,
        sourceId: row.source_id,
        hash: row.content_hash,
        isAway: row.last_run_id !== null,
        volatileAt: row.volatile_at,
      },
    ]),
  )
}

/** Inserts new records with their keys; gives their ids in the same order. */
export async function insertRecords(
  transaction: Transaction,
  engine: Engine,
  run: RunState,
  now: string,
  contents: readonly RecordContent[],
): Promise<number[]> {
  const ids = await reserveIds(transaction, engine, 'source_records', contents.length)
  await bulkInsert(
    transaction,
    engine,
    'source_records',
    contents.map((content, index) => ({
      id: ids[index]!,
      source_system: run.source.system,
      source_identifier: run.source.name,
      source_id: content.record.sourceId,
      kind: content.record.kind,
      mac: macOf(content),
      content_hash: content.hash,
      normalized: content.normalized,
      volatile: content.volatile,
      volatile_at: content.volatile === null ? null : now,
      first_run_id: run.id,
      changed_run_id: run.id,
      last_run_id: null,
      missing_run_id: null,
    })),
  )
  await insertKeys(
    transaction,
    engine,
    contents.map((content, index) => ({ id: ids[index]!, keys: content.keys })),
  )
  return ids
}

const macOf = ({ record }: RecordContent): string | null =>
  record.kind === 'sighting' ? (record.mac ?? null) : null

const insertKeys = (
  transaction: Transaction,
  engine: Engine,
  records: readonly { id: number; keys: readonly string[] }[],
) =>
  bulkInsert(
    transaction,
    engine,
    'record_native_ids',
    records.flatMap(({ id, keys }) => keys.map((key) => ({ native_id: key, record_id: id }))),
  )

/** Writes changed content; records that were away are held again. */
export async function updateRecords(
  transaction: Transaction,
  engine: Engine,
  run: RunState,
  now: string,
  changed: readonly { id: number; content: RecordContent }[],
): Promise<void> {
  if (changed.length === 0) return
  await bulkUpdate(
    transaction,
    engine,
    'source_records',
    ['id'],
    changed.map(({ id, content }) => ({
      id,
      kind: content.record.kind,
      mac: macOf(content),
      content_hash: content.hash,
      normalized: content.normalized,
      volatile: content.volatile,
      volatile_at: content.volatile === null ? null : now,
      changed_run_id: run.id,
      last_run_id: null,
      missing_run_id: null,
    })),
  )
  await replaceKeys(transaction, engine, changed)
}

/** Keys seldom change with the content, so only those that did are written. */
async function replaceKeys(
  transaction: Transaction,
  engine: Engine,
  changed: readonly { id: number; content: RecordContent }[],
): Promise<void> {
  const rows = await transaction
    .selectFrom('record_native_ids')
    .selectAll()
    .where(
      idsIn(
        engine,
        'record_id',
        changed.map(({ id }) => id),
      ),
    )
    .execute()
  const before = Map.groupBy(rows, (row) => row.record_id)
  const added: { id: number; keys: string[] }[] = []
  for (const { id, content } of changed) {
    const known = (before.get(id) ?? []).map((row) => row.native_id)
    const gone = known.filter((key) => !content.keys.includes(key))
    if (gone.length > 0) {
      await transaction
        .deleteFrom('record_native_ids')
        .where('record_id', '=', id)
        .where('native_id', 'in', gone)
        .execute()
    }
    added.push({ id, keys: content.keys.filter((key) => !known.includes(key)) })
  }
  await insertKeys(transaction, engine, added)
}

/** Records that are held again without having changed. */
export async function holdRecords(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('source_records')
    .set({ last_run_id: null, missing_run_id: null })
    .where(idsIn(engine, 'id', ids))
    .execute()
}

/** Refreshes facts that change at every reading. */
export const refreshVolatile = (
  transaction: Transaction,
  engine: Engine,
  now: string,
  records: readonly { id: number; volatile: string }[],
) =>
  bulkUpdate(
    transaction,
    engine,
    'source_records',
    ['id'],
    records.map(({ id, volatile }) => ({ id, volatile, volatile_at: now })),
  )

/** The devices that records are linked to now. */
export async function devicesOf(
  db: Database,
  engine: Engine,
  recordIds: readonly number[],
): Promise<Map<number, number>> {
  if (recordIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('device_links')
    .select(['record_id', 'device_id'])
    .where(idsIn(engine, 'record_id', recordIds))
    .where('undone_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.record_id, row.device_id]))
}
