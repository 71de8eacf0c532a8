import { appendAudit } from '#features/audit/append-audit.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import {
  expireApprovals,
  insertDecision,
  lastDecision,
  takeApproval,
  takeRejection,
} from '#features/jobs/approval-queries.ts'
import { startJob } from '#features/jobs/job-control.ts'
import { approvalAt } from '#features/jobs/job-list-queries.ts'
import type { StoredJob } from '#features/jobs/job-list-queries.ts'
import { assertUnbroken } from '#features/jobs/policy.ts'
import { needStoredJob, violationsOfJob } from '#features/jobs/show-job.ts'
import type { Call } from '#features/operation.ts'
import type { Database, Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'

/** Whether what is stored of a job and its rows is still exactly what its hash was made of. */
export type CheckApproval = (context: Context, jobId: number, signal: AbortSignal) => Promise<boolean>

/**
 * Lets a prepared job begin. Refused: with another hash than its own, or when what is stored is no longer what was
 * shown (CHANGED_SINCE); too late (APPROVAL_EXPIRED); against rules that this person cannot lift (POLICY_VIOLATED, all
 * of them); and after somebody else decided (CONFLICT, which names who).
 */
export async function approveJob(
  call: Call,
  id: number,
  { hash, comment }: { hash: string; comment?: string | undefined },
  check: CheckApproval,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, actor } = call
  const stored = await needStoredJob(call, id)
  await assertWaits(db, stored, clock.now())
  if (stored.approval_hash !== hash) throw changed(id, 'was prepared again since you looked at it')
  const broken = await violationsOfJob(call, stored, actor)
  assertUnbroken(
    `Job ${id}`,
    broken.filter(({ verdict }) => verdict !== 'approve'),
  )
  // Reads every row, so it happens before the transaction; whatever changes a job meanwhile moves its time.
  if (!(await check(call, id, signal))) throw changed(id, 'has changed since it was shown')
  const now = clock.now()
  const hasBegun = await db.transaction().execute(async (transaction) => {
    if (!(await takeApproval(transaction, now, { id, hash, updatedAt: stored.updated_at })))
      throw await whyNot(transaction, id, now)
    const begun = await startJob(transaction, now, id)
    await decide(call, transaction, now, { id, decision: 'approved', hash, comment })
    return begun
  })
  tell(call, 'job.changed', { id, status: hasBegun ? 'running' : 'pending', waitingFor: null })
}

/** Ends a job that waits for an approval, or is still being prepared: it becomes cancelled, with who and why. */
export async function rejectJob(call: Call, id: number, comment?: string): Promise<void> {
  const { db, clock, actor } = call
  const stored = await needStoredJob(call, id)
  const now = clock.now()
  const message = `Rejected by ${actor.name}${comment === undefined ? '' : `: ${comment}`}`
  await db.transaction().execute(async (transaction) => {
    if (!(await takeRejection(transaction, now, id, message))) throw await whyNot(transaction, id, now)
    await decide(call, transaction, now, {
      id,
      decision: 'rejected',
      hash: stored.approval_hash ?? '',
      comment,
    })
  })
  tell(call, 'job.cancelling', { id })
  tell(call, 'job.finished', { id, status: 'cancelled' })
}

/** Marks approvals that nobody gave in time as expired, and tells of each. Called every now and then. */
export async function sweepApprovals(context: Pick<Context, 'db' | 'clock' | 'events'>): Promise<number> {
  const expired = await expireApprovals(context.db, context.clock.now())
  for (const id of expired) tell(context, 'job.changed', { id, status: 'pending', waitingFor: 'approval' })
  return expired.length
}

/** Keeps the decision, and last of all the line of the trail that tells of it. */
async function decide(
  { actor, clock }: Call,
  transaction: Transaction,
  now: string,
  { id, decision, hash, comment }: Decision,
): Promise<void> {
  await insertDecision(transaction, now, { jobId: id, decision, by: actor.name, hash, comment })
  const entry: AuditEntry = {
    actor: actor.name,
    operation: decision === 'approved' ? 'job.approve' : 'job.reject',
    subject: `job:${id}`,
    eventType: 'state_change',
    message: decision === 'approved' ? 'Approved' : 'Rejected',
    details: { hash, comment: comment ?? null },
    jobId: id,
  }
  await appendAudit(transaction, clock, [entry])
}

interface Decision {
  id: number
  decision: 'approved' | 'rejected'
  hash: string
  comment: string | undefined
}

async function assertWaits(db: Database, stored: StoredJob, now: string): Promise<void> {
  if (stored.status !== 'pending' || approvalAt(stored, now) !== 'waiting')
    throw await whyNot(db, stored.id, now)
}

/** Why a job cannot be decided about now. */
async function whyNot(db: Pick<Database, 'selectFrom'>, id: number, now: string): Promise<AppError> {
  const job = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!job) return new AppError('NOT_FOUND', `There is no job ${id}`)
  const approval = approvalAt(job, now)
  if (job.status === 'pending' && approval === 'expired') {
    return new AppError(
      'APPROVAL_EXPIRED',
      `The preview of job ${id} was good until ${job.approval_expires_at}`,
      {
        hint: `Prepare it again and look at what it would do now: rollcall job prepare ${id}`,
      },
    )
  }
  if (job.status === 'pending' && approval === 'preparing')
    return new AppError('CONFLICT', `The rows of job ${id} are still being prepared`)
  if (job.status === 'pending' && approval === 'waiting') return changed(id, 'changed in this moment')
  const last = await lastDecision(db, id)
  if (last)
    return new AppError('CONFLICT', `Job ${id} was ${last.decision} by ${last.decided_by}`, {
      hint: 'Nothing more is to be decided about it.',
    })
  return new AppError('CONFLICT', `Job ${id} waits for no approval: it is ${job.status}`)
}

const changed = (id: number, why: string): AppError =>
  new AppError('CHANGED_SINCE', `Job ${id} ${why}`, {
    hint: `Look at it again: rollcall job show ${id}; prepare it again where its rows changed: rollcall job prepare ${id}`,
  })

const tell = (
  { events, clock }: Pick<Context, 'events' | 'clock'>,
  topic: string,
  data: Record<string, unknown>,
): void => events.publish({ topic, at: clock.now(), data })
