import { appendAudit } from '#features/audit/append-audit.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Database } from '#database/schema.ts'

/** Writes one line of the trail; inside a transaction it stands or falls with what it tells of, and comes last. */
export const writeAudit = (db: Database, clock: Clock, entry: AuditEntry): Promise<void> =>
  appendAudit(db, clock, [entry])

/** The audit function of a context. */
export const createAudit =
  ({ db, clock }: Pick<Context, 'db' | 'clock'>) =>
  (entry: AuditEntry): Promise<void> =>
    writeAudit(db, clock, entry)
