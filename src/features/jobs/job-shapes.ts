import { z } from 'zod'
import { JobId } from '#model/ids.ts'

export const jobStatuses = ['pending', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const
export const rowStatuses = ['pending', 'processing', 'completed', 'failed', 'skipped'] as const
export const reviews = ['ambiguous', 'resolved_done', 'resolved_not_done'] as const
export const effectClasses = ['read', 'keyed', 'probe', 'once'] as const
export const jobApprovals = ['preparing', 'waiting', 'approved', 'rejected', 'expired'] as const

/** Why nothing of a job is done now. */
export const waitReasons = [
  /** Its rows are being prepared. */
  'rows',
  'approval',
  /** For its time. */
  'time',
  /** For other jobs. */
  'jobs',
  /** For a maintenance window. */
  'window',
  /** Somebody paused it. */
  'person',
  /** Somebody has to say what became of ambiguous rows. */
  'review',
  /** It cost more, or failed more often, than it may. */
  'budget',
  /** The first rows are done and somebody has to look at them. */
  'canary',
] as const

const cents = z.number().int()

/** Where the rows of a job come from. Files were uploaded, databases are configured. */
export const RowsFrom = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('query'), q: z.string().describe('Devices, or hosts, by query.') }),
  z.strictObject({ kind: z.literal('ids'), ids: z.array(z.number().int().positive()).min(1).max(10_000) }),
  z.strictObject({ kind: z.literal('sources'), names: z.array(z.string()).describe('Empty means all.') }),
  z.strictObject({
    kind: z.literal('file'),
    upload: z.string().describe('The id that an upload gave.'),
    format: z.enum(['csv', 'excel', 'jsonl']).exactOptional().describe('By the name, where it is not said.'),
    delimiter: z.string().length(1).exactOptional(),
    encoding: z.string().exactOptional(),
    sheet: z.string().exactOptional(),
    key: z.array(z.string()).min(1).exactOptional().describe('Columns that together name a row.'),
    dates: z.enum(['day-first', 'month-first', 'iso']).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('sql'),
    database: z.string().describe('A name of jobs.databases.'),
    sql: z.string().min(1).max(20_000),
    key: z.array(z.string()).min(1).exactOptional(),
  }),
])
export type RowsFrom = z.infer<typeof RowsFrom>

export const JobOptions = z.strictObject({
  concurrency: z.number().int().min(1).max(1024).exactOptional(),
  maxAttempts: z.number().int().min(1).max(100).exactOptional(),
  maxCostCents: cents.min(0).exactOptional().describe('Pauses when it has cost more.'),
  maxFailures: z.number().int().min(0).exactOptional().describe('Pauses when more rows have failed.'),
  maxFailureShare: z
    .number()
    .min(0)
    .max(1)
    .exactOptional()
    .describe('The same as a share of 20 rows or more.'),
  canary: z
    .strictObject({ rows: z.number().int().min(1), afterwards: z.enum(['wait', 'go']) })
    .exactOptional()
    .describe('So many rows first.'),
})

/** What was found out before anything is done. */
export const Preview = z.object({
  sentence: z.string().describe('What would be done, in words.'),
  warnings: z.array(z.object({ text: z.string(), rows: z.number().int() })),
  /** Whom it touches: a site, a rack, a type and how many of all it has. */
  blastRadius: z.array(
    z.object({ by: z.string(), value: z.string(), rows: z.number().int(), of: z.number().int().nullable() }),
  ),
  /** Why so many of what was asked for are no rows. */
  excluded: z.array(
    z.object({
      reason: z.string(),
      rows: z.number().int(),
      examples: z.array(z.string()).describe('Up to 3 of them, where they have names.'),
    }),
  ),
  columns: z.array(z.string()),
})
export type Preview = z.infer<typeof Preview>

/** A rule of this installation that a job breaks. */
export const PolicyViolation = z.object({
  policy: z.string().describe('The setting: jobs.policy.maxRows.'),
  message: z.string(),
  /** `refuse`: nobody can approve it; `approve`: it needs an approval; `other`: by somebody else. */
  verdict: z.enum(['refuse', 'approve', 'other']),
})
export type PolicyViolation = z.infer<typeof PolicyViolation>

/** Long work: how far it is and how it ended. */
export const Job = z.object({
  id: JobId,
  action: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  originalCommand: z.string(),
  status: z.enum(jobStatuses),
  waitingFor: z.enum(waitReasons).nullable(),
  mode: z.enum(['confirm', 'auto']),
  effect: z.enum(effectClasses),
  priority: z.number().int(),
  run: z.number().int(),
  parameters: z.record(z.string(), z.json()),
  options: JobOptions,
  rowsFrom: RowsFrom.nullable(),
  totalRows: z.number().int(),
  processedRows: z.number().int(),
  successfulRows: z.number().int(),
  failedRows: z.number().int(),
  skippedRows: z.number().int(),
  ambiguousRows: z.number().int(),
  totalCostCents: cents.nullable().describe('So far.'),
  estimatedCostCents: cents.nullable(),
  approval: z.enum(jobApprovals).nullable().describe('Null for a job that needs none.'),
  approvalHash: z.string().nullable().describe('What an approval has to name.'),
  approvalExpiresAt: z.string().nullable(),
  preview: Preview.nullable(),
  progress: z
    .object({ done: z.number(), total: z.number().nullable(), message: z.string().nullable() })
    .nullable(),
  result: z.json().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  requestedBy: z.string(),
  scheduleId: z.number().int().nullable(),
  isCancelling: z.boolean(),
  createdAt: z.string(),
  scheduledFor: z.string().nullable(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
  updatedAt: z.string(),
})
export type Job = z.infer<typeof Job>

/** A job with what takes another question to find out. */
export const JobDetail = Job.extend({
  violations: z.array(PolicyViolation).describe('Rules that it breaks; empty when it may go on by itself.'),
  approvals: z.array(
    z.object({
      decision: z.enum(['approved', 'rejected']),
      by: z.string(),
      at: z.string(),
      comment: z.string().nullable(),
    }),
  ),
  dependsOn: z.array(
    z.object({
      jobId: JobId,
      name: z.string(),
      need: z.enum(['completed', 'ended']),
      status: z.enum(jobStatuses),
    }),
  ),
  /** Rows by state; they add up to totalRows. */
  rows: z.object({
    pending: z.number().int(),
    processing: z.number().int(),
    completed: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
  }),
})
export type JobDetail = z.infer<typeof JobDetail>

/** One part of a job. */
export const JobRow = z.object({
  rowNumber: z.number().int(),
  key: z.string(),
  status: z.enum(rowStatuses),
  review: z.enum(reviews).nullable(),
  device: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  input: z.record(z.string(), z.json()),
  before: z.json().nullable(),
  after: z.json().nullable(),
  warnings: z.array(z.string()),
  result: z.json().nullable(),
  estimatedCostCents: cents.nullable(),
  costCents: cents.nullable(),
  attempt: z.number().int(),
  nextRunAt: z.string().nullable().describe('When it is tried again.'),
  effectKey: z.string().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  startedAt: z.string().nullable(),
  processedAt: z.string().nullable(),
})
export type JobRow = z.infer<typeof JobRow>

/** Rows that ended with the same code, and what helps. */
export const JobErrorGroup = z.object({
  code: z.string(),
  title: z.string(),
  remedy: z.string(),
  canRetry: z.boolean(),
  rows: z.number().int(),
  example: z.object({ rowNumber: z.number().int(), message: z.string().nullable() }),
})
export type JobErrorGroup = z.infer<typeof JobErrorGroup>

/** A kind of work that can be asked for, as the catalogue shows it. */
export const JobActionShape = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  subject: z.enum(['none', 'source', 'device', 'host', 'table']),
  effect: z.enum(effectClasses).nullable().describe('Null where the parameters decide.'),
  needs: z.string(),
  parameters: z.record(z.string(), z.json()).describe('A JSON schema.'),
})
export type JobActionShape = z.infer<typeof JobActionShape>

/** The answer of every operation whose work is a job. */
export const JobStarted = z.object({ jobId: JobId })
