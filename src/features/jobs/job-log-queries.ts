import { visibleDevices } from '#features/access/visible-devices.ts'
import { toAuditLine } from '#features/audit/audit-queries.ts'
import type { AuditLine } from '#features/audit/audit-queries.ts'
import type { Call } from '#features/operation.ts'

/** Lines of the trail about a job, newest first, before the given id; none of rows that the actor may not see. */
export async function listJobLog(
  { reports, actor }: Pick<Call, 'reports' | 'actor'>,
  jobId: number,
  page: { before?: number | undefined; limit: number },
): Promise<AuditLine[]> {
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
  return (await query.execute()).map(toAuditLine)
}
