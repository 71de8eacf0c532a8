import { appendAudit } from '#features/audit/append-audit.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { Preview, RowsFrom } from '#features/jobs/job-shapes.ts'
import { beginningOf } from '#features/jobs/policy.ts'
import { sentenceOf } from '#features/jobs/sentence.ts'
import { approvalHash } from '#features/previews/approval.ts'
import { toBound } from '#features/previews/approval-queries.ts'
import { blastRadius } from '#features/previews/blast-radius-queries.ts'
import { changePreparing, hasDependencies } from '#features/previews/prepare-queries.ts'
import type { PreparingJob } from '#features/previews/prepare-queries.ts'
import type { PreviewRows } from '#features/previews/preview-rows.ts'
import type { RowCall } from '#features/previews/row-source.ts'
import { shift } from '#kernel/clock.ts'
import type { JsonObject } from '#kernel/json.ts'

const hour = 3_600_000
const warningsTold = 100

interface Prepared {
  job: PreparingJob
  action: AnyJobAction
  columns: readonly string[]
  rows: PreviewRows
}

/**
 * Writes what the preview found, all at once, with the hash that an approval has to name. A job in mode `auto` that
 * breaks no rule is approved by itself, and so is one that has nothing to do. False where the job is no longer to be
 * prepared.
 */
export async function finishPreparing(
  call: RowCall,
  actions: ReadonlyMap<string, AnyJobAction>,
  prepared: Prepared,
  signal: AbortSignal,
): Promise<boolean> {
  const { db, clock, config, events } = call
  const { job, rows } = prepared
  const { sums } = rows
  const preview = await previewOf(call, prepared, signal)
  const now = clock.now()
  const expiresAt = shift(now, config.jobs.approvalHours * hour)
  const hasWork = sums.rows > sums.skipped
  const beginsByItself = !hasWork || beginningOf(config, factsOf(call, prepared)).beginsByItself
  const waitingFor = beginsByItself ? await reasonToWait(call, job, now) : 'approval'
  const isDone = await db.transaction().execute(async (transaction) => {
    const changed = await changePreparing(transaction, job, {
      approval: beginsByItself ? 'approved' : 'waiting',
      waiting_for: waitingFor,
      approval_hash: approvalHash(call, actions, toBound(job, sums.rows, expiresAt), rows.tree.root()),
      approval_expires_at: expiresAt,
      preview: JSON.stringify(preview),
      estimated_cost_cents: sums.costCents,
      total_rows: sums.rows,
      processed_rows: sums.skipped,
      skipped_rows: sums.skipped,
      progress: null,
      node_id: null,
      updated_at: now,
    })
    if (changed)
      await appendAudit(transaction, clock, [
        {
          actor: job.requested_by,
          operation: 'job.prepare',
          subject: `job:${job.id}`,
          eventType: 'state_change',
          message: preparedText(hasWork, beginsByItself),
          details: { rows: sums.rows, skipped: sums.skipped, estimatedCostCents: sums.costCents },
          jobId: job.id,
        },
      ])
    return changed
  })
  if (isDone)
    events.publish({ topic: 'job.changed', at: now, data: { id: job.id, status: 'pending', waitingFor } })
  // Whoever looks for jobs to begin looks again.
  if (isDone && beginsByItself)
    events.publish({
      topic: 'job.added',
      at: now,
      data: { id: job.id, action: job.action, name: job.name },
    })
  return isDone
}

function preparedText(hasWork: boolean, beginsByItself: boolean): string {
  if (!hasWork) return 'Prepared, and nothing is to be done'
  return beginsByItself ? 'Prepared, and breaks no rule: it may begin' : 'Prepared for approval'
}

const factsOf = ({ actor }: RowCall, { job, rows: { sums } }: Prepared) => ({
  action: job.action,
  mode: job.mode as 'confirm' | 'auto',
  rows: sums.rows,
  estimatedCostCents: sums.costCents,
  maxRowCostCents: sums.dearestCents,
  warnings: sums.warnings.size,
  requestedBy: actor,
})

async function reasonToWait(
  { db }: RowCall,
  job: PreparingJob,
  now: string,
): Promise<'time' | 'jobs' | null> {
  if (job.scheduled_for !== null && job.scheduled_for > now) return 'time'
  return (await hasDependencies(db, job.id)) ? 'jobs' : null
}

async function previewOf(
  call: RowCall,
  { job, action, columns, rows: { sums } }: Prepared,
  signal: AbortSignal,
): Promise<Preview> {
  const rowsFrom = job.rows_from === null ? null : (JSON.parse(job.rows_from) as RowsFrom)
  return {
    sentence: sentenceOf(action, JSON.parse(job.parameters) as JsonObject, rowsFrom),
    warnings: mostFirst(sums.warnings)
      .slice(0, warningsTold)
      .map(([text, rows]) => ({ text, rows })),
    blastRadius: sums.devices === 0 ? [] : await blastRadius(call, job.id, signal),
    excluded: mostFirst(new Map([...sums.excluded].map(([reason, { rows }]) => [reason, rows]))).map(
      ([reason, rows]) => ({ reason, rows, examples: sums.excluded.get(reason)!.examples }),
    ),
    columns: [...columns],
  }
}

const mostFirst = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
