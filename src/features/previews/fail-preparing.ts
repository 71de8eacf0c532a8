import { appendAudit } from '#features/audit/append-audit.ts'
import type { Context } from '#features/context.ts'
import { changePreparing } from '#features/previews/prepare-queries.ts'
import type { PreparingJob } from '#features/previews/prepare-queries.ts'
import { complaintLine } from '#features/previews/row-complaints.ts'
import type { AppError } from '#kernel/errors.ts'

/** Complaints that the sentence of a failed job tells itself. */
const toldInSentence = 5

/** Ends a job whose rows cannot be prepared; its result holds the complaints one by one. */
export async function failPreparing(
  { db, clock, events }: Pick<Context, 'db' | 'clock' | 'events'>,
  job: PreparingJob,
  error: AppError,
): Promise<void> {
  const now = clock.now()
  const message = messageOf(error)
  const isFailed = await db.transaction().execute(async (transaction) => {
    const changed = await changePreparing(transaction, job, {
      status: 'failed',
      waiting_for: null,
      total_rows: 0,
      processed_rows: 0,
      error_code: error.code,
      error_message: message,
      result: JSON.stringify({ complaints: error.complaints }),
      progress: null,
      node_id: null,
      completed_at: now,
      updated_at: now,
    })
    if (changed)
      await appendAudit(transaction, clock, [
        {
          actor: job.requested_by,
          operation: 'job.prepare',
          subject: `job:${job.id}`,
          eventType: 'state_change',
          level: 'ERROR',
          message: 'Its rows could not be prepared',
          // Values of a file may be secrets of their own, so the trail tells only where they stand.
          details: { code: error.code, places: error.complaints.map(({ path }) => path) },
          jobId: job.id,
        },
      ])
    return changed
  })
  if (isFailed) events.publish({ topic: 'job.finished', at: now, data: { id: job.id, status: 'failed' } })
}

function messageOf({ message, hint, complaints }: AppError): string {
  const told = complaints.slice(0, toldInSentence).map(complaintLine)
  const more = complaints.length - told.length
  const lines = told.length === 0 ? '' : `: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
  return `${message}${lines}${hint === undefined ? '' : `. ${hint}`}`
}
