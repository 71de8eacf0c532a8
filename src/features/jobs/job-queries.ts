import type { Database, JobsTable } from '#database/schema.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { JobProgress } from '#features/jobs/action.ts'
import type { Json, JsonObject } from '#kernel/json.ts'
import { JobId } from '#model/ids.ts'
import type { Selectable } from 'kysely'

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
