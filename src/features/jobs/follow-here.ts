import type { Context } from '#features/context.ts'
import type { JobAction } from '#features/jobs/job-action.ts'
import { findJob, recoverJobs, takeJob } from '#features/jobs/job-queries.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'
import { runJob } from '#features/jobs/run-job.ts'
import { AppError } from '#kernel/errors.ts'
import type { JobId } from '#model/ids.ts'

const ended = new Set(['completed', 'failed', 'cancelled'])

/**
 * Sees a job to its end: a server that is there does it, else this process does it itself, also when the server
 * goes away in the middle. An abort leaves a server's job alone and cancels one's own.
 */
export async function followHere(
  context: Context,
  actions: ReadonlyMap<string, JobAction>,
  node: NodeIdentity,
  id: JobId,
  report: (job: Job) => void,
  signal: AbortSignal,
): Promise<Job> {
  const { db, clock, engine, events, jobs, log } = context
  for (let pause = 50; ; pause = Math.min(2_000, pause * 1.5)) {
    const job = await findJob(db, id)
    if (!job) throw new AppError('NOT_FOUND', `There is no job ${id}`)
    if (ended.has(job.status)) return job
    report(job)
    const others = (await liveNodes(db, clock, node.id)).filter((each) => each.roles.includes('worker'))
    if (others.length === 0) {
      await recoverJobs(db, clock.now(), [node.id])
      const taken = await takeJob(db, engine, clock.now(), node.id, id)
      if (taken) {
        const stop = () =>
          void jobs.cancel(id, { kind: 'cli', name: taken.requestedBy, permissions: new Set() })
        signal.addEventListener('abort', stop, { once: true })
        const unsubscribe = events.subscribe(({ topic, data }) => {
          if (topic !== 'job.progress' || data['id'] !== id) return
          report({ ...job, status: 'running', progress: data as unknown as Job['progress'] })
        })
        await runJob(context, actions, node.id, taken, new AbortController().signal)
        unsubscribe()
        signal.removeEventListener('abort', stop)
        log.debug({ job: id }, 'job done in this process')
        return (await findJob(db, id))!
      }
    }
    await clock.sleep(pause, signal)
    signal.throwIfAborted()
  }
}
