import type { Context } from '#features/context.ts'
import type { AnyJobAction, JobProgress } from '#features/jobs/action.ts'
import { findJob } from '#features/jobs/job-queries.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'
import type { PrepareJob } from '#features/jobs/preparing.ts'
import { work } from '#features/jobs/worker.ts'
import { AppError } from '#kernel/errors.ts'
import type { JobId } from '#model/ids.ts'
import { isOver, waitsForPerson } from '#model/job-rest.ts'

/**
 * Sees a job to its end, or until it waits for a person: a server that is there does it, else this process does it itself, also when the server goes
 * away in the middle. An abort leaves a server's job alone and cancels one's own.
 */
export async function followHere(
  context: Context,
  actions: ReadonlyMap<string, AnyJobAction>,
  node: NodeIdentity,
  id: JobId,
  report: (job: Job) => void,
  signal: AbortSignal,
  prepare?: PrepareJob,
): Promise<Job> {
  const { clock, events, jobs } = context
  const over = new AbortController()
  let own: Promise<void> | undefined
  let last: Job | undefined
  let woken = new AbortController()
  const unsubscribe = events.subscribe(({ topic, data }) => {
    if (data['id'] !== id) return
    if (topic === 'job.progress' && last)
      report({ ...last, status: 'running', progress: data as unknown as JobProgress })
    if (topic === 'job.finished' || topic === 'job.changed') woken.abort()
  })
  try {
    for (let pause = 50; ; pause = Math.min(2_000, pause * 1.5)) {
      woken = new AbortController()
      last = await need(context, id)
      if (isOver(last) || waitsForPerson(last)) return last
      report(last)
      if (own === undefined && !(await isServed(context, node)))
        own = work(context, actions, node, over.signal, { only: id, prepare })
      if (signal.aborted) {
        if (own === undefined) throw signal.reason
        await jobs.cancel(id, { kind: 'cli', name: last.requestedBy, permissions: new Set() })
      }
      const stop = signal.aborted ? woken.signal : AbortSignal.any([signal, woken.signal])
      await clock.sleep(pause, stop)
    }
  } finally {
    unsubscribe()
    over.abort()
    await own
  }
}

async function need({ db }: Context, id: JobId): Promise<Job> {
  const job = await findJob(db, id)
  if (job) return job
  throw new AppError('NOT_FOUND', `There is no job ${id}`)
}

/** Whether another process does jobs. */
const isServed = async (context: Context, node: NodeIdentity): Promise<boolean> =>
  (await liveNodes(context, node.id)).some(({ roles }) => roles.includes('worker'))
