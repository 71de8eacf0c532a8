import type { Selectable } from 'kysely'
import type { Database, JobsTable } from '#database/schema.ts'
import { holdsText } from '#features/jobs/held-text-queries.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import { visibleJobs } from '#features/jobs/visible-job-queries.ts'
import type { Call } from '#features/operation.ts'
import { JobId } from '#model/ids.ts'
import type { Actor } from '#model/actor.ts'

/** A job as it is stored. */
export type StoredJob = Selectable<JobsTable>

export interface JobFilter {
  /** Part of the name, in any case. */
  q?: string | undefined
  status?: string | undefined
  action?: string | undefined
  waitingFor?: string | undefined
  scheduleId?: number | undefined
  requestedBy?: string | undefined
}

/** Jobs that the actor may see, newest first, before the given id. */
export async function listJobs(
  { db, engine, clock, actor }: Pick<Call, 'db' | 'engine' | 'clock' | 'actor'>,
  filter: JobFilter,
  page: { before?: number | undefined; limit: number },
): Promise<Job[]> {
  const { q, status, action, waitingFor, scheduleId, requestedBy } = filter
  let query = db
    .selectFrom('jobs')
    .selectAll('jobs')
    .where(visibleJobs(actor))
    .orderBy('jobs.id', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('jobs.id', '<', page.before)
  if (q !== undefined) query = query.where(holdsText(engine, 'jobs.name', q))
  if (status !== undefined) query = query.where('jobs.status', '=', status)
  if (action !== undefined) query = query.where('jobs.action', '=', action)
  if (waitingFor !== undefined) query = query.where('jobs.waiting_for', '=', waitingFor)
  if (scheduleId !== undefined) query = query.where('jobs.schedule_id', '=', scheduleId)
  if (requestedBy !== undefined) query = query.where('jobs.requested_by', '=', requestedBy)
  return (await query.execute()).map((row) => toJob(row, clock.now()))
}

/** One job as it is stored; undefined when there is none that the actor may see. */
export const findStoredJob = (
  db: Pick<Database, 'selectFrom'>,
  actor: Actor,
  id: number,
): Promise<StoredJob | undefined> =>
  db
    .selectFrom('jobs')
    .selectAll('jobs')
    .where('jobs.id', '=', id)
    .where(visibleJobs(actor))
    .executeTakeFirst()

const fromText = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))

/** What the approval of a job is now: one that nobody gave in time has expired, also before that is written. */
export const approvalAt = (job: StoredJob, now: string): Job['approval'] =>
  job.approval === 'waiting' && job.approval_expires_at !== null && job.approval_expires_at <= now
    ? 'expired'
    : (job.approval as Job['approval'])

/** A stored job as it is shown. */
export const toJob = (row: StoredJob, now: string): Job => ({
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
  parameters: JSON.parse(row.parameters) as Job['parameters'],
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
  approval: approvalAt(row, now),
  approvalHash: row.approval_hash,
  approvalExpiresAt: row.approval_expires_at,
  preview: fromText<NonNullable<Job['preview']>>(row.preview),
  progress: fromText<NonNullable<Job['progress']>>(row.progress),
  result: fromText<NonNullable<Job['result']>>(row.result),
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
