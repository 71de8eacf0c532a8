import { z } from 'zod'
import { JobId } from '#model/ids.ts'

export const jobStatuses = ['pending', 'running', 'paused', 'completed', 'failed', 'cancelled'] as const

/** Long work: how far it is and how it ended. */
export const Job = z.object({
  id: JobId,
  action: z.string(),
  name: z.string(),
  status: z.enum(jobStatuses),
  parameters: z.record(z.string(), z.json()),
  progress: z
    .object({ done: z.number(), total: z.number().nullable(), message: z.string().nullable() })
    .nullable(),
  result: z.json().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  requestedBy: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
})
export type Job = z.infer<typeof Job>

/** The answer of every operation whose work is a job. */
export const JobStarted = z.object({ jobId: JobId })
