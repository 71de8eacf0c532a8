import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { findJob, listJobs } from '#features/jobs/job-queries.ts'
import { Job, jobStatuses } from '#features/jobs/job-shapes.ts'
import type { Database } from '#database/schema.ts'
import { AppError } from '#kernel/errors.ts'
import { JobId } from '#model/ids.ts'

async function needJob(db: Database, id: JobId): Promise<Job> {
  const job = await findJob(db, id)
  if (job) return job
  throw new AppError('NOT_FOUND', `There is no job ${id}`, { hint: '`rollcall job list` shows the newest.' })
}

/** Long work: what there is, how far it is, and stopping it. */
export const jobOperations: readonly AnyOperation[] = [
  operation({
    name: 'job.list',
    summary: 'List long work, newest first.',
    http: 'GET /jobs',
    effect: 'read',
    permission: 'jobs.read',
    paged: true,
    input: z.object({
      ...pageInput,
      status: z.enum(jobStatuses).exactOptional(),
      action: z.string().exactOptional().describe('What is done: sync, backup, maintain.'),
    }),
    output: pageOf(Job),
    cli: { columns: ['id', 'name', 'status', 'requestedBy', 'createdAt', 'completedAt', 'errorMessage'] },
    async run({ db }, { limit, cursor, ...filter }) {
      const before = cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]
      return toPage(await listJobs(db, filter, { before, limit: limit + 1 }), limit, (job) => [job.id])
    },
  }),
  operation({
    name: 'job.show',
    summary: 'Show one job and how far it is.',
    http: 'GET /jobs/:id',
    effect: 'read',
    permission: 'jobs.read',
    input: z.object({ id: JobId }),
    output: Job,
    cli: { arguments: ['id'] },
    run: ({ db }, { id }) => needJob(db, id),
  }),
  operation({
    name: 'job.cancel',
    summary: 'Ask a job to stop; what it has done so far stays.',
    http: 'POST /jobs/:id/cancel',
    effect: 'change',
    permission: 'jobs.control',
    input: z.object({ id: JobId }),
    output: Job,
    cli: { arguments: ['id'] },
    async run({ db, jobs, actor }, { id }) {
      const job = await needJob(db, id)
      if (await jobs.cancel(id, actor)) return needJob(db, id)
      throw new AppError('CONFLICT', `Job ${id} is over: ${job.status}`)
    },
  }),
]
