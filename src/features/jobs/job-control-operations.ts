import { z } from 'zod'
import {
  cancelJob,
  pauseJob,
  resolveRows,
  resumeJob,
  retryRows,
  skipRows,
} from '#features/jobs/job-control.ts'
import { touchableRows } from '#features/jobs/job-rows-queries.ts'
import { JobDetail } from '#features/jobs/job-shapes.ts'
import { purgeJob } from '#features/jobs/purge-job.ts'
import { jobText } from '#features/jobs/job-text.ts'
import { assertUnbroken } from '#features/jobs/policy.ts'
import { needStoredJob, showJob, violationsOfJob } from '#features/jobs/show-job.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation, Call } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { JobId } from '#model/ids.ts'

const rowNumbers = z.array(z.number().int().positive()).min(1).max(10_000).describe('Numbers of rows.')
const shared = {
  effect: 'change',
  permission: 'jobs.control',
  output: JobDetail,
  auditsItself: true,
} as const
const cli = { arguments: ['id'], show: jobText }

/** Throws NOT_FOUND naming the first row that is not there, or not for the actor to touch. */
async function assertTouchable(call: Call, id: number, numbers: readonly number[]): Promise<void> {
  const there = new Set(await touchableRows(call, id, { numbers }))
  const missing = numbers.find((each) => !there.has(each))
  if (missing !== undefined) throw new AppError('NOT_FOUND', `Job ${id} has no row ${missing}`)
}

/** The failed rows to be tried again: those named, else all that the actor may touch; undefined for really all. */
async function rowsToRetry(
  call: Call,
  id: number,
  numbers: readonly number[] | undefined,
): Promise<readonly number[] | undefined> {
  if (numbers !== undefined) await assertTouchable(call, id, numbers)
  else if (call.actor.tags !== undefined) return touchableRows(call, id, { status: 'failed' })
  return numbers
}

/** Rows are part of what is approved, so they change only after that. */
async function assertApproved(call: Call, id: number): Promise<void> {
  const { approval } = await needStoredJob(call, id)
  if (approval === null || approval === 'approved') return
  throw new AppError('CONFLICT', `Job ${id} is not approved, and its rows are what is to be approved`, {
    hint: 'Make a preview without those rows, or leave them out once it is approved.',
  })
}

/** A job that is over begins a new run, for which the rules of today hold: those that nobody can lift. */
async function assertMayRunAgain(call: Call, id: number): Promise<void> {
  const stored = await needStoredJob(call, id)
  const isOver = ['completed', 'failed', 'cancelled'].includes(stored.status)
  if (!isOver || stored.approval !== 'approved') return
  const broken = await violationsOfJob(call, stored)
  assertUnbroken(
    `Job ${id}`,
    broken.filter(({ verdict }) => verdict === 'refuse'),
  )
}

/** Stopping long work, letting it go on, and deciding what becomes of single rows. */
export const jobControlOperations: readonly AnyOperation[] = [
  operation({
    ...shared,
    name: 'job.cancel',
    summary: 'Ask a job to stop for good; what it has done so far stays.',
    http: 'POST /jobs/:id/cancel',
    input: z.object({ id: JobId }),
    cli,
    async run(call, { id }) {
      const { status } = await needStoredJob(call, id)
      if (await cancelJob(call, call.actor, id)) return showJob(call, id)
      throw new AppError('CONFLICT', `Job ${id} is over: ${status}`)
    },
  }),
  operation({
    ...shared,
    name: 'job.pause',
    summary: 'Stop a job for a while; rows in work are told to stop and come again.',
    http: 'POST /jobs/:id/pause',
    input: z.object({ id: JobId }),
    cli,
    async run(call, { id }) {
      await needStoredJob(call, id)
      await pauseJob(call, call.actor, id)
      return showJob(call, id)
    },
  }),
  operation({
    ...shared,
    name: 'job.resume',
    summary: 'Let a paused job go on.',
    http: 'POST /jobs/:id/resume',
    input: z.object({ id: JobId }),
    cli,
    async run(call, { id }) {
      await needStoredJob(call, id)
      await resumeJob(call, call.actor, id)
      return showJob(call, id)
    },
  }),
  operation({
    ...shared,
    name: 'job.retry',
    summary: 'Do failed rows again, and the rest of a cancelled job; not those whose outcome is unknown.',
    http: 'POST /jobs/:id/retry',
    input: z.object({ id: JobId, rows: rowNumbers.exactOptional() }),
    cli,
    async run(call, { id, rows }) {
      await assertMayRunAgain(call, id)
      await retryRows(call, call.actor, id, await rowsToRetry(call, id, rows))
      return showJob(call, id)
    },
  }),
  operation({
    ...shared,
    name: 'job.skip',
    summary: 'Leave rows undone for good: failed ones, or ones still to do.',
    http: 'POST /jobs/:id/skip',
    input: z.object({ id: JobId, rows: rowNumbers, reason: z.string().max(1000).exactOptional() }),
    cli,
    async run(call, { id, rows, reason }) {
      await assertApproved(call, id)
      await assertTouchable(call, id, rows)
      await skipRows(call, call.actor, id, rows, reason)
      return showJob(call, id)
    },
  }),
  operation({
    ...shared,
    name: 'job.resolve',
    summary: 'Say what became of rows whose outcome is unknown; what was not done may be retried.',
    http: 'POST /jobs/:id/resolve',
    input: z.object({
      id: JobId,
      rows: rowNumbers,
      outcome: z.enum(['done', 'not_done']),
      comment: z.string().max(1000).exactOptional(),
    }),
    cli,
    async run(call, { id, rows, outcome, comment }) {
      await needStoredJob(call, id)
      await assertTouchable(call, id, rows)
      await resolveRows(call, call.actor, id, rows, outcome, comment)
      return showJob(call, id)
    },
  }),
  operation({
    name: 'job.purge',
    summary: 'Remove a job that is over for good, with its rows and what the audit trail says of it.',
    http: 'DELETE /jobs/:id',
    effect: 'danger',
    permission: 'system.manage',
    auditsItself: true,
    input: z.object({ id: JobId }),
    output: z.object({ id: JobId }),
    cli: { arguments: ['id'] },
    async run(call, { id }, signal) {
      await purgeJob(call, id, signal)
      return { id }
    },
  }),
]
