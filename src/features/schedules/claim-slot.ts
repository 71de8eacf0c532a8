import { joinTransaction } from '#database/join-transaction.ts'
import type { Transaction } from '#database/schema.ts'
import type { Context, JobQueue } from '#features/context.ts'
import type { DueSlot } from '#features/schedules/due-slots.ts'
import { holdEvents } from '#features/schedules/hold-events.ts'
import type { NewJobNeeds, ScheduledWork } from '#features/schedules/scheduled-work.ts'
import {
  claimSlot,
  openJobs,
  settleSlot,
  type SettledSlot,
  type SlotOutcome,
} from '#features/schedules/slot-queries.ts'
import { AppError } from '#kernel/errors.ts'
import { systemActor } from '#model/actor.ts'
import { JobId } from '#model/ids.ts'

/** How a look at one time ended: `taken` by another process, `changed` is a schedule that has to be read again. */
export type ClaimOutcome = SlotOutcome | 'taken' | 'changed'

/** What schedules need beside the context. */
export interface ScheduleTools {
  /** A queue whose jobs are written through this context's database, which may be one transaction. */
  queueOver(context: Context): JobQueue
}

/**
 * Deals with one time of a schedule: of several processes one does, and its claim and its job are one transaction.
 * Throws what may go better the next time; nothing is claimed then.
 */
export async function claimDue(
  context: Context,
  { queueOver }: ScheduleTools,
  work: ScheduledWork,
  { slot, outcome }: DueSlot,
): Promise<ClaimOutcome> {
  const settled = { key: work.key, slot }
  if (outcome !== 'make') return note(context, { ...settled, outcome, reason: reasons[outcome] })
  const held = holdEvents(context.events)
  try {
    const result = await context.db.transaction().execute((transaction) => {
      const joined = { ...context, db: joinTransaction(transaction), events: held.bus }
      return claimAndMake(transaction, { ...joined, jobs: queueOver(joined) }, work, slot)
    })
    held.release()
    return result
  } catch (error) {
    if (error === scheduleChanged) return 'changed'
    if (!(error instanceof AppError) || error.retry) throw error
    context.log.warn({ schedule: work.key, slot, reason: error.message }, 'a schedule may not do its work')
    return note(context, { ...settled, outcome: 'refused', reason: error.message })
  }
}

const reasons = {
  missed: 'Nobody ran at that time',
  skipped_window: 'It was missed, and now is outside of its maintenance windows',
} as const

/** Rolls back what began for a schedule that somebody changed meanwhile. */
const scheduleChanged = new Error('the schedule has changed')

async function note(context: Context, settled: SettledSlot): Promise<ClaimOutcome> {
  return (await claimSlot(context.db, context.clock.now(), settled)) ? settled.outcome : 'taken'
}

async function claimAndMake(
  transaction: Transaction,
  context: Context,
  work: ScheduledWork,
  slot: string,
): Promise<ClaimOutcome> {
  const settled = { key: work.key, slot }
  const isMine = await claimSlot(transaction, context.clock.now(), { ...settled, outcome: 'made' })
  if (!isMine) return 'taken'
  if (work.isCurrent && !(await work.isCurrent(transaction))) throw scheduleChanged
  const go = await whatFirst(transaction, context, work)
  if (typeof go === 'string') {
    await settleSlot(transaction, { ...settled, outcome: 'skipped_overlap', reason: go })
    return 'skipped_overlap'
  }
  const jobId = await work.makeJob(context, slot, go)
  await settleSlot(transaction, { ...settled, outcome: 'made', jobId })
  return 'made'
}

/** What the new job has to wait for, by the overlap policy; a text says why there is to be none. */
async function whatFirst(
  transaction: Transaction,
  context: Context,
  { key, overlap, isBusy }: ScheduledWork,
): Promise<NewJobNeeds | string> {
  if (overlap === 'allow') return []
  const open = await openJobs(transaction, context.engine, key)
  const needs = open.map(({ id }) => ({ jobId: id, need: 'ended' as const }))
  switch (overlap) {
    case 'skip':
      if (open.length > 0) return `Job ${open[0]!.id} of an earlier time is not over`
      return (await isBusy?.(transaction)) ? 'The same is being done already' : []
    case 'queue': {
      const waiting = open.find(({ hasBegun }) => !hasBegun)
      return waiting ? `Job ${waiting.id} waits already` : needs
    }
    case 'replace':
      for (const { id } of open) await context.jobs.cancel(JobId.parse(id), systemActor('schedule'))
      return needs
  }
}
