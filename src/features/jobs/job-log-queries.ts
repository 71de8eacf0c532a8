import { visibleDevices } from '#features/access/visible-devices.ts'
import type { Call } from '#features/operation.ts'
import type { JsonObject } from '#kernel/json.ts'

/** One line that tells of a job. */
export interface JobLogLine {
  id: number
  at: string
  level: string
  eventType: string
  actor: string
  operation: string | null
  subject: string | null
  message: string
  details: JsonObject | null
  jobId: number | null
  rowNumber: number | null
}

/** Lines of the trail about a job, newest first, before the given id; none of rows that the actor may not see. */
export async function listJobLog(
  { reports, actor }: Pick<Call, 'reports' | 'actor'>,
  jobId: number,
  page: { before?: number | undefined; limit: number },
): Promise<JobLogLine[]> {
  let query = reports
    .selectFrom('audit_logs')
    .selectAll('audit_logs')
    .where('audit_logs.job_id', '=', jobId)
    .orderBy('audit_logs.id', 'desc')
    .limit(page.limit)
  if (page.before !== undefined) query = query.where('audit_logs.id', '<', page.before)
  if (actor.tags !== undefined) {
    const visible = reports.selectFrom('devices').select('devices.id').where(visibleDevices(actor))
    query = query.where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('job_rows')
            .select('job_rows.id')
            .whereRef('job_rows.job_id', '=', 'audit_logs.job_id')
            .whereRef('job_rows.row_number', '=', 'audit_logs.row_number')
            .where('job_rows.device_id', 'is not', null)
            .where('job_rows.device_id', 'not in', visible),
        ),
      ),
    )
  }
  return (await query.execute()).map((row) => ({
    id: row.id,
    at: row.timestamp,
    level: row.level,
    eventType: row.event_type,
    actor: row.actor,
    operation: row.operation,
    subject: row.subject,
    message: row.message,
    details: row.details === null ? null : (JSON.parse(row.details) as JsonObject),
    jobId: row.job_id,
    rowNumber: row.row_number,
  }))
}
