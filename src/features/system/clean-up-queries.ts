import { type RawBuilder, sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, Schema } from '#database/schema.ts'
import { idsIn } from '#features/inventory/device-state-queries.ts'
import type { Timestamp } from '#kernel/clock.ts'

/** Rows deleted in one go: the writer is free again after some milliseconds. */
const batch = 1_000

/** Rows of a table that nobody needs any more. */
export interface OldRows {
  table: keyof Schema & string
  /** The columns that name a row. */
  key: readonly string[]
  condition: RawBuilder<unknown>
}

/** How many there are. */
export async function countRows(db: Database, { table, condition }: OldRows): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)} where ${condition}`.execute(db)
  return Number(rows[0]!.count)
}

/** Deletes them, some at a time; gives how many there were. */
export async function deleteRows(db: Database, old: OldRows, signal: AbortSignal): Promise<number> {
  const table = sql.table(old.table)
  const key = sql.join(old.key.map((column) => sql.ref(column)))
  let deleted = 0
  for (;;) {
    signal.throwIfAborted()
    const { numAffectedRows } = await sql`
      delete from ${table} where (${key}) in (
        select ${key} from ${table} where ${old.condition} limit ${sql.lit(batch)}
      )`.execute(db)
    deleted += Number(numAffectedRows ?? 0)
    if (Number(numAffectedRows ?? 0) < batch) return deleted
  }
}

/** Changes of the inventory before a time. */
export const oldHistory = (before: Timestamp): OldRows => ({
  table: 'sync_history',
  key: ['id'],
  condition: sql`performed_at < ${before}`,
})

/** Configurations of devices that are neither among the newest of theirs nor younger than a time. */
export const oldConfigs = (versions: number, before: Timestamp): OldRows => ({
  table: 'device_configs',
  key: ['id'],
  condition: sql`retrieved_at < ${before} and id in (
    select id from (
      select id, row_number() over (
        partition by source_system, source_identifier, source_id order by version desc
      ) as place from device_configs
    ) as ranked where place > ${versions}
  )`,
})

/** What is over by its own date, or older than a time where it has none. */
export const expired = (
  table: OldRows['table'],
  column: string,
  before: Timestamp,
  key: readonly string[] = ['id'],
): OldRows => ({ table, key, condition: sql`${sql.ref(column)} < ${before}` })

/** Answers kept for repeated requests, made before a time. */
export const oldKeys = (before: Timestamp): OldRows => ({
  table: 'idempotency_keys',
  key: ['actor', 'key'],
  condition: sql`created_at < ${before}`,
})

/**
 * Times of schedules that were dealt with before a time. Of each schedule the newest stays, so that no process takes
 * it for not done yet.
 */
export const oldSlots = (before: Timestamp): OldRows => ({
  table: 'schedule_slots',
  key: ['schedule_key', 'slot'],
  condition: sql`claimed_at < ${before} and exists (
    select 1 from schedule_slots as newer
    where newer.schedule_key = schedule_slots.schedule_key and newer.slot > schedule_slots.slot
  )`,
})

/**
 * What became of a server or check before a time. Of each the newest such row stays: it says how things stood at that
 * time.
 */
export const oldStates = (table: 'status_changes' | 'check_changes', before: Timestamp): OldRows => {
  const of = sql.ref(table === 'status_changes' ? 'server_id' : 'check_id')
  const place = sql`row_number() over (partition by ${of} order by at desc, id desc)`
  return {
    table,
    key: ['id'],
    condition: sql`at < ${before} and id in (
      select id from (select id, ${place} as place from ${sql.table(table)} where at < ${before}) as ranked where place > 1
    )`,
  }
}

/** Long work that ended before a time. Batches with rows of their own are deleted by people only. */
export const endedJobs = (before: Timestamp): OldRows => ({
  table: 'jobs',
  key: ['id'],
  condition: sql`status in ('completed', 'failed', 'cancelled') and completed_at < ${before} and total_rows = 0`,
})

/** Findings that were resolved before a time. */
export const resolvedFindings = (before: Timestamp): OldRows => ({
  table: 'findings',
  key: ['id'],
  condition: sql`resolved_at < ${before}`,
})

/**
 * Runs that ended before `before` and changed nothing, or before `changedBefore`. The newest of each source stays, one
 * complete run for each day and source (by which age is counted), and whatever something points at.
 */
export async function oldRuns(
  db: Database,
  { before, changedBefore }: { before: Timestamp; changedBefore: Timestamp },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from sync_runs
    where status <> 'running' and completed_at < ${before}
      and (completed_at < ${changedBefore} or (devices_added + devices_updated + devices_removed = 0 and missing_waiting = 0))
      and id not in (select max(id) from sync_runs group by source_system, source_identifier)
      and id not in (
        select max(id) from sync_runs where status = 'complete'
        group by source_system, source_identifier, substr(started_at, 1, 10)
      )
      and id not in (select last_complete_run_id from sync_metadata where last_complete_run_id is not null)
      and id not in (select distinct first_run_id from source_records)
      and id not in (select distinct changed_run_id from source_records)
      and id not in (select last_run_id from source_records where last_run_id is not null)
      and id not in (select missing_run_id from source_records where missing_run_id is not null)
      and id not in (select discovery_run_id from hosts where discovery_run_id is not null)
      and id not in (select run_id from findings where run_id is not null)
    order by id`.execute(db)
  return rows.map((row) => row.id)
}

/** Deletes runs, some at a time. */
export async function deleteRuns(
  db: Database,
  engine: Engine,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<number> {
  for (let start = 0; start < ids.length; start += batch) {
    signal.throwIfAborted()
    await db
      .deleteFrom('sync_runs')
      .where(idsIn(engine, 'id', ids.slice(start, start + batch)))
      .execute()
  }
  return ids.length
}
