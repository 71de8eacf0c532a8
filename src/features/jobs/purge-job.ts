import { hasMoreWords } from '#features/audit/removal-queries.ts'
import { removeLines } from '#features/audit/remove-lines.ts'
import { holdJob } from '#features/jobs/control-queries.ts'
import {
  closeForPurge,
  deleteJob,
  deleteRows,
  lastRowNumber,
  waitingFor,
} from '#features/jobs/purge-queries.ts'
import { needStoredJob } from '#features/jobs/show-job.ts'
import type { Call } from '#features/operation.ts'
import type { Transaction } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'

/** Rows or lines that go at a time: nobody who writes meanwhile waits for long. */
const atOnce = 2_000

/**
 * Removes a job that is over: its rows, its approvals, and what the trail's lines about it say; the trail stays provable.
 * The keys of effects that were done stay, else the same file sent again would do them again. CONFLICT for a job that is
 * not over, or that another one still waits for. Done in steps: where it is stopped in the middle, purging goes on.
 */
export async function purgeJob(call: Call, id: number, signal: AbortSignal, steps = atOnce): Promise<void> {
  const { db, clock, events, actor } = call
  await needStoredJob(call, id)
  await db.transaction().execute(async (transaction) => {
    await assertPurgeable(call, transaction, id)
    await closeForPurge(transaction, id, clock.now())
  })
  await removeMost(call, id, signal, steps)
  await db.transaction().execute(async (transaction) => {
    await assertPurgeable(call, transaction, id)
    await deleteJob(transaction, id)
    await removeLines(transaction, clock, { jobId: id, by: actor.name })
  })
  events.publish({ topic: 'job.changed', at: clock.now(), data: { id } })
}

/** All lines and rows but the last few. */
async function removeMost(
  { db, clock, actor }: Call,
  id: number,
  signal: AbortSignal,
  steps: number,
): Promise<void> {
  for (let after = 0; await hasMoreWords(db, id, { after, than: steps });) {
    signal.throwIfAborted()
    const lines = { jobId: id, by: actor.name, after, most: steps }
    after = (await db.transaction().execute((transaction) => removeLines(transaction, clock, lines))).until
  }
  const last = await lastRowNumber(db, id)
  for (let after = 0; after + steps < last; after += steps) {
    signal.throwIfAborted()
    await deleteRows(db, id, after, after + steps)
  }
}

async function assertPurgeable({ engine }: Call, transaction: Transaction, id: number): Promise<void> {
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
}
