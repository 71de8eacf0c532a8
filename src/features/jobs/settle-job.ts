import { appendAudit } from '#features/audit/append-audit.ts'
import type { Context } from '#features/context.ts'
import type { AnyJobAction, JobCall } from '#features/jobs/action.ts'
import type { OpenJob } from '#features/jobs/claim-queries.ts'
import type { StoredJob } from '#features/jobs/control-queries.ts'
import { finishCancel } from '#features/jobs/job-control.ts'
import { jsonText } from '#features/jobs/outcome.ts'
import { actorOf } from '#features/jobs/requester.ts'
import {
  awaitReview,
  endJob,
  firstFailed,
  freeJob,
  isInTrail,
  onlyRow,
  openJob,
  takeEnding,
} from '#features/jobs/settle-queries.ts'
import { toAppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'
import { JobId } from '#model/ids.ts'

/** Ends a job when there is nothing left to do in it: completed, failed, cancelled, or waiting for a review. */
export async function settleJob(
  context: Context,
  actions: ReadonlyMap<string, AnyJobAction>,
  node: string,
  id: number,
  signal: AbortSignal,
): Promise<void> {
  const { db, clock, events } = context
  const job = await openJob(db, id)
  if (!job) return
  if (job.cancel_requested_at !== null) return void (await finishCancel(context, id))
  if (job.processed_rows < job.total_rows) return
  if (job.ambiguous_rows > 0) {
    if (await awaitReview(db, id, clock.now()))
      events.publish({
        topic: 'job.changed',
        at: clock.now(),
        data: { id, status: 'paused', waitingFor: 'review' },
      })
    return
  }
  if (!(await takeEnding(db, id, node))) return
  const end = await endOf(context, actions.get(job.action), job, signal).catch(async (error: unknown) => {
    await freeJob(db, id, node)
    throw error
  })
  if (end === undefined) return freeJob(db, id, node)
  await writeEnd(context, node, job, end).catch(async (error: unknown) => {
    if (toAppError(error).code !== 'INTERNAL') throw error
    context.log.error({ err: error, job: id }, 'what a job gave is refused')
    await writeEnd(context, node, job, unkeepable)
  })
}

interface End {
  status: 'completed' | 'failed'
  result: string | null
  error_code: string | null
  error_message: string | null
}

const unkeepable: End = {
  status: 'failed',
  result: null,
  error_code: 'INTERNAL',
  error_message: 'What it gave could not be kept',
}

async function endOf(
  context: Context,
  action: AnyJobAction | undefined,
  job: OpenJob,
  signal: AbortSignal,
): Promise<End | undefined> {
  const { db } = context
  const failed = job.failed_rows > 0
  const errors = failed ? await errorOf(context, job) : { error_code: null, error_message: null }
  const base = { status: failed ? ('failed' as const) : ('completed' as const), ...errors }
  if (!action?.finish) {
    const row = job.total_rows === 1 ? await onlyRow(db, job.id) : undefined
    return { ...base, result: row?.result ?? null }
  }
  const call: JobCall = {
    ...context,
    jobId: JobId.parse(job.id),
    actor: actorOf(job.requester, job.requested_by),
    run: job.run,
    progress: () => {},
  }
  try {
    const result = await action.finish(call, JSON.parse(job.parameters) as JsonObject, signal)
    return { ...base, result: jsonText(result, Infinity) }
  } catch (thrown) {
    if (signal.aborted) return undefined
    const error = toAppError(thrown)
    // The database is away: the end comes when it is back.
    if (error.code.startsWith('DATABASE_') && error.retry) throw thrown
    context.log.error({ err: thrown, job: job.id }, 'a job could not be ended')
    return { status: 'failed', result: null, error_code: error.code, error_message: error.message }
  }
}

async function errorOf({ db }: Context, job: OpenJob): Promise<Pick<End, 'error_code' | 'error_message'>> {
  const row = await firstFailed(db, job.id)
  const message = row?.error_message ?? null
  if (job.total_rows === 1) return { error_code: row?.error_code ?? null, error_message: message }
  return {
    error_code: row?.error_code ?? null,
    error_message: `${job.failed_rows} of ${job.total_rows} rows failed, the first of them ${row?.row_key}: ${message}`,
  }
}

async function writeEnd(context: Context, node: string, job: OpenJob, end: End): Promise<void> {
  const { db, clock, events, log } = context
  const { id } = job
  const now = clock.now()
  const set: Partial<StoredJob> = { ...end, completed_at: now, updated_at: now }
  if (job.total_rows !== 1) set.progress = null
  const isEnded = await db.transaction().execute(async (transaction) => {
    if (!(await endJob(transaction, id, node, set))) return false
    // Nobody asked for it and its rows found nothing new.
    if (end.status === 'completed' && !(await isInTrail(transaction, id))) return true
    await appendAudit(transaction, clock, [
      {
        actor: job.requested_by,
        operation: 'job.end',
        subject: `job:${id}`,
        eventType: 'state_change',
        level: end.status === 'failed' ? 'ERROR' : 'INFO',
        message: `${job.name}: ${end.status}, ${job.successful_rows} done, ${job.failed_rows} failed, ${job.skipped_rows} skipped`,
        details: end.error_code === null ? undefined : { code: end.error_code },
        jobId: id,
      },
    ])
    return true
  })
  if (!isEnded) return freeJob(db, id, node)
  events.publish({ topic: 'job.finished', at: now, data: { id, status: end.status } })
  const told = end.error_code === null ? {} : { code: end.error_code, message: end.error_message }
  log.info({ job: id, action: job.action, status: end.status, ...told }, 'job ended')
}
