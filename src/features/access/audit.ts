import type { AuditEntry, Context } from '#features/context.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Database } from '#database/schema.ts'

/** Writes one line of the trail; inside a transaction it stands or falls with what it tells of. */
export async function writeAudit(db: Database, clock: Clock, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit_logs')
    .values({
      job_id: entry.jobId ?? null,
      timestamp: clock.now(),
      level: entry.level ?? 'INFO',
      event_type: entry.eventType ?? 'api_call',
      message: entry.message,
      details: entry.details === undefined ? null : JSON.stringify(entry.details),
      actor: entry.actor,
      operation: entry.operation,
      subject: entry.subject ?? null,
    })
    .execute()
}

/** The audit function of a context. */
export const createAudit =
  ({ db, clock }: Pick<Context, 'db' | 'clock'>) =>
  (entry: AuditEntry): Promise<void> =>
    writeAudit(db, clock, entry)
