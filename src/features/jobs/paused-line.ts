import type { AuditEntry } from '#features/context.ts'

/** The line of the trail about a job that was paused by its budget or after its first rows. */
export const pausedLine = (id: number, { message }: { message: string }): AuditEntry => ({
  actor: 'system:jobs',
  operation: 'job.pause',
  subject: `job:${id}`,
  eventType: 'state_change',
  level: 'WARNING',
  message,
  jobId: id,
})
