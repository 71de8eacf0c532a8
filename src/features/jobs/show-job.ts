import { decisionsOf, dearestRow, dependenciesOf, rowsInWork } from '#features/jobs/job-detail-queries.ts'
import { approvalAt, findStoredJob, toJob } from '#features/jobs/job-list-queries.ts'
import type { StoredJob } from '#features/jobs/job-list-queries.ts'
import type { JobDetail, PolicyViolation, Preview } from '#features/jobs/job-shapes.ts'
import { violationsOf } from '#features/jobs/policy.ts'
import type { BrokenRule, Person } from '#features/jobs/policy.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

/** A job as it is stored; NOT_FOUND for one that is not there, or not for the actor to see. */
export async function needStoredJob(
  { db, actor }: Pick<Call, 'db' | 'actor'>,
  id: number,
): Promise<StoredJob> {
  const job = await findStoredJob(db, actor, id)
  if (job) return job
  throw new AppError('NOT_FOUND', `There is no job ${id}`, { hint: '`rollcall job list` shows the newest.' })
}

/** A job with who decided about it, what it waits for, the rules it breaks and its rows by state. */
export async function showJob(
  call: Pick<Call, 'db' | 'actor' | 'clock' | 'config'>,
  id: number,
): Promise<JobDetail> {
  const { db, actor, clock } = call
  const stored = await needStoredJob(call, id)
  const job = toJob(stored, clock.now())
  const [approvals, dependsOn, processing, violations] = await Promise.all([
    decisionsOf(db, id),
    dependenciesOf(db, actor, id),
    rowsInWork(db, id),
    brokenRules(call, stored),
  ])
  const { totalRows, successfulRows: completed, failedRows: failed, skippedRows: skipped } = job
  const pending = Math.max(0, totalRows - completed - failed - skipped - processing)
  return {
    ...job,
    approvals,
    dependsOn,
    violations,
    rows: { pending, processing, completed, failed, skipped },
  }
}

/** The rules that a job which still waits for its approval breaks; one that began has been judged. */
async function brokenRules(
  { db, config, clock }: Pick<Call, 'db' | 'config' | 'clock'>,
  stored: StoredJob,
): Promise<PolicyViolation[]> {
  const approval = approvalAt(stored, clock.now())
  if (stored.status !== 'pending' || (approval !== 'waiting' && approval !== 'expired')) return []
  return violationsOfJob({ db, config }, stored)
}

/** Every rule that a prepared job breaks; with an approver, of those that this person may not approve. */
export async function violationsOfJob(
  { db, config }: Pick<Call, 'db' | 'config'>,
  stored: StoredJob,
  approver?: Person,
): Promise<BrokenRule[]> {
  const preview = stored.preview === null ? null : (JSON.parse(stored.preview) as Preview)
  const mode = stored.mode as JobDetail['mode']
  const isPriced = mode === 'auto' && (stored.estimated_cost_cents ?? 0) > 0
  const facts = {
    action: stored.action,
    mode,
    rows: stored.total_rows,
    estimatedCostCents: stored.estimated_cost_cents,
    maxRowCostCents: isPriced ? await dearestRow(db, stored.id) : null,
    warnings: preview?.warnings.length ?? 0,
    requestedBy: requesterPerson(stored),
  }
  return violationsOf(config, facts, approver)
}

/** Who asked for a job: the name, and the account behind it where there is one. */
export function requesterPerson({ requester, requested_by: name }: StoredJob): Person {
  const { userId } = JSON.parse(requester) as { userId?: string }
  return { name, ...(userId === undefined ? {} : { userId }) }
}
