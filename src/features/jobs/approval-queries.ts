import type { Database, Transaction } from '#database/schema.ts'

/** Takes the approval of a job that waits, unchanged since it was looked at; false where somebody was first. */
export async function takeApproval(
  transaction: Transaction,
  now: string,
  job: { id: number; hash: string; updatedAt: string },
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('jobs')
    .set((eb) => ({
      approval: 'approved',
      waiting_for: eb
        .case()
        .when('scheduled_for', '>', now)
        .then('time')
        .when(eb.exists(needsOthers(transaction, job.id)))
        .then('jobs')
        .else(null)
        .end(),
      updated_at: now,
    }))
    .where('id', '=', job.id)
    .where('status', '=', 'pending')
    .where('approval', '=', 'waiting')
    .where('approval_hash', '=', job.hash)
    .where('updated_at', '=', job.updatedAt)
    .where('cancel_requested_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const needsOthers = (db: Transaction, id: number) =>
  db.selectFrom('job_dependencies').select('job_id').where('job_id', '=', id)

/** Ends a job that was not begun for want of an approval; false where it is no longer to be decided. */
export async function takeRejection(
  transaction: Transaction,
  now: string,
  id: number,
  message: string,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('jobs')
    .set({
      approval: 'rejected',
      status: 'cancelled',
      waiting_for: null,
      cancel_requested_at: now,
      completed_at: now,
      node_id: null,
      error_message: message,
      updated_at: now,
    })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('approval', 'in', ['preparing', 'waiting', 'expired'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Keeps who decided what, and about exactly which preview. */
export async function insertDecision(
  transaction: Transaction,
  now: string,
  decision: {
    jobId: number
    decision: 'approved' | 'rejected'
    by: string
    hash: string
    comment?: string | undefined
  },
): Promise<void> {
  await transaction
    .insertInto('job_approvals')
    .values({
      job_id: decision.jobId,
      decision: decision.decision,
      decided_by: decision.by,
      approval_hash: decision.hash,
      comment: decision.comment ?? null,
      decided_at: now,
    })
    .execute()
}

/** The newest decision about a job. */
export const lastDecision = (
  db: Pick<Database, 'selectFrom'>,
  jobId: number,
): Promise<{ decision: string; decided_by: string } | undefined> =>
  db
    .selectFrom('job_approvals')
    .select(['decision', 'decided_by'])
    .where('job_id', '=', jobId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Marks the approvals that nobody gave in time; gives the jobs. */
export async function expireApprovals(db: Database, now: string): Promise<number[]> {
  // Asked first: the sweep runs often and nothing unchanged is written.
  const due = await db
    .selectFrom('jobs')
    .select('id')
    .where('status', '=', 'pending')
    .where('approval', '=', 'waiting')
    .where('approval_expires_at', '<=', now)
    .limit(500)
    .execute()
  if (due.length === 0) return []
  const ids = due.map(({ id }) => id)
  const expired = await db
    .updateTable('jobs')
    .set({ approval: 'expired', updated_at: now })
    .where('id', 'in', ids)
    .where('approval', '=', 'waiting')
    .where('approval_expires_at', '<=', now)
    .returning('id')
    .execute()
  return expired.map(({ id }) => id)
}
