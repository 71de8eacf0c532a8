import { z } from 'zod'
import { listJobs } from '#features/jobs/job-list-queries.ts'
import { listJobLog } from '#features/jobs/job-log-queries.ts'
import { groupByCode, listRows } from '#features/jobs/job-rows-queries.ts'
import {
  Job,
  JobDetail,
  JobErrorGroup,
  JobRow,
  jobStatuses,
  reviews,
  rowStatuses,
  waitReasons,
} from '#features/jobs/job-shapes.ts'
import { errorGroupsText, jobText } from '#features/jobs/job-text.ts'
import { needStoredJob, showJob } from '#features/jobs/show-job.ts'
import { operation } from '#features/operation.ts'
import { AuditLineShape } from '#features/audit/audit-operations.ts'
import type { AnyOperation } from '#features/operation.ts'
import { decodeCursor, pageInput, pageOf, toPage } from '#features/page.ts'
import { helpFor } from '#kernel/error-registry.ts'
import { JobId } from '#model/ids.ts'

/** The number that a page of ours ended with. */
const placeOf = (cursor: string | undefined): number | undefined =>
  cursor === undefined ? undefined : decodeCursor(cursor, z.tuple([z.number()]))[0]

/** Long work: what there is, how far it is, and what became of each of its rows. */
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
      q: z.string().exactOptional().describe('Words of the name.'),
      status: z.enum(jobStatuses).exactOptional(),
      action: z.string().exactOptional().describe('What is done: sync, backup, tag.'),
      waitingFor: z.enum(waitReasons).exactOptional().describe('Why nothing of it is done now.'),
      scheduleId: z.number().int().exactOptional().describe('Made by this schedule.'),
      requestedBy: z.string().exactOptional().describe('Who asked: ada@example.net, token:ci, cli:root.'),
    }),
    output: pageOf(Job),
    cli: {
      arguments: ['q'],
      columns: [
        'id',
        'name',
        'status',
        'waitingFor',
        'totalRows',
        'processedRows',
        'failedRows',
        'requestedBy',
        'createdAt',
        'errorMessage',
      ],
    },
    async run(call, { limit, cursor, ...filter }) {
      const jobs = await listJobs(call, filter, { before: placeOf(cursor), limit: limit + 1 })
      return toPage(jobs, limit, (job) => [job.id])
    },
  }),
  operation({
    name: 'job.show',
    summary: 'Show one job: how far it is, what it costs, who decided, and what it waits for.',
    http: 'GET /jobs/:id',
    effect: 'read',
    permission: 'jobs.read',
    input: z.object({ id: JobId }),
    output: JobDetail,
    cli: { arguments: ['id'], show: jobText },
    run: (call, { id }) => showJob(call, id),
  }),
  operation({
    name: 'job.rows',
    summary: 'List the rows of a job, by their number.',
    http: 'GET /jobs/:id/rows',
    effect: 'read',
    permission: 'jobs.read',
    paged: true,
    input: z.object({
      id: JobId,
      ...pageInput,
      status: z.enum(rowStatuses).exactOptional(),
      review: z.enum(reviews).exactOptional().describe('Of rows whose outcome was not known.'),
      code: z.string().exactOptional().describe('The code of the error they ended with.'),
      key: z.string().exactOptional().describe('Part of what names the row.'),
    }),
    output: pageOf(JobRow),
    cli: {
      arguments: ['id'],
      columns: [
        'rowNumber',
        'key',
        'status',
        'review',
        'device',
        'attempt',
        'costCents',
        'errorCode',
        'errorMessage',
      ],
    },
    async run(call, { id, limit, cursor, ...filter }) {
      await needStoredJob(call, id)
      const rows = await listRows(call, id, filter, { after: placeOf(cursor), limit: limit + 1 })
      return toPage(rows, limit, (row) => [row.rowNumber])
    },
  }),
  operation({
    name: 'job.errors',
    summary: 'Show what went wrong in a job by error, the most frequent first, and what helps.',
    http: 'GET /jobs/:id/errors',
    effect: 'read',
    permission: 'jobs.read',
    input: z.object({ id: JobId }),
    output: z.object({ items: z.array(JobErrorGroup) }),
    cli: { arguments: ['id'], show: errorGroupsText },
    async run(call, { id }) {
      await needStoredJob(call, id)
      const groups = await groupByCode(call, id)
      return {
        items: groups.map(({ code, rows, rowNumber, message }) => ({
          code,
          ...helpFor(code),
          rows,
          example: { rowNumber, message },
        })),
      }
    },
  }),
  operation({
    name: 'job.log',
    summary: 'List what the audit trail tells of a job, newest first.',
    http: 'GET /jobs/:id/log',
    effect: 'read',
    permission: 'jobs.read',
    paged: true,
    input: z.object({ id: JobId, ...pageInput }),
    output: pageOf(AuditLineShape),
    cli: { arguments: ['id'], columns: ['at', 'level', 'rowNumber', 'actor', 'operation', 'message'] },
    async run(call, { id, limit, cursor }) {
      await needStoredJob(call, id)
      const lines = await listJobLog(call, id, { before: placeOf(cursor), limit: limit + 1 })
      return toPage(lines, limit, (line) => [line.id])
    },
  }),
]
