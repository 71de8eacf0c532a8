import { appendAudit } from '#features/audit/append-audit.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import {
  changeJob,
  changeRows,
  holdJob,
  holdRows,
  moveCounts,
  noCounts,
  settleEffects,
  writeCancelled,
} from '#features/jobs/control-queries.ts'
import type { StoredJob, StoredRow } from '#features/jobs/control-queries.ts'
import { activateJob } from '#features/jobs/activate-queries.ts'
import type { Engine } from '#database/migration.ts'
import type { Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import type { Actor } from '#model/actor.ts'

/** What controlling a job needs. */
export type ControlContext = Pick<Context, 'db' | 'engine' | 'clock' | 'events'>

const over = new Set(['completed', 'failed', 'cancelled'])

/** Stops a job for a while: rows in work are told to stop and go back. CONFLICT for one that is over or paused. */
export async function pauseJob(context: ControlContext, actor: Actor, id: number): Promise<void> {
  await control(context, actor, id, 'job.pause', async ({ job, transaction, now }) => {
    const mayPause =
      job.cancel_requested_at === null &&
      (job.status === 'running' || (job.status === 'pending' && isFree(job)))
    if (!mayPause) throw conflict(job, 'cannot be paused')
    await changeJob(transaction, id, [job.status], {
      status: 'paused',
      waiting_for: 'person',
      updated_at: now,
    })
    return { message: 'Paused' }
  })
  publish(context, 'job.pausing', { id })
  publish(context, 'job.changed', { id, status: 'paused', waitingFor: 'person' })
}

/** Lets a paused job go on. CONFLICT for one that is not paused, or where only ambiguous rows are left. */
export async function resumeJob(context: ControlContext, actor: Actor, id: number): Promise<void> {
  const status = await control(context, actor, id, 'job.resume', async ({ job, transaction, now }) => {
    if (job.status !== 'paused' || job.cancel_requested_at !== null) throw conflict(job, 'is not paused')
    if (job.ambiguous_rows > 0 && job.processed_rows === job.total_rows)
      throw new AppError('CONFLICT', `What became of ${job.ambiguous_rows} rows of job ${id} is not known`, {
        hint: 'Say for each whether it was done: rollcall job resolve.',
      })
    const next = job.started_at === null ? 'pending' : 'running'
    await changeJob(transaction, id, ['paused'], {
      status: next,
      waiting_for: null,
      updated_at: now,
      ...(job.waiting_for === 'canary' ? { canary_passed: 1 } : {}),
    })
    return { message: 'Resumed', value: next }
  })
  publish(context, 'job.changed', { id, status, waitingFor: null })
}

/**
 * Asks a job to stop for good: nothing new is begun, rows in work are told to stop. It is cancelled as soon as none is
 * in work. False for one that is over.
 */
export async function cancelJob(context: ControlContext, actor: Actor, id: number): Promise<boolean> {
  const { db, clock } = context
  const isAsked = await control(context, actor, id, 'job.cancel', async ({ job, transaction, now }) => {
    if (over.has(job.status)) return { value: false }
    if (job.cancel_requested_at !== null) return { value: true }
    await changeJob(transaction, id, [job.status], { cancel_requested_at: now, updated_at: now })
    return { message: 'Cancelling', value: true }
  })
  if (!isAsked) return false
  publish(context, 'job.cancelling', { id })
  // In a second step: whoever took rows meanwhile sees the wish after its own commit, and gives them back.
  await finishCancel({ db, clock, events: context.events }, id)
  return true
}

/** Makes a job cancelled that is to be and has nothing in work; true when it is now. */
export async function finishCancel(
  { db, clock, events }: Pick<Context, 'db' | 'clock' | 'events'>,
  id: number,
): Promise<boolean> {
  const now = clock.now()
  const isCancelled = await writeCancelled(db, id, now)
  if (isCancelled) events.publish({ topic: 'job.finished', at: now, data: { id, status: 'cancelled' } })
  return isCancelled
}

/**
 * Begins failed rows again whose outcome is known, all or those named; of a cancelled job also the rest. A job that is
 * over is opened again as its next run. Gives how many rows are to be done.
 */
export async function retryRows(
  context: ControlContext,
  actor: Actor,
  id: number,
  rows?: readonly number[],
): Promise<number> {
  const { engine } = context
  const count = await control(context, actor, id, 'job.retry', async ({ job, transaction, now }) => {
    if (!isFree(job)) throw conflict(job, 'was not approved')
    const failed = await holdRows(transaction, engine, id, { numbers: rows, statuses: ['failed'] })
    const again = failed.filter((row) => row.review !== 'ambiguous')
    const rest = job.status === 'cancelled' ? job.total_rows - job.processed_rows : 0
    if (again.length + rest === 0) throw conflict(job, 'has no row that could be tried again')
    await reopenRows(transaction, engine, again)
    const counts = { ...noCounts, processed: -again.length, failed: -again.length }
    await moveCounts(transaction, id, counts, { ...reopened(job), updated_at: now })
    return { message: `${again.length + rest} rows are tried again`, value: again.length + rest }
  })
  publish(context, 'job.changed', { id, status: 'running', waitingFor: null })
  return count
}

const reopenRows = (transaction: Transaction, engine: Engine, rows: readonly StoredRow[]) =>
  changeRows(
    transaction,
    engine,
    rows.map((row) => row.id),
    {
      status: 'pending',
      review: null,
      next_run_at: '',
      interruptions: 0,
      error_code: null,
      error_message: null,
      processed_at: null,
      lease_token: null,
    },
  )

/** What changes in a job whose rows are to be done again: nothing in one that is not over yet. */
function reopened(job: StoredJob): Partial<StoredJob> {
  if (!over.has(job.status)) {
    const isOnlyReviewed = job.status === 'paused' && job.waiting_for === 'review'
    return isOnlyReviewed ? { status: 'running', waiting_for: null } : {}
  }
  return {
    status: 'running',
    waiting_for: null,
    run: job.run + 1,
    cancel_requested_at: null,
    completed_at: null,
    started_at: job.started_at ?? job.updated_at,
    result: null,
    error_code: null,
    error_message: null,
    attempt: 0,
    node_id: null,
  }
}

/** Leaves rows undone for good: those still to do, and failed ones whose outcome is known. Gives how many. */
export async function skipRows(
  context: ControlContext,
  actor: Actor,
  id: number,
  rows: readonly number[],
  reason?: string,
): Promise<number> {
  const { engine } = context
  const count = await control(context, actor, id, 'job.skip', async ({ job, transaction, now }) => {
    if (job.status === 'completed' || job.status === 'cancelled') throw conflict(job, 'is over')
    const held = await holdRows(transaction, engine, id, { numbers: rows, statuses: ['pending', 'failed'] })
    const skipped = held.filter((row) => row.review !== 'ambiguous')
    if (skipped.length === 0) throw conflict(job, 'has none of these rows to skip')
    const failed = skipped.filter((row) => row.status === 'failed').length
    await changeRows(
      transaction,
      engine,
      skipped.map((row) => row.id),
      {
        status: 'skipped',
        review: null,
        error_code: null,
        error_message: reason ?? `Skipped by ${actor.name}`,
        processed_at: now,
        lease_token: null,
      },
    )
    const counts = {
      ...noCounts,
      processed: skipped.length - failed,
      failed: -failed,
      skipped: skipped.length,
    }
    const isClean =
      job.status === 'failed' && job.failed_rows === failed && job.total_rows === job.processed_rows
    const clean = isClean ? { status: 'completed', error_code: null, error_message: null } : {}
    await moveCounts(transaction, id, counts, { ...clean, updated_at: now })
    return {
      message: `${skipped.length} rows are skipped`,
      details: { rows: skipped.map((row) => row.row_number).slice(0, 1000), reason: reason ?? null },
      value: skipped.length,
    }
  })
  publish(context, 'job.changed', { id })
  return count
}

/** Says what became of ambiguous rows: done, or not done, after which they can be tried again. Gives how many. */
export async function resolveRows(
  context: ControlContext,
  actor: Actor,
  id: number,
  rows: readonly number[],
  outcome: 'done' | 'not_done',
  comment?: string,
): Promise<number> {
  const { engine } = context
  const isDone = outcome === 'done'
  const count = await control(context, actor, id, 'job.resolve', async ({ job, transaction, now }) => {
    const held = await holdRows(transaction, engine, id, { numbers: rows, statuses: ['failed'] })
    const known = held.filter((row) => row.review === 'ambiguous')
    if (known.length === 0) throw conflict(job, 'has no such row whose outcome is unknown')
    const ids = known.map((row) => row.id)
    await changeRows(transaction, engine, ids, {
      review: isDone ? 'resolved_done' : 'resolved_not_done',
      ...(isDone ? { status: 'completed', error_code: null, error_message: null } : {}),
    })
    const keys = known.flatMap((row) => row.effect_key ?? [])
    await settleEffects(transaction, engine, keys, now, isDone)
    const moved = isDone ? known.length : 0
    const isLast = job.ambiguous_rows === known.length
    const goesOn = isLast && job.status === 'paused' && job.waiting_for === 'review'
    await moveCounts(
      transaction,
      id,
      { ...noCounts, successful: moved, failed: -moved, ambiguous: -known.length },
      { ...(goesOn ? { status: 'running', waiting_for: null } : {}), updated_at: now },
    )
    return {
      message: `${known.length} rows were ${isDone ? 'done' : 'not done'}`,
      details: { rows: known.map((row) => row.row_number).slice(0, 1000), comment: comment ?? null },
      value: known.length,
    }
  })
  publish(context, 'job.changed', { id })
  return count
}

/**
 * Begins a pending job that is approved or needs no approval, as part of the given transaction; false while its time or
 * other jobs are still to come (a worker begins it then). Publish `job.changed` after the commit.
 */
export const startJob = (transaction: Transaction, now: string, id: number): Promise<boolean> =>
  activateJob(transaction, now, id)

interface Control {
  transaction: Transaction
  job: StoredJob
  now: string
}

interface Done<T> {
  /** Nothing is written into the trail without one. */
  message?: string
  details?: AuditEntry['details']
  value?: T
}

/** One change of a job by a person: the job is held, and the trail tells of it in the same transaction. */
async function control<T>(
  { db, engine, clock }: ControlContext,
  actor: Actor,
  id: number,
  operation: string,
  work: (control: Control) => Promise<Done<T>>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const job = await holdJob(transaction, engine, id)
    if (!job)
      throw new AppError('NOT_FOUND', `There is no job ${id}`, {
        hint: '`rollcall job list` shows the newest.',
      })
    const { message, details, value } = await work({ transaction, job, now: clock.now() })
    if (message !== undefined)
      await appendAudit(transaction, clock, [
        {
          actor: actor.name,
          operation,
          subject: `job:${id}`,
          eventType: 'state_change',
          message,
          details,
          jobId: id,
        },
      ])
    return value as T
  })
}

const isFree = (job: StoredJob): boolean => job.approval === null || job.approval === 'approved'

const conflict = (job: StoredJob, why: string): AppError =>
  new AppError('CONFLICT', `Job ${job.id} ${why}: it is ${job.status}`)

const publish = ({ events, clock }: ControlContext, topic: string, data: Record<string, unknown>): void =>
  events.publish({ topic, at: clock.now(), data })
