import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'

/** The days on which a source was read completely, and its newest such run. */
export interface ReadDays {
  system: string
  name: string
  /** Newest first. */
  days: string[]
  newestRun: number
}

/** The days of complete runs of every source. */
export async function readDays(db: Database): Promise<ReadDays[]> {
  const rows = await db
    .selectFrom('sync_runs')
    .select(['source_system', 'source_identifier'])
    .select((eb) => [sql<string>`substr(started_at, 1, 10)`.as('day'), eb.fn.max('id').as('run')])
    .where('status', '=', 'complete')
    .groupBy(['source_system', 'source_identifier', 'day'])
    .orderBy('day', 'desc')
    .execute()
  const sources = new Map<string, ReadDays>()
  for (const row of rows) {
    const key = `${row.source_system}/${row.source_identifier}`
    const known = sources.get(key) ?? {
      system: row.source_system,
      name: row.source_identifier,
      days: [],
      newestRun: 0,
    }
    sources.set(key, known)
    known.days.push(row.day)
    known.newestRun = Math.max(known.newestRun, row.run)
  }
  return [...sources.values()]
}

/** A record of a device that may be stale. */
export interface AgingRecord {
  id: number
  system: string
  name: string
  /** No longer held by the newest complete run of its source. */
  isAway: boolean
  isMissing: boolean
}

export interface AgingDevice {
  id: number
  system: string
  name: string
  lastSeen: string
  records: AgingRecord[]
}

/** Devices that count as there and were last seen before a time, with their records, in the order of their ids. */
export async function agingDevices(
  db: Database,
  engine: Engine,
  { seenBefore, after, limit }: { seenBefore: string; after: number; limit: number },
): Promise<AgingDevice[]> {
  const devices = await db
    .selectFrom('devices')
    .select(['id', 'source_system', 'source_identifier', 'last_seen'])
    .where('retired_at', 'is', null)
    .where('merged_into', 'is', null)
    .where('status', '<>', 'inactive')
    .where('last_seen', '<', seenBefore)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  const ids = devices.map((device) => device.id)
  const records = Map.groupBy(await recordsOf(db, engine, ids), (each) => each.device)
  return devices.map((device) => ({
    id: device.id,
    system: device.source_system,
    name: device.source_identifier,
    lastSeen: device.last_seen,
    records: records.get(device.id) ?? [],
  }))
}

async function recordsOf(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<(AgingRecord & { device: number })[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('device_links')
    .innerJoin('source_records', 'source_records.id', 'device_links.record_id')
    .select(['device_links.device_id', 'source_records.id', 'source_system', 'source_identifier'])
    .select(['last_run_id', 'missing_run_id'])
    .where(idsIn(engine, 'device_links.device_id', ids))
    .where('undone_at', 'is', null)
    .execute()
  return rows.map((row) => ({
    device: row.device_id,
    id: row.id,
    system: row.source_system,
    name: row.source_identifier,
    isAway: row.last_run_id !== null,
    isMissing: row.missing_run_id !== null,
  }))
}

/** Those of the records that are still away and not missing. */
export async function stillAway(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
): Promise<number[]> {
  const rows = await transaction
    .selectFrom('source_records')
    .select('id')
    .where(idsIn(engine, 'id', ids))
    .where('last_run_id', 'is not', null)
    .where('missing_run_id', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}

/** Records count as missing since a run. */
export async function setMissing(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
  run: number,
): Promise<void> {
  await transaction
    .updateTable('source_records')
    .set({ missing_run_id: run })
    .where(idsIn(engine, 'id', ids))
    .execute()
}
