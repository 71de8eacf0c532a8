import { bulkInsert, bulkUpdate } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { keysToRemember } from '#features/identity/former-keys.ts'
import { idsIn, textsIn } from '#features/inventory/device-state-queries.ts'
import type { RecordContent } from '#features/sync/record-content.ts'
import type { RunState, SourceIdentity } from '#features/sync/run-state.ts'
import type { ReportedRecord } from '#model/record.ts'

/** What is kept of a record between runs, as far as a batch compares it. */
export interface StoredRecord {
  id: number
  sourceId: string
  kind: string
  hash: string
  /** Not held by the newest complete run. */
  isAway: boolean
  /** Proved to be gone. */
  isMissing: boolean
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
    .select(['id', 'source_id', 'kind', 'content_hash', 'last_run_id', 'missing_run_id', 'volatile_at'])
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
        kind: row.kind,
        hash: row.content_hash,
        isAway: row.last_run_id !== null,
        isMissing: row.missing_run_id !== null,
        volatileAt: row.volatile_at,
      },
    ]),
  )
}

/** Records as their source told them last, by source id. */
export async function recordsAsTold(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<string, ReportedRecord>> {
  const rows = await db
    .selectFrom('source_records')
    .select(['source_id', 'normalized'])
    .where(idsIn(engine, 'id', ids))
    .execute()
  return new Map(rows.map((row) => [row.source_id, JSON.parse(row.normalized) as ReportedRecord]))
}

/** Inserts new records under the ids reserved for them, with their keys. */
export async function insertRecords(
  transaction: Transaction,
  engine: Engine,
  run: RunState,
  now: string,
  contents: readonly RecordContent[],
  ids: readonly number[],
): Promise<void> {
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

/** A record told differently than before. */
export interface ChangedRecord {
  id: number
  content: RecordContent
  /** The keys it has so far. */
  keysBefore: readonly string[]
  /** Those that it had before and lost. */
  formerKeys: readonly string[]
}

/** Writes changed content; records that were away are held again. */
export async function updateRecords(
  transaction: Transaction,
  engine: Engine,
  run: RunState,
  now: string,
  changed: readonly ChangedRecord[],
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
  await rememberKeys(transaction, engine, now, changed)
}

/** Keys seldom change with the content, so only those that did are written. */
async function replaceKeys(
  transaction: Transaction,
  engine: Engine,
  changed: readonly ChangedRecord[],
): Promise<void> {
  const added: { id: number; keys: string[] }[] = []
  for (const { id, content, keysBefore } of changed) {
    const gone = keysBefore.filter((key) => !content.keys.includes(key))
    if (gone.length > 0) {
      await transaction
        .deleteFrom('record_native_ids')
        .where('record_id', '=', id)
        .where(textsIn(engine, 'native_id', gone))
        .execute()
    }
    added.push({ id, keys: content.keys.filter((key) => !keysBefore.includes(key)) })
  }
  await insertKeys(transaction, engine, added)
}

/** What a record loses is remembered, so that its machine is known by it still. */
async function rememberKeys(
  transaction: Transaction,
  engine: Engine,
  now: string,
  changed: readonly ChangedRecord[],
): Promise<void> {
  const lost: { id: number; keys: string[] }[] = []
  for (const { id, content, keysBefore, formerKeys } of changed) {
    const remembered = keysToRemember(content.keys, keysBefore, formerKeys)
    const forgotten = formerKeys.filter((key) => !remembered.includes(key))
    if (forgotten.length > 0) {
      await transaction
        .deleteFrom('record_former_ids')
        .where('record_id', '=', id)
        .where(textsIn(engine, 'native_id', forgotten))
        .execute()
    }
    lost.push({ id, keys: remembered.filter((key) => !formerKeys.includes(key)) })
  }
  await bulkInsert(
    transaction,
    engine,
    'record_former_ids',
    lost.flatMap(({ id, keys }) => keys.map((key) => ({ native_id: key, record_id: id, lost_at: now }))),
  )
}

/** The keys that records have so far, by record. */
export async function keysOfRecords(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Map<number, string[]>> {
  const keys = new Map<number, string[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return keys
  const rows = await db
    .selectFrom('record_native_ids')
    .selectAll()
    .where(idsIn(engine, 'record_id', ids))
    .execute()
  for (const row of rows) keys.get(row.record_id)!.push(row.native_id)
  return keys
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
  stale: readonly { stored: StoredRecord; content: RecordContent }[],
) =>
  bulkUpdate(
    transaction,
    engine,
    'source_records',
    ['id'],
    stale.map(({ stored, content }) => ({ id: stored.id, volatile: content.volatile, volatile_at: now })),
  )

/** Where a record belongs. */
export interface Owner {
  device: number
}

/** The devices that records are linked to now. */
export async function devicesOf(
  db: Database,
  engine: Engine,
  recordIds: readonly number[],
): Promise<Map<number, Owner>> {
  if (recordIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('device_links')
    .select(['record_id', 'device_id'])
    .where(idsIn(engine, 'record_id', recordIds))
    .where('undone_at', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.record_id, { device: row.device_id }]))
}
