import { removeLines } from '#features/audit/remove-lines.ts'
import { holdJob } from '#features/jobs/control-queries.ts'
import { deleteJob, waitingFor } from '#features/jobs/purge-queries.ts'
import { needStoredJob } from '#features/jobs/show-job.ts'
import type { Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'

/**
 * Removes a job that is over: its rows, its approvals, and what the trail's lines about it say; the trail stays provable.
 * The keys of effects that were done stay, else the same file sent again would do them again. CONFLICT for a job that is
 * not over, or that another one still waits for.
 */
export async function purgeJob(call: Call, id: number): Promise<void> {
  const { db, engine, clock, events, actor } = call
  await needStoredJob(call, id)
  await db.transaction().execute(async (transaction) => {
    const job = await holdJob(transaction, engine, id)
    if (!job) throw new AppError('NOT_FOUND', `There is no job ${id}`)
    if (!['completed', 'failed', 'cancelled'].includes(job.status))
      throw new AppError('CONFLICT', `Job ${id} is not over: it is ${job.status}`, {
        hint: `Cancel it first: rollcall job cancel ${id}`,
      })
    const [other] = await waitingFor(transaction, id)
    if (other)
      throw new AppError('CONFLICT', `Job ${other.id} (${other.name}) still waits for job ${id}`, {
        hint: 'Without it that job would begin at once.',
      })
    await deleteJob(transaction, id)
    await removeLines(transaction, clock, { jobId: id, by: actor.name })
  })
  events.publish({ topic: 'job.changed', at: clock.now(), data: { id } })
}
