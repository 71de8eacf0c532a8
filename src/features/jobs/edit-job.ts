import type { z } from 'zod'
import { appendAudit } from '#features/audit/append-audit.ts'
import { insertDecision } from '#features/jobs/approval-queries.ts'
import { changeJob, holdJob } from '#features/jobs/control-queries.ts'
import type { StoredJob } from '#features/jobs/job-list-queries.ts'
import type { JobOptions } from '#features/jobs/job-shapes.ts'
import { assertUnbroken } from '#features/jobs/policy.ts'
import { needStoredJob, violationsOfJob } from '#features/jobs/show-job.ts'
import type { Call } from '#features/operation.ts'
import type { Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'

type Options = z.infer<typeof JobOptions>

export interface JobEdit {
  priority?: number | undefined
  /** All options; those that are left out get their defaults. */
  options?: Options | undefined
  /** Null for at once. */
  scheduledFor?: string | null | undefined
}

/** Makes the rows and the signature of a job anew. */
export type PrepareAgain = (call: Call, id: number) => Promise<void>

/**
 * Changes a job that is not over. New options of a job that waits for an approval make it be prepared again, as they are
 * part of what is approved. Options that let an approved job do more than was approved are an approval themselves: they
 * need its permission, and another person where the job needed one.
 */
export async function editJob(call: Call, id: number, edit: JobEdit, prepare: PrepareAgain): Promise<void> {
  const { db, engine, clock, events } = call
  const seen = await needStoredJob(call, id)
  const broken = await violationsOfJob(call, seen, call.actor)
  const now = clock.now()
  const before = await db.transaction().execute(async (transaction) => {
    const stored = await holdJob(transaction, engine, id)
    if (!stored) throw new AppError('NOT_FOUND', `There is no job ${id}`)
    assertOpen(stored, edit)
    const more = whatIsLoosened(stored, edit)
    if (more.length > 0) {
      assertMayApprove(call, id)
      assertUnbroken(
        `Job ${id}`,
        broken.filter(({ verdict }) => verdict === 'other'),
      )
    }
    await changeJob(transaction, id, [stored.status], changesOf(stored, edit, now))
    await keepEdit(call, transaction, stored, { edit, more, now })
    return stored
  })
  if (needsPreparing(before, edit)) await prepare(call, id)
  events.publish({ topic: 'job.changed', at: clock.now(), data: { id, status: before.status } })
}

/** Options are signed with the rows; whoever changes them makes the signature void. */
const needsPreparing = ({ status, approval }: StoredJob, { options }: JobEdit): boolean =>
  options !== undefined && status === 'pending' && (approval === 'waiting' || approval === 'expired')

function assertOpen(stored: StoredJob, { options, scheduledFor }: JobEdit): void {
  const { id, status, approval, started_at: startedAt } = stored
  if (['completed', 'failed', 'cancelled'].includes(status) || stored.cancel_requested_at !== null)
    throw new AppError('CONFLICT', `Job ${id} is over: it is ${status}`)
  if (options !== undefined && approval === 'preparing')
    throw new AppError('CONFLICT', `The rows of job ${id} are still being prepared`, {
      hint: 'Change its options when they are there.',
    })
  if (scheduledFor !== undefined && (status !== 'pending' || startedAt !== null))
    throw new AppError('CONFLICT', `Job ${id} has begun and cannot be given another time`)
}

function assertMayApprove({ actor }: Call, id: number): void {
  if (actor.permissions.has('jobs.approve')) return
  throw new AppError('FORBIDDEN', `Job ${id} would do more than was approved; that needs jobs.approve`)
}

/** Which limits of an approved job would let it go further than those it was approved with. */
export function whatIsLoosened(stored: StoredJob, { options: after }: JobEdit): string[] {
  if (after === undefined || stored.approval !== 'approved') return []
  const before = JSON.parse(stored.options) as Options
  const limits = (['maxCostCents', 'maxFailures', 'maxFailureShare'] as const).filter(
    (name) => (after[name] ?? Infinity) > (before[name] ?? Infinity),
  )
  const [was, is] = [before.canary, after.canary]
  const isCanaryLess =
    was !== undefined &&
    !stored.canary_passed &&
    (is === undefined || is.rows > was.rows || (was.afterwards === 'wait' && is.afterwards === 'go'))
  const told = limits.map((name) => `${name} from ${before[name]} to ${after[name] ?? 'no limit'}`)
  return isCanaryLess ? [...told, 'the first rows that somebody looks at'] : told
}

function changesOf(stored: StoredJob, edit: JobEdit, now: string): Partial<StoredJob> {
  const { priority, options, scheduledFor } = edit
  return {
    updated_at: now,
    ...(priority === undefined ? {} : { priority }),
    ...(options === undefined ? {} : { options: JSON.stringify(options) }),
    ...(scheduledFor === undefined ? {} : timeOf(stored, scheduledFor, now)),
  }
}

function timeOf(stored: StoredJob, at: string | null, now: string): Partial<StoredJob> {
  const isToCome = at !== null && at > now
  if (isToCome && stored.waiting_for === null) return { scheduled_for: at, waiting_for: 'time' }
  // Whether it waits for other jobs instead is found out by whoever tries to begin it.
  if (!isToCome && stored.waiting_for === 'time') return { scheduled_for: at, waiting_for: null }
  return { scheduled_for: at }
}

async function keepEdit(
  { actor, clock }: Call,
  transaction: Transaction,
  { id, approval_hash: hash }: StoredJob,
  { edit, more, now }: { edit: JobEdit; more: readonly string[]; now: string },
): Promise<void> {
  const comment = `Allows more: ${more.join('; ')}`
  if (more.length > 0)
    await insertDecision(transaction, now, {
      jobId: id,
      decision: 'approved',
      by: actor.name,
      hash: hash ?? '',
      comment,
    })
  const { priority, options, scheduledFor } = edit
  await appendAudit(transaction, clock, [
    {
      actor: actor.name,
      operation: 'job.edit',
      subject: `job:${id}`,
      eventType: 'state_change',
      message: more.length > 0 ? comment : 'Changed',
      details: {
        ...(priority === undefined ? {} : { priority }),
        ...(options === undefined ? {} : { options }),
        ...(scheduledFor === undefined ? {} : { scheduledFor }),
      },
      jobId: id,
    },
  ])
}
