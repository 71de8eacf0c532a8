import type { Selectable } from 'kysely'
import type { AuditLogsTable, Database } from '#database/schema.ts'
import type { JsonObject } from '#kernel/json.ts'

/** One line of the trail. */
export interface AuditLine {
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
  /** The line that tells who removed what this one said. */
  removedBy: number | null
}

/** What lines to give. */
export interface AuditFilter {
  actor?: string | undefined
  operation?: string | undefined
  subject?: string | undefined
  jobId?: number | undefined
  /** From this time on. */
  from?: string | undefined
  /** Before this time. */
  until?: string | undefined
}

/** Lines of the trail, newest first, before the given id. */
export async function listAudit(
  db: Pick<Database, 'selectFrom'>,
  { actor, operation, subject, jobId, from, until }: AuditFilter,
  page: { before?: number | undefined; limit: number },
): Promise<AuditLine[]> {
  let query = db.selectFrom('audit_logs').selectAll().orderBy('id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  if (operation !== undefined) query = query.where('operation', '=', operation)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (jobId !== undefined) query = query.where('job_id', '=', jobId)
  if (from !== undefined) query = query.where('timestamp', '>=', from)
  if (until !== undefined) query = query.where('timestamp', '<', until)
  return (await query.execute()).map(toAuditLine)
}

/** A stored line as lists show it. */
export const toAuditLine = (row: Selectable<AuditLogsTable>): AuditLine => ({
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
  removedBy: row.removed_by,
})
