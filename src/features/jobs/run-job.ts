import type { Context } from '#features/context.ts'
import type { JobAction, JobProgress } from '#features/jobs/job-action.ts'
import { endJob, saveProgress } from '#features/jobs/job-queries.ts'
import type { JobEnd, TakenJob } from '#features/jobs/job-queries.ts'
import { every } from '#kernel/clock.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import { withRetries } from '#kernel/retry.ts'
import { systemActor } from '#model/actor.ts'

/** How often progress is written and a wish to stop is looked for, in milliseconds. */
const saveEvery = 500

/**
 * Does the work of one job and writes how it ended, once the database is there for it; never throws for the work's sake.
 */
export async function runJob(
  context: Context,
  actions: ReadonlyMap<string, JobAction>,
  node: string,
  job: TakenJob,
  signal: AbortSignal,
): Promise<void> {
  const { events, clock, db, log } = context
  const stop = new AbortController()
  const over = new AbortController()
  const state: { newest?: JobProgress | undefined } = {}
  const unsubscribe = events.subscribe(({ topic, data }) => {
    if (topic === 'job.cancelling' && data['id'] === job.id) stop.abort(new Error('cancelled'))
  })
  const progress = (next: JobProgress) => {
    state.newest = next
    events.publish({ topic: 'job.progress', at: clock.now(), data: { id: job.id, ...next } })
  }
  // A database that is away for a moment must end neither the saving nor the looking for a wish to stop.
  const saving = every(clock, saveEvery, over.signal, async () => {
    const next = state.newest
    delete state.newest
    try {
      const { isCancelled } = await saveProgress(db, clock.now(), job.id, next)
      if (isCancelled) stop.abort(new Error('cancelled'))
    } catch (error) {
      state.newest ??= next
      log.debug({ err: error, job: job.id }, 'progress of a job could not be kept')
    }
  })
  const call = {
    ...context,
    jobId: job.id,
    actor: { ...systemActor('job'), name: job.requestedBy },
    progress,
  }
  const end = await work(call, actions, job, AbortSignal.any([signal, stop.signal]))
  const final =
    end ?? (stop.signal.aborted ? ({ status: 'cancelled' } as const) : ({ status: 'pending' } as const))
  unsubscribe()
  over.abort()
  await saving
  // Until its end is written a job counts as running, and nobody takes it from a process that lives.
  await withRetries(clock, Infinity, signal, async () => {
    if (state.newest !== undefined) await saveProgress(db, clock.now(), job.id, state.newest)
    await endJob(db, clock.now(), job.id, node, final)
  })
  if (final.status === 'pending') return
  events.publish({ topic: 'job.finished', at: clock.now(), data: { id: job.id, status: final.status } })
  const told = final.status === 'failed' ? { code: final.code, message: final.message } : {}
  log.info({ job: job.id, action: job.action, status: final.status, ...told }, 'job ended')
}

/** How the work ended; undefined when it was aborted. */
async function work(
  call: Parameters<JobAction['run']>[0],
  actions: ReadonlyMap<string, JobAction>,
  job: TakenJob,
  signal: AbortSignal,
): Promise<JobEnd | undefined> {
  try {
    // Taken in the moment in which the process was told to end.
    signal.throwIfAborted()
    const action = actions.get(job.action)
    if (!action) throw new AppError('NOT_FOUND', `This Rollcall knows no work called ${job.action}`)
    const result = await action.run(call, job.parameters, signal)
    return { status: 'completed', result }
  } catch (thrown) {
    if (signal.aborted) return undefined
    const error = toAppError(thrown)
    if (error.code === 'INTERNAL') call.log.error({ err: error.cause ?? error, job: job.id }, 'job failed')
    const hint = error.hint === undefined ? '' : `. ${error.hint}`
    return { status: 'failed', code: error.code, message: `${error.message}${hint}` }
  }
}
