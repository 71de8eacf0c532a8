import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, JobRowsTable, JobsTable, Transaction } from '#database/schema.ts'
import type { Selectable } from 'kysely'

export type StoredJob = Selectable<JobsTable>
export type StoredRow = Pick<
  Selectable<JobRowsTable>,
  'id' | 'row_number' | 'status' | 'review' | 'effect_key' | 'attempt'
>

/** `column in (...)` for ids, with one parameter on either engine. */
export const idIn = (engine: Engine, column: string, ids: readonly number[]) =>
  engine === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(ids)}))`
    : sql<boolean>`${sql.ref(column)} = any(${ids}::bigint[])`

/** A job as it is stored, held until the transaction ends; undefined when there is none. */
export function holdJob(
  transaction: Transaction,
  engine: Engine,
  id: number,
): Promise<StoredJob | undefined> {
  const query = transaction.selectFrom('jobs').selectAll().where('id', '=', id)
  // Not against its key: a claim that holds rows and names the job in another table has to come through.
  return (engine === 'postgres' ? query.forNoKeyUpdate() : query).executeTakeFirst()
}

/** Changes a job that has one of these statuses; false where it has another by now. */
export async function changeJob(
  db: Database,
  id: number,
  statuses: readonly string[],
  set: Partial<StoredJob>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set(set)
    .where('id', '=', id)
    .where('status', 'in', statuses)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Makes a job cancelled that still is to be, and of which no row is being done; false otherwise. */
export async function writeCancelled(db: Database, id: number, now: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set({ status: 'cancelled', waiting_for: null, completed_at: now, updated_at: now, node_id: null })
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'running', 'paused'])
    .where('cancel_requested_at', 'is not', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('job_rows')
            .select('job_rows.id')
            .whereRef('job_rows.job_id', '=', 'jobs.id')
            .where('job_rows.status', '=', 'processing'),
        ),
      ),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Rows of a job by number, or all with these statuses, held until the transaction ends. */
export function holdRows(
  transaction: Transaction,
  engine: Engine,
  jobId: number,
  { numbers, statuses }: { numbers?: readonly number[] | undefined; statuses: readonly string[] },
): Promise<StoredRow[]> {
  let query = transaction
    .selectFrom('job_rows')
    .select(['id', 'row_number', 'status', 'review', 'effect_key', 'attempt'])
    .where('job_id', '=', jobId)
    .where('status', 'in', statuses)
    .orderBy('row_number')
  if (numbers) query = query.where(idIn(engine, 'row_number', numbers))
  return (engine === 'postgres' ? query.forUpdate() : query).execute()
}

/** Sets the same in many rows. */
export async function changeRows(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
  set: Partial<Selectable<JobRowsTable>>,
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('job_rows')
    .set(set)
    .where(idIn(engine, 'id', ids))
    .execute()
}

/** By how much the counters of a job change. */
export interface Counts {
  processed: number
  successful: number
  failed: number
  skipped: number
  ambiguous: number
}

export const noCounts: Counts = { processed: 0, successful: 0, failed: 0, skipped: 0, ambiguous: 0 }

/** Moves the counters of a job, and sets what else changes with them. */
export async function moveCounts(
  transaction: Transaction,
  id: number,
  counts: Counts,
  set: Partial<StoredJob>,
): Promise<void> {
  await transaction
    .updateTable('jobs')
    .set((eb) => ({
      processed_rows: eb('processed_rows', '+', counts.processed),
      successful_rows: eb('successful_rows', '+', counts.successful),
      failed_rows: eb('failed_rows', '+', counts.failed),
      skipped_rows: eb('skipped_rows', '+', counts.skipped),
      ambiguous_rows: eb('ambiguous_rows', '+', counts.ambiguous),
      ...set,
    }))
    .where('id', '=', id)
    .execute()
}

/** Keeps effects as done that a person says are done. */
export async function settleEffects(
  transaction: Transaction,
  engine: Engine,
  keys: readonly string[],
  now: string,
  isDone: boolean,
): Promise<void> {
  if (keys.length === 0) return
  const among =
    engine === 'sqlite'
      ? sql<boolean>`effect_key in (select value from json_each(${JSON.stringify(keys)}))`
      : sql<boolean>`effect_key = any(${keys}::text[])`
  if (isDone)
    await transaction
      .updateTable('job_effects')
      .set({ status: 'done', done_at: now })
      .where(among)
      .where('status', '=', 'begun')
      .execute()
  else await transaction.deleteFrom('job_effects').where(among).where('status', '=', 'begun').execute()
}
