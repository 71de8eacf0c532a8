import type { Engine } from '#database/migration.ts'
import type { Database, JobsTable, Transaction } from '#database/schema.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { JobProgress } from '#features/jobs/job-action.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { JobId } from '#model/ids.ts'
import type { Selectable } from 'kysely'

/** A job that a worker has taken. */
export interface TakenJob {
  id: JobId
  action: string
  parameters: JsonObject
  requestedBy: string
}

/** What a new job is made of. */
export interface NewJob {
  action: string
  name: string
  parameters: JsonObject
  requestedBy: string
  originalCommand: string
}

/** Writes a new job and gives its id. */
export async function insertJob(db: Database, now: string, job: NewJob): Promise<JobId> {
  const { id } = await db
    .insertInto('jobs')
    .values({
      name: job.name,
      action: job.action,
      parameters: JSON.stringify(job.parameters),
      description: null,
      original_command: job.originalCommand,
      status: 'pending',
      mode: 'auto',
      total_rows: 0,
      processed_rows: 0,
      successful_rows: 0,
      failed_rows: 0,
      requested_by: job.requestedBy,
      attempt: 0,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return JobId.parse(id)
}

/** Takes the oldest pending job for a node; undefined when there is none. `only` takes that one or none. */
export async function takeJob(
  db: Database,
  engine: Engine,
  now: string,
  node: string,
  only?: JobId,
): Promise<TakenJob | undefined> {
  // Asking costs nothing; a transaction is begun only when there is something to take.
  if ((await pending(db, now, only).executeTakeFirst()) === undefined) return undefined
  return db.transaction().execute(async (transaction) => {
    let next = pending(transaction, now, only)
    if (engine === 'postgres') next = next.forUpdate().skipLocked()
    const row = await next.executeTakeFirst()
    if (row === undefined) return undefined
    await transaction
      .updateTable('jobs')
      .set((eb) => ({
        status: 'running',
        node_id: node,
        attempt: eb('attempt', '+', 1),
        started_at: now,
        updated_at: now,
      }))
      .where('id', '=', row.id)
      .execute()
    return {
      id: JobId.parse(row.id),
      action: row.action,
      parameters: JSON.parse(row.parameters) as JsonObject,
      requestedBy: row.requested_by,
    }
  })
}

function pending(db: Pick<Database, 'selectFrom'>, now: string, only: JobId | undefined) {
  return db
    .selectFrom('jobs')
    .select(['id', 'action', 'parameters', 'requested_by'])
    .where('status', '=', 'pending')
    .where((eb) => eb.or([eb('scheduled_for', 'is', null), eb('scheduled_for', '<=', now)]))
    .$if(only !== undefined, (query) => query.where('id', '=', only!))
    .orderBy('id')
    .limit(1)
}

/** Keeps how far a running job is, and tells whether somebody asked it to stop. */
export async function saveProgress(
  db: Database,
  now: string,
  id: JobId,
  progress: JobProgress | undefined,
): Promise<{ isCancelled: boolean }> {
  if (progress !== undefined) {
    await db
      .updateTable('jobs')
      .set({ progress: JSON.stringify(progress), updated_at: now })
      .where('id', '=', id)
      .execute()
  }
  const row = await db
    .selectFrom('jobs')
    .select('cancel_requested_at')
    .where('id', '=', id)
    .executeTakeFirst()
  return { isCancelled: row === undefined || row.cancel_requested_at !== null }
}

/** How a job ended. */
export type JobEnd =
  | { status: 'completed'; result: Json }
  | { status: 'failed'; code: string; message: string }
  | { status: 'cancelled' }
  /** Its process is ending: somebody else, or the next start, does it again. */
  | { status: 'pending' }

/** Writes how a job ended, unless its node has lost it meanwhile. */
export async function endJob(db: Database, now: string, id: JobId, node: string, end: JobEnd): Promise<void> {
  const isOver = end.status !== 'pending'
  await db
    .updateTable('jobs')
    .set({
      status: end.status,
      result: end.status === 'completed' ? JSON.stringify(end.result) : null,
      error_code: end.status === 'failed' ? end.code : null,
      error_message: end.status === 'failed' ? end.message : null,
      completed_at: isOver ? now : null,
      updated_at: now,
      ...(isOver ? {} : { node_id: null, started_at: null, progress: null, attempt: 0 }),
    })
    .where('id', '=', id)
    .where('node_id', '=', node)
    .where('status', '=', 'running')
    .execute()
}

/** Asks a job to stop: one still to do is cancelled at once. Gives what it was, undefined for one that is over. */
export async function requestCancel(
  db: Database,
  now: string,
  id: JobId,
): Promise<'pending' | 'running' | undefined> {
  const waiting = await db
    .updateTable('jobs')
    .set({ status: 'cancelled', cancel_requested_at: now, completed_at: now, updated_at: now })
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'paused'])
    .executeTakeFirst()
  if (waiting.numUpdatedRows > 0n) return 'pending'
  const running = await db
    .updateTable('jobs')
    .set({ cancel_requested_at: now, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return running.numUpdatedRows > 0n ? 'running' : undefined
}

/** How often the work of a job is begun before its process's death counts as its own fault. */
const mostAttempts = 3

/**
 * Gives jobs of nodes that are gone back to whoever is there; one that has been begun three times failed. Gives the
 * ids of both.
 */
export async function recoverJobs(
  db: Database,
  now: string,
  alive: readonly string[],
): Promise<{ again: JobId[]; failed: JobId[] }> {
  const lost = await db
    .selectFrom('jobs')
    .select(['id', 'attempt', 'cancel_requested_at'])
    .where('status', '=', 'running')
    .$if(alive.length > 0, (query) => query.where('node_id', 'not in', alive))
    .execute()
  if (lost.length === 0) return { again: [], failed: [] }
  const isFailed = (row: (typeof lost)[number]) => row.attempt >= mostAttempts
  const again = lost.filter((row) => row.cancel_requested_at === null && !isFailed(row)).map((row) => row.id)
  const failed = lost.filter((row) => row.cancel_requested_at === null && isFailed(row)).map((row) => row.id)
  const cancelled = lost.filter((row) => row.cancel_requested_at !== null).map((row) => row.id)
  await db.transaction().execute(async (transaction) => {
    await settle(transaction, again, { status: 'pending', node_id: null, started_at: null, updated_at: now })
    const end = { completed_at: now, updated_at: now }
    await settle(transaction, cancelled, { status: 'cancelled', ...end })
    await settle(transaction, failed, {
      status: 'failed',
      error_code: 'JOB_INTERRUPTED',
      error_message: `Its process ended in the middle of it ${mostAttempts} times`,
      ...end,
    })
  })
  return { again: again.map((id) => JobId.parse(id)), failed: failed.map((id) => JobId.parse(id)) }
}

async function settle(
  transaction: Transaction,
  ids: readonly number[],
  set: Partial<Selectable<JobsTable>>,
): Promise<void> {
  if (ids.length === 0) return
  await transaction.updateTable('jobs').set(set).where('id', 'in', ids).execute()
}

/** One job; undefined when there is none. */
export async function findJob(db: Pick<Database, 'selectFrom'>, id: JobId): Promise<Job | undefined> {
  const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toJob(row)
}

/** Jobs, newest first, before the given id. */
export async function listJobs(
  db: Pick<Database, 'selectFrom'>,
  filter: { status?: string | undefined; action?: string | undefined },
  page: { before?: number | undefined; limit: number },
): Promise<Job[]> {
  let query = db.selectFrom('jobs').selectAll().orderBy('id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.action !== undefined) query = query.where('action', '=', filter.action)
  return (await query.execute()).map(toJob)
}

const fromText = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))

const toJob = (row: Selectable<JobsTable>): Job => ({
  id: JobId.parse(row.id),
  action: row.action,
  name: row.name,
  description: row.description,
  originalCommand: row.original_command,
  status: row.status as Job['status'],
  waitingFor: row.waiting_for as Job['waitingFor'],
  mode: row.mode as Job['mode'],
  effect: row.effect as Job['effect'],
  priority: row.priority,
  run: row.run,
  parameters: JSON.parse(row.parameters) as JsonObject,
  options: JSON.parse(row.options) as Job['options'],
  rowsFrom: fromText<NonNullable<Job['rowsFrom']>>(row.rows_from),
  totalRows: row.total_rows,
  processedRows: row.processed_rows,
  successfulRows: row.successful_rows,
  failedRows: row.failed_rows,
  skippedRows: row.skipped_rows,
  ambiguousRows: row.ambiguous_rows,
  totalCostCents: row.total_cost_cents,
  estimatedCostCents: row.estimated_cost_cents,
  approval: row.approval as Job['approval'],
  approvalHash: row.approval_hash,
  approvalExpiresAt: row.approval_expires_at,
  preview: fromText<NonNullable<Job['preview']>>(row.preview),
  progress: fromText<JobProgress>(row.progress),
  result: fromText<Json>(row.result),
  errorCode: row.error_code,
  errorMessage: row.error_message,
  requestedBy: row.requested_by,
  scheduleId: row.schedule_id,
  isCancelling: row.cancel_requested_at !== null && row.completed_at === null,
  createdAt: row.created_at,
  scheduledFor: row.scheduled_for,
  startedAt: row.started_at,
  completedAt: row.completed_at,
  updatedAt: row.updated_at,
})
