import type { Engine } from '#database/migration.ts'
import type { Database, JobRowsTable, Schema } from '#database/schema.ts'
import { among, openJobColumns } from '#features/jobs/claim-queries.ts'
import type { OpenJob } from '#features/jobs/claim-queries.ts'
import type { StoredJob } from '#features/jobs/control-queries.ts'
import type { ExpressionBuilder, Selectable } from 'kysely'

const begun = ['running', 'paused']

/** Held by nobody else. */
const isFreeFor = (node: string) => (eb: ExpressionBuilder<Schema, 'jobs'>) =>
  eb.or([eb('node_id', 'is', null), eb('node_id', '=', node)])

/** A job as workers see it; undefined when there is none. */
export const openJob = (db: Database, id: number): Promise<OpenJob | undefined> =>
  db.selectFrom('jobs').select(openJobColumns).where('id', '=', id).executeTakeFirst() as Promise<
    OpenJob | undefined
  >

/**
 * Takes a job whose rows are over, to end it; false where another node does. One that this node holds already was not
 * let go of because the database went away; nobody takes a job twice at a time within a process.
 */
export async function takeEnding(db: Database, id: number, node: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set((eb) => ({ node_id: node, attempt: eb('attempt', '+', 1) }))
    .where('id', '=', id)
    .where('status', 'in', begun)
    .where('cancel_requested_at', 'is', null)
    .whereRef('processed_rows', '>=', 'total_rows')
    .where('ambiguous_rows', '=', 0)
    .where(isFreeFor(node))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Writes how a job ended, unless its rows were begun again meanwhile. */
export async function endJob(
  db: Database,
  id: number,
  node: string,
  set: Partial<StoredJob>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set({ ...set, node_id: null, waiting_for: null })
    .where('id', '=', id)
    .where('node_id', '=', node)
    .where('status', 'in', begun)
    .whereRef('processed_rows', '>=', 'total_rows')
    .where('ambiguous_rows', '=', 0)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Whether the trail tells of a job. */
export async function isInTrail(db: Database, jobId: number): Promise<boolean> {
  const line = await db
    .selectFrom('audit_logs')
    .select('id')
    .where('job_id', '=', jobId)
    .limit(1)
    .executeTakeFirst()
  return line !== undefined
}

/** Lets go of a job that was taken. */
export async function freeJob(db: Database, id: number, node: string): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ node_id: null })
    .where('id', '=', id)
    .where('node_id', '=', node)
    .execute()
}

/** A job goes on with nothing but rows whose outcome nobody knows: it waits for somebody to say. */
export async function awaitReview(db: Database, id: number, now: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set({ status: 'paused', waiting_for: 'review', updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .where('cancel_requested_at', 'is', null)
    .whereRef('processed_rows', '>=', 'total_rows')
    .where('ambiguous_rows', '>', 0)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What a job of one row gave. */
export function onlyRow(
  db: Database,
  jobId: number,
): Promise<Pick<Selectable<JobRowsTable>, 'status' | 'result' | 'error_code' | 'error_message'> | undefined> {
  return db
    .selectFrom('job_rows')
    .select(['status', 'result', 'error_code', 'error_message'])
    .where('job_id', '=', jobId)
    .limit(1)
    .executeTakeFirst()
}

/** The failed row of a job that comes first. */
export function firstFailed(
  db: Database,
  jobId: number,
): Promise<
  Pick<Selectable<JobRowsTable>, 'row_number' | 'row_key' | 'error_code' | 'error_message'> | undefined
> {
  return db
    .selectFrom('job_rows')
    .select(['row_number', 'row_key', 'error_code', 'error_message'])
    .where('job_id', '=', jobId)
    .where('status', '=', 'failed')
    .orderBy('row_number')
    .limit(1)
    .executeTakeFirst()
}

/** What the rows of a job gave, in their order. For actions that sum it up; `limit` at most. */
export async function rowResults(
  db: Database,
  jobId: number,
  limit = 10_000,
): Promise<
  Pick<
    Selectable<JobRowsTable>,
    'row_number' | 'row_key' | 'status' | 'result' | 'error_code' | 'error_message'
  >[]
> {
  return db
    .selectFrom('job_rows')
    .select(['row_number', 'row_key', 'status', 'result', 'error_code', 'error_message'])
    .where('job_id', '=', jobId)
    .orderBy('row_number')
    .limit(limit)
    .execute()
}

/** Takes a job whose rows are to be prepared; undefined when there is none. */
export async function takePreparing(
  db: Database,
  engine: Engine,
  node: string,
  now: string,
  { only, but }: { only?: number | undefined; but: readonly number[] },
): Promise<number | undefined> {
  let query = db
    .selectFrom('jobs')
    .select('id')
    .where('status', '=', 'pending')
    .where('approval', '=', 'preparing')
    .where('cancel_requested_at', 'is', null)
    .where(isFreeFor(node))
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(1)
  if (only !== undefined) query = query.where('id', '=', only)
  if (but.length > 0) query = query.where('id', 'not in', [...but])
  if ((await query.executeTakeFirst()) === undefined) return undefined
  if (engine === 'postgres') query = query.forUpdate().skipLocked()
  const taken = await db
    .updateTable('jobs')
    .set((eb) => ({ node_id: node, attempt: eb('attempt', '+', 1), waiting_for: 'rows', updated_at: now }))
    .where(among(engine, query))
    .where(isFreeFor(node))
    .returning('id')
    .executeTakeFirst()
  return taken?.id
}
