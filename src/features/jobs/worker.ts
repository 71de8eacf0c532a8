import type { Context } from '#features/context.ts'
import type { JobAction } from '#features/jobs/job-action.ts'
import { recoverJobs, takeJob } from '#features/jobs/job-queries.ts'
import { forgetNodes, heartbeatPause, liveNodes, sayAlive, sayGoodbye } from '#features/jobs/node-queries.ts'
import type { NodeIdentity } from '#features/jobs/node-queries.ts'
import { runJob } from '#features/jobs/run-job.ts'
import { every } from '#kernel/clock.ts'

/** Jobs that one process does at the same time. */
const atOnce = 4

/** How long a worker without work waits before it looks again, in milliseconds; a job made here wakes it at once. */
const lookEvery = 1_000

/** Says that this process lives, until the signal aborts; then it says goodbye. */
export async function keepAlive(context: Context, node: NodeIdentity, signal: AbortSignal): Promise<void> {
  const { db, clock, log } = context
  await every(clock, heartbeatPause, signal, () =>
    sayAlive(db, clock, node).catch((error: unknown) => log.warn({ err: error }, 'heartbeat failed')),
  )
  await forgetNodes(db, clock).catch(() => undefined)
  await sayGoodbye(db, node.id).catch(() => undefined)
}

/**
 * Takes jobs and does them until the signal aborts; resolves when the last has let go. The node must be known
 * (keepAlive). Jobs of nodes that are gone are done again.
 */
export async function work(
  context: Context,
  actions: ReadonlyMap<string, JobAction>,
  node: NodeIdentity,
  signal: AbortSignal,
): Promise<void> {
  const { db, engine, clock, log, events } = context
  const running = new Set<Promise<void>>()
  let woken = new AbortController()
  const wake = () => woken.abort()
  const unsubscribe = events.subscribe(({ topic }) => {
    if (topic === 'job.added') wake()
  })
  while (!signal.aborted) {
    // Made before looking, so that a job that comes meanwhile is not slept over.
    woken = new AbortController()
    const next = running.size < atOnce ? await take() : undefined
    if (next) {
      const done: Promise<void> = runJob(context, actions, node.id, next, signal)
        .catch((error: unknown) => log.error({ err: error, job: next.id }, 'job could not be ended'))
        .finally(() => {
          running.delete(done)
          wake()
        })
      running.add(done)
      continue
    }
    await clock.sleep(lookEvery, AbortSignal.any([signal, woken.signal]))
  }
  unsubscribe()
  await Promise.all(running)

  async function take() {
    try {
      const alive = await liveNodes(db, clock, node.id)
      await recoverJobs(db, clock.now(), [node.id, ...alive.map((each) => each.id)])
      return await takeJob(db, engine, clock.now(), node.id)
    } catch (error) {
      log.warn({ err: error }, 'jobs cannot be looked for')
      return undefined
    }
  }
}
