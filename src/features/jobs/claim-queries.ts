import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, JobRowsTable, JobsTable, Schema, Transaction } from '#database/schema.ts'
import { idIn } from '#features/jobs/control-queries.ts'
import type { Expression, ExpressionBuilder, Selectable } from 'kysely'

/** What a worker needs to know of a job that it may work on. */
export type OpenJob = Pick<
  Selectable<JobsTable>,
  | 'id'
  | 'action'
  | 'name'
  | 'parameters'
  | 'options'
  | 'effect'
  | 'priority'
  | 'run'
  | 'status'
  | 'waiting_for'
  | 'requested_by'
  | 'requester'
  | 'total_rows'
  | 'processed_rows'
  | 'successful_rows'
  | 'failed_rows'
  | 'skipped_rows'
  | 'ambiguous_rows'
  | 'total_cost_cents'
  | 'canary_passed'
  | 'cancel_requested_at'
  | 'node_id'
  | 'attempt'
>

export const openJobColumns = [
  'id',
  'action',
  'name',
  'parameters',
  'options',
  'effect',
  'priority',
  'run',
  'status',
  'waiting_for',
  'requested_by',
  'requester',
  'total_rows',
  'processed_rows',
  'successful_rows',
  'failed_rows',
  'skipped_rows',
  'ambiguous_rows',
  'total_cost_cents',
  'canary_passed',
  'cancel_requested_at',
  'node_id',
  'attempt',
] as const

/** A row that this process has taken. */
export type ClaimedRow = Pick<
  Selectable<JobRowsTable>,
  | 'id'
  | 'row_number'
  | 'row_key'
  | 'row_version'
  | 'device_id'
  | 'input'
  | 'attempt'
  | 'effect_key'
  | 'estimated_cost_cents'
>

const claimedColumns = [
  'id',
  'row_number',
  'row_key',
  'row_version',
  'device_id',
  'input',
  'attempt',
  'effect_key',
  'estimated_cost_cents',
] as const

/** Jobs that are begun and not over, and when the next row of each is due: empty for at once, null for never. */
export async function openJobs(
  db: Database,
  only?: number,
): Promise<(OpenJob & { next_at: string | null })[]> {
  let query = db
    .selectFrom('jobs')
    .select(openJobColumns)
    .select((eb) =>
      eb
        .selectFrom('job_rows')
        .select((row) => row.fn.min('next_run_at').as('at'))
        .whereRef('job_rows.job_id', '=', 'jobs.id')
        .where('job_rows.status', '=', 'pending')
        .as('next_at'),
    )
    .where((eb) =>
      eb.or([
        eb('status', '=', 'running'),
        // A job that waits for a person is looked at only where there is something to end.
        eb.and([
          eb('status', '=', 'paused'),
          eb.or([
            eb('cancel_requested_at', 'is not', null),
            eb.and([eb('processed_rows', '>=', eb.ref('total_rows')), eb('ambiguous_rows', '=', 0)]),
          ]),
        ]),
      ]),
    )
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(1000)
  if (only !== undefined) query = query.where('id', '=', only)
  return (await query.execute()) as (OpenJob & { next_at: string | null })[]
}

/** How the jobs stand now that somebody works on; those that are gone are left out. */
export function jobStates(
  db: Database,
  engine: Engine,
  ids: readonly number[],
): Promise<Pick<OpenJob, 'id' | 'status' | 'waiting_for' | 'cancel_requested_at'>[]> {
  return db
    .selectFrom('jobs')
    .select(['id', 'status', 'waiting_for', 'cancel_requested_at'])
    .where(idIn(engine, 'id', ids))
    .execute()
}

/** Of whom a claim is. */
export interface Claimer {
  node: string
  lease: string
  now: string
}

/** Takes up to so many due rows of a running job, the longest due first; with `upTo` of the first of its rows only. */
export async function claimRows(
  db: Database,
  engine: Engine,
  jobId: number,
  limit: number,
  { node, lease, now }: Claimer,
  upTo?: number,
): Promise<ClaimedRow[]> {
  let due = db
    .selectFrom('job_rows')
    .select('id')
    .where('job_id', '=', jobId)
    .where('status', '=', 'pending')
    .where('next_run_at', '<=', now)
    .limit(limit)
  due =
    upTo === undefined
      ? due.orderBy('next_run_at').orderBy('row_number')
      : due.where('row_number', '<=', upTo).orderBy('row_number')
  if (engine === 'postgres') due = due.forUpdate().skipLocked()
  const rows = await db
    .updateTable('job_rows')
    .set((eb) => ({
      status: 'processing',
      lease_token: lease,
      node_id: node,
      attempt: eb('attempt', '+', 1),
      started_at: now,
    }))
    .where(among(engine, due))
    .where(isStill('pending'))
    .where(isRunning(jobId))
    .returning(claimedColumns)
    .execute()
  return inOrder(rows)
}

/**
 * Among what a query finds. PostgreSQL may ask a plain subquery that locks again for each row, and so take more than its
 * limit; an array it makes once.
 */
export const among = (engine: Engine, query: Expression<unknown>) =>
  engine === 'postgres' ? sql<boolean>`id = any(array(${query}))` : sql<boolean>`id in (${query})`

/** Takes these rows of a running job, as far as they are still to do. */
export async function claimThese(
  transaction: Transaction,
  engine: Engine,
  jobId: number,
  ids: readonly number[],
  { node, lease, now }: Claimer,
): Promise<ClaimedRow[]> {
  if (ids.length === 0) return []
  const rows = await transaction
    .updateTable('job_rows')
    .set((eb) => ({
      status: 'processing',
      lease_token: lease,
      node_id: node,
      attempt: eb('attempt', '+', 1),
      started_at: now,
    }))
    .where(idIn(engine, 'id', ids))
    .where(isStill('pending'))
    .where(isRunning(jobId))
    .returning(claimedColumns)
    .execute()
  return inOrder(rows)
}

/**
 * Of rows that are named by their ids. Said so that no index on the status fits: PostgreSQL would go through all rows of
 * a status, how many it does not know, to find these.
 */
export const isStill = (status: 'pending' | 'processing', of = 'job_rows') =>
  sql<boolean>`coalesce(${sql.ref(of)}.status, '') = ${sql.lit(status)}`

const inOrder = (rows: ClaimedRow[]): ClaimedRow[] =>
  rows.toSorted((left, right) => left.row_number - right.row_number)

const isRunning = (jobId: number) => sql<boolean>`exists (
  select 1 from jobs where id = ${jobId} and status = 'running' and cancel_requested_at is null)`

/**
 * Keeps other processes from taking rows of the same job until the transaction ends; gives how many of its rows are in
 * work.
 */
export async function rowsInWork(transaction: Transaction, engine: Engine, jobId: number): Promise<number> {
  if (engine === 'postgres')
    await sql`select pg_advisory_xact_lock(7230103, ${jobId}::int)`.execute(transaction)
  const { count } = await transaction
    .selectFrom('job_rows')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('job_id', '=', jobId)
    .where('status', '=', 'processing')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Gives rows back that were taken in the same transaction, as if they had never been taken. */
export async function giveBack(
  transaction: Transaction,
  engine: Engine,
  ids: readonly number[],
  lease: string,
  nextRunAt = '',
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .updateTable('job_rows')
    .set((eb) => ({
      status: 'pending',
      lease_token: null,
      node_id: null,
      next_run_at: nextRunAt,
      attempt: eb('attempt', '-', 1),
    }))
    .where(idIn(engine, 'id', ids))
    .where('lease_token', '=', lease)
    .where(isStill('processing'))
    .execute()
}

/** Gives back all rows of a claim whose answer was lost: none of them was begun. Gives how many those were. */
export async function giveBackLease(db: Database, node: string, lease: string): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('job_rows')
    .set((eb) => ({ status: 'pending', lease_token: null, node_id: null, attempt: eb('attempt', '-', 1) }))
    .where('node_id', '=', node)
    .where('lease_token', '=', lease)
    .where('status', '=', 'processing')
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/**
 * The number of the last of the first so many rows of a job that have something to do; undefined where it has no more
 * than these.
 */
export async function lastOfFirst(
  transaction: Transaction,
  jobId: number,
  rows: number,
): Promise<number | undefined> {
  const last = await transaction
    .selectFrom('job_rows')
    .select('row_number')
    .where('job_id', '=', jobId)
    .where('status', '<>', 'skipped')
    .orderBy('row_number')
    .limit(1)
    .offset(rows - 1)
    .executeTakeFirst()
  return last?.row_number
}

/** Estimated cents of the rows of a job that are in work, and how many these are. */
export async function costInWork(
  transaction: Transaction,
  jobId: number,
): Promise<{ inWork: number; cents: number }> {
  const { count, cents } = await transaction
    .selectFrom('job_rows')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.sum<number>('estimated_cost_cents').as('cents'),
    ])
    .where('job_id', '=', jobId)
    .where('status', '=', 'processing')
    .executeTakeFirstOrThrow()
  return { inWork: Number(count), cents: Number(cents ?? 0) }
}

/** What one row of a job holds; undefined where it has none. */
export async function sampleInput(db: Database, jobId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('job_rows')
    .select('input')
    .where('job_id', '=', jobId)
    .limit(1)
    .executeTakeFirst()
  return row?.input
}

/** Lets rows begin at once that would wait until after this time. */
export async function forgetTimes(db: Database, after: string): Promise<void> {
  const waits = (eb: ExpressionBuilder<Schema, 'job_rows'>) =>
    eb.and([eb('status', '=', 'pending'), eb('next_run_at', '>', after)])
  const jobs = await db
    .selectFrom('jobs')
    .select('id')
    .where('status', '=', 'running')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('job_rows')
          .select('job_rows.id')
          .whereRef('job_rows.job_id', '=', 'jobs.id')
          .where('job_rows.status', '=', 'pending')
          .where('job_rows.next_run_at', '>', after),
      ),
    )
    .execute()
  for (const { id } of jobs)
    await db.updateTable('job_rows').set({ next_run_at: '' }).where('job_id', '=', id).where(waits).execute()
}
