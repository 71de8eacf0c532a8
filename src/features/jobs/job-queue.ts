import type { Context, JobQueue } from '#features/context.ts'
import { insertJob, requestCancel } from '#features/jobs/job-queries.ts'

type Part = Pick<Context, 'db' | 'clock' | 'events'>

/** The queue over the database: what is submitted is durable when its id is there. */
export const createJobQueue = ({ db, clock, events }: Part): JobQueue => ({
  async submit({ action, name, parameters, actor, originalCommand }) {
    const id = await insertJob(db, clock.now(), {
      action,
      name,
      parameters,
      requestedBy: actor.name,
      originalCommand: originalCommand ?? '',
    })
    events.publish({ topic: 'job.added', at: clock.now(), data: { id, action, name } })
    return id
  },
  async cancel(id) {
    const was = await requestCancel(db, clock.now(), id)
    if (was !== undefined) events.publish({ topic: 'job.cancelling', at: clock.now(), data: { id } })
    if (was === 'pending')
      events.publish({ topic: 'job.finished', at: clock.now(), data: { id, status: 'cancelled' } })
    return was !== undefined
  },
})
