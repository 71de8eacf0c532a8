import { z } from 'zod'
import { JobId, RunId } from '#model/ids.ts'

export const runStatuses = ['running', 'complete', 'partial', 'failed', 'cancelled'] as const

/** One reading of one source. */
export const Run = z.object({
  id: RunId,
  source: z.string(),
  system: z.string(),
  status: z.enum(runStatuses),
  startedAt: z.string(),
  completedAt: z.string().nullable(),
  startedBy: z.string(),
  jobId: JobId.nullable(),
  recordsSeen: z.number().int(),
  recordsTotal: z.number().int().nullable(),
  added: z.number().int(),
  updated: z.number().int(),
  removed: z.number().int(),
  unchanged: z.number().int(),
  reason: z.string().nullable().describe('Why it is partial, failed or cancelled.'),
  errorCode: z.string().nullable(),
  warnings: z.array(z.string()),
  missingWaiting: z.number().int().describe('Records that would go missing; a person must decide.'),
  missingDecision: z.enum(['approved', 'rejected']).nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
})
export type Run = z.infer<typeof Run>
