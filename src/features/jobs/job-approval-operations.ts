import { z } from 'zod'
import { approveJob, rejectJob } from '#features/jobs/approve-job.ts'
import type { CheckApproval } from '#features/jobs/approve-job.ts'
import { editJob } from '#features/jobs/edit-job.ts'
import type { PrepareAgain } from '#features/jobs/edit-job.ts'
import { JobDetail, JobOptions } from '#features/jobs/job-shapes.ts'
import { jobText } from '#features/jobs/job-text.ts'
import { showJob } from '#features/jobs/show-job.ts'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { parseTimestamp } from '#kernel/clock.ts'
import { JobId } from '#model/ids.ts'

/** What these operations need of previews. */
export interface PreviewParts {
  check: CheckApproval
  prepareAgain: PrepareAgain
}

const cli = { arguments: ['id'], show: jobText }
const shared = { effect: 'change', output: JobDetail, auditsItself: true, cli } as const
const comment = z.string().max(1000).exactOptional().describe('Why; it is kept with the decision.')

const Instant = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined, {
    error: 'expected a time such as 2026-11-22T10:00:00Z',
  })
  .transform((text) => parseTimestamp(text)!)

/** Deciding about jobs that wait for it, and changing what was decided. */
export const createApprovalOperations = ({ check, prepareAgain }: PreviewParts): readonly AnyOperation[] => [
  operation({
    ...shared,
    name: 'job.approve',
    summary: 'Let a prepared job begin, exactly as its preview shows it.',
    http: 'POST /jobs/:id/approve',
    permission: 'jobs.approve',
    input: z.object({
      id: JobId,
      hash: z.string().describe('The approvalHash of what was looked at.'),
      comment,
    }),
    async run(call, { id, ...given }, signal) {
      await approveJob(call, id, given, check, signal)
      return showJob(call, id)
    },
  }),
  operation({
    ...shared,
    name: 'job.reject',
    summary: 'End a job that waits for an approval; nothing of it is done.',
    http: 'POST /jobs/:id/reject',
    permission: 'jobs.approve',
    input: z.object({ id: JobId, comment }),
    async run(call, { id, comment: why }) {
      await rejectJob(call, id, why)
      return showJob(call, id)
    },
  }),
  operation({
    ...shared,
    name: 'job.edit',
    summary: 'Change the priority, the time or the options of a job that is not over.',
    http: 'PATCH /jobs/:id',
    permission: 'jobs.control',
    input: z.object({
      id: JobId,
      priority: z.number().int().min(-10).max(10).exactOptional().describe('Higher goes first.'),
      scheduledFor: Instant.nullable().exactOptional().describe('Not before this time; null for at once.'),
      options: JobOptions.exactOptional().describe('All of them; what is left out gets its default.'),
    }),
    async run(call, { id, ...edit }) {
      await editJob(call, id, edit, prepareAgain)
      return showJob(call, id)
    },
  }),
]
