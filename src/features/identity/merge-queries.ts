import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { MergeMemory } from '#features/identity/merge-memory.ts'
import type { LinkMemory, StoredMerge } from '#features/identity/merge-memory.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'
import { RecordId } from '#model/ids.ts'

type Of<T> = T & { device: number }

/** The links that devices have now. */
export async function linksOf(
  db: Database,
  engine: Engine,
  devices: readonly number[],
): Promise<Of<LinkMemory>[]> {
  const rows = await db
    .selectFrom('device_links')
    .select(['record_id', 'device_id', 'evidence', 'score', 'decided_by'])
    .where(idsIn(engine, 'device_id', devices))
    .where('undone_at', 'is', null)
    .orderBy('record_id')
    .execute()
  return rows.map((row) => ({
    device: row.device_id,
    record: RecordId.parse(row.record_id),
    evidence: row.evidence,
    score: row.score,
    decidedBy: row.decided_by,
  }))
}

export const tagsOf = (db: Database, engine: Engine, devices: readonly number[]) =>
  db
    .selectFrom('device_tags')
    .innerJoin('tags', 'tags.id', 'device_tags.tag_id')
    .select(['device_id as device', 'tag_id as tag', 'tags.name'])
    .where(idsIn(engine, 'device_id', devices))
    .orderBy('tag_id')
    .execute()

/** Rules about fields of these devices. */
export const fieldRulesOf = (db: Database, engine: Engine, devices: readonly number[]) =>
  db
    .selectFrom('field_rules')
    .select(['id', 'device_id as device', 'field'])
    .where(idsIn(engine, 'device_id', devices))
    .orderBy('id')
    .execute()

/** Tables in which a row belongs to one device, and nothing stands in the way of it belonging to another. */
type Movable = 'device_notes' | 'field_rules' | 'hosts'

export const rowsOf = (db: Database, engine: Engine, table: Movable, devices: readonly number[]) =>
  db
    .selectFrom(table)
    .select(['id', 'device_id as device'])
    .where(idsIn(engine, 'device_id', devices))
    .orderBy('id')
    .execute()

/** Gives rows of a device to another; rows that belong elsewhere by now stay there. */
export async function moveRows(
  transaction: Transaction,
  engine: Engine,
  table: Movable,
  ids: readonly number[],
  { from, to }: { from: number; to: number },
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable(table)
    .set({ device_id: to })
    .where(idsIn(engine, 'id', ids))
    .where('device_id', '=', from)
    .execute()
}

export const serversOf = (db: Database, engine: Engine, devices: readonly number[]) =>
  db
    .selectFrom('servers')
    .select(['id', 'device_id as device'])
    .where(idsIn(engine, 'device_id', devices))
    .orderBy('id')
    .execute()

export async function moveServers(
  transaction: Transaction,
  ids: readonly string[],
  { from, to }: { from: number; to: number },
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('servers')
    .set({ device_id: to })
    .where('id', 'in', ids)
    .where('device_id', '=', from)
    .execute()
}

/** The sources that tell of devices, apart from what people entered. */
export const sourcesOf = (db: Database, engine: Engine, devices: readonly number[]) =>
  db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select(['device_id as device', 'source_system as system', 'source_identifier as source'])
    .distinct()
    .where(idsIn(engine, 'device_id', devices))
    .where('undone_at', 'is', null)
    .where('source_system', '<>', 'manual')
    .execute()

/** Which of these devices are there still. */
export async function devicesAmong(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('devices')
    .select('id')
    .where(idsIn(engine, 'id', ids))
    .execute()
  return new Set(rows.map((row) => row.id))
}

export const insertMerges = (
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  merges: readonly { id: number; kept: number; merged: number; by: string; memory: MergeMemory }[],
) =>
  bulkInsert(
    transaction,
    engine,
    'device_merges',
    merges.map(({ id, kept, merged, by, memory }) => ({
      id,
      kept_device_id: kept,
      merged_device_id: merged,
      before: JSON.stringify(memory),
      merged_by: by,
      merged_at: now,
      undone_at: null,
      undone_by: null,
    })),
  )

export const rememberAgain = (transaction: Transaction, id: number, memory: MergeMemory) =>
  transaction
    .updateTable('device_merges')
    .set({ before: JSON.stringify(memory) })
    .where('id', '=', id)
    .execute()

export const endMerges = (
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  ids: readonly number[],
  by: string,
) =>
  transaction
    .updateTable('device_merges')
    .set({ undone_at: now, undone_by: by })
    .where(idsIn(engine, 'id', ids))
    .where('undone_at', 'is', null)
    .execute()

const merges = (db: Database) => db.selectFrom('device_merges').selectAll()
type MergeRow = Awaited<ReturnType<ReturnType<typeof merges>['execute']>>[number]

export const toMerge = (row: MergeRow): StoredMerge => ({
  id: row.id,
  kept: row.kept_device_id,
  merged: row.merged_device_id,
  memory: MergeMemory.parse(JSON.parse(row.before)),
  by: row.merged_by,
  at: row.merged_at,
  undoneAt: row.undone_at,
  undoneBy: row.undone_by,
})

export async function findMerge(db: Database, id: number): Promise<StoredMerge | undefined> {
  const row = await merges(db).where('id', '=', id).executeTakeFirst()
  return row && toMerge(row)
}

/** The merges of these devices, on either side, that hold now; the latest last. */
export async function currentMergesOf(
  db: Database,
  engine: Engine,
  devices: readonly number[],
  after = 0,
): Promise<StoredMerge[]> {
  const rows = await merges(db)
    .where('undone_at', 'is', null)
    .where('id', '>', after)
    .where((eb) =>
      eb.or([idsIn(engine, 'kept_device_id', devices), idsIn(engine, 'merged_device_id', devices)]),
    )
    .orderBy('id')
    .execute()
  return rows.map(toMerge)
}

/** Says on the device itself whose part it is, or that it stands for itself. */
export const pointMerged = (
  transaction: Transaction,
  { now }: Pick<Authorship, 'now'>,
  device: number,
  into: number | null,
) =>
  transaction
    .updateTable('devices')
    .set((eb) => ({ merged_into: into, updated_at: now, version: eb('version', '+', 1) }))
    .where('id', '=', device)
    .execute()

/** The name of its primary record is given up: the device it turned out to be may be named after the same one. */
export const giveUpName = (transaction: Transaction, device: number) =>
  transaction
    .updateTable('devices')
    .set({ source_system: 'merged', source_identifier: 'device', source_id: String(device) })
    .where('id', '=', device)
    .execute()

/** Ends the links of records to a device. */
export async function endLinksOf(
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  device: number,
  records: readonly number[],
  by: string,
): Promise<number[]> {
  if (records.length === 0) return []
  const rows = await transaction
    .updateTable('device_links')
    .set({ undone_at: now, undone_by: by })
    .where(idsIn(engine, 'record_id', records))
    .where('device_id', '=', device)
    .where('undone_at', 'is', null)
    .returning('record_id')
    .execute()
  return rows.map((row) => row.record_id)
}

export const insertLinksOf = (
  transaction: Transaction,
  { engine, now }: Pick<Authorship, 'engine' | 'now'>,
  device: number,
  links: readonly LinkMemory[],
) =>
  bulkInsert(
    transaction,
    engine,
    'device_links',
    links.map(({ record, evidence, score, decidedBy }) => ({
      record_id: record,
      device_id: device,
      evidence,
      score,
      decided_by: decidedBy,
      decided_at: now,
      undone_at: null,
      undone_by: null,
    })),
  )

/** The keys that records can be known by. */
export const keysOf = (db: Database, engine: Engine, records: readonly number[]) =>
  db
    .selectFrom('record_native_ids')
    .select(['record_id as record', 'native_id as key'])
    .where(idsIn(engine, 'record_id', records))
    .execute()
