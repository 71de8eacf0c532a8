import { appendAudit } from '#features/audit/append-audit.ts'
import type { AuditEntry, Context } from '#features/context.ts'
import { countOutcomes, writeOutcomes } from '#features/jobs/acknowledge-queries.ts'
import type { Acknowledgement, Written } from '#features/jobs/acknowledge-queries.ts'
import type { OpenJob } from '#features/jobs/claim-queries.ts'
import { changeJob, noCounts } from '#features/jobs/control-queries.ts'
import { endEffects, forgetEffects } from '#features/jobs/effect-queries.ts'
import { workBegun } from '#features/jobs/guard-queries.ts'
import { isGuarded, noWork, verdictOf } from '#features/jobs/guard.ts'
import { guardedJob } from '#features/jobs/guarded-job.ts'
import { pausedLine } from '#features/jobs/paused-line.ts'
import type { Transaction } from '#database/schema.ts'

export type AcknowledgeContext = Pick<Context, 'db' | 'engine' | 'clock' | 'events' | 'log'>

/** A job after outcomes of its rows were written. */
export interface CountedJob extends OpenJob {
  /** What the job was paused for just now. */
  pausedFor: { pause: 'budget' | 'canary'; message: string } | null
}

/**
 * Writes what became of rows in one transaction: the rows, the counters of their jobs, the effects, and last the trail.
 * `progressOf`: how far a job is, as it is kept with it.
 */
export async function acknowledge(
  context: AcknowledgeContext,
  given: readonly Acknowledgement[],
  progressOf: (jobId: number) => string | undefined,
): Promise<CountedJob[]> {
  const { db, engine, clock } = context
  const now = clock.now()
  return db.transaction().execute(async (transaction) => {
    const written = await writeOutcomes(transaction, engine, given, now)
    const jobs = await countJobs(transaction, written.applied, now, progressOf)
    await settleEffects(transaction, context, written.applied, now)
    const names = new Map(jobs.map((job) => [job.id, job.requested_by]))
    await appendAudit(transaction, clock, linesOf(written, names, jobs))
    return jobs
  })
}

async function countJobs(
  transaction: Transaction,
  applied: readonly Acknowledgement[],
  now: string,
  progressOf: (jobId: number) => string | undefined,
): Promise<CountedJob[]> {
  const jobs: CountedJob[] = []
  const groups = Map.groupBy(applied, ({ jobId }) => jobId)
  // Always in the same order, so that two processes never wait for each other.
  for (const id of [...groups.keys()].toSorted((left, right) => left - right)) {
    const job = await countOutcomes(transaction, id, countsOf(groups.get(id)!), now, progressOf(id))
    if (job) jobs.push({ ...job, pausedFor: await guard(transaction, job, now) })
  }
  return jobs
}

function countsOf(given: readonly Acknowledgement[]) {
  const counts = { ...noCounts, costCents: 0 }
  for (const { outcome } of given) {
    if (outcome.status === 'pending') continue
    counts.processed += 1
    if (outcome.status === 'completed') counts.successful += 1
    else if (outcome.status === 'skipped') counts.skipped += 1
    else counts.failed += 1
    if (outcome.isAmbiguous) counts.ambiguous += 1
    counts.costCents += outcome.costCents ?? 0
  }
  return counts
}

/** Pauses a job that has cost more or failed more often than it may, or whose first rows are done. */
async function guard(transaction: Transaction, job: OpenJob, now: string): Promise<CountedJob['pausedFor']> {
  if (job.status !== 'running' || job.processed_rows >= job.total_rows) return null
  const guarded = guardedJob(job)
  if (!isGuarded(guarded.options)) return null
  const { canary } = guarded.options
  // Asked when it matters only: it looks at every row that is still to do.
  const isCanary = canary && !guarded.isCanaryPassed && job.processed_rows - job.skipped_rows >= canary.rows
  const verdict = verdictOf(guarded, isCanary ? await workBegun(transaction, job.id) : noWork)
  if (verdict === null) return null
  if (verdict.pause === null) {
    await changeJob(transaction, job.id, ['running'], { canary_passed: 1 })
    return null
  }
  await changeJob(transaction, job.id, ['running'], {
    status: 'paused',
    waiting_for: verdict.pause,
    updated_at: now,
  })
  return verdict
}

async function settleEffects(
  transaction: Transaction,
  { engine }: AcknowledgeContext,
  applied: readonly Acknowledgement[],
  now: string,
): Promise<void> {
  const keyed = applied.filter(({ row }) => row.effect_key !== null)
  if (keyed.length === 0) return
  const done = keyed.filter(({ outcome }) => outcome.effect === 'done')
  await endEffects(
    transaction,
    engine,
    done.map(({ row, outcome }) => ({ key: row.effect_key!, result: outcome.result })),
    now,
  )
  const forgotten = Map.groupBy(
    keyed.filter(({ outcome }) => outcome.effect === 'forget'),
    ({ jobId }) => jobId,
  )
  for (const [jobId, each] of forgotten)
    await forgetEffects(
      transaction,
      engine,
      jobId,
      each.map(({ row }) => row.effect_key!),
    )
}

const linesOf = (
  { applied, late }: Written,
  names: ReadonlyMap<number, string>,
  jobs: readonly CountedJob[],
): AuditEntry[] => [
  ...applied
    .filter(({ outcome }) => !outcome.isUntold)
    .map((each) => lineOf(each, names.get(each.jobId) ?? 'system:jobs')),
  ...late.map(lateLine),
  ...jobs.flatMap(({ id, pausedFor }) => (pausedFor?.pause ? [pausedLine(id, pausedFor)] : [])),
]

function lineOf({ jobId, row, outcome }: Acknowledgement, actor: string): AuditEntry {
  const { status, isAmbiguous, errorCode } = outcome
  const isBad = errorCode !== null && status !== 'skipped'
  return {
    actor,
    operation: 'job.row',
    subject: row.row_key,
    eventType: 'row_event',
    level: isBad ? (status === 'failed' ? 'ERROR' : 'WARNING') : 'INFO',
    message: isAmbiguous
      ? 'ambiguous'
      : status === 'pending'
        ? isBad
          ? 'to be tried again'
          : 'given back'
        : status,
    jobId,
    rowNumber: row.row_number,
    details:
      isBad || errorCode !== null || row.attempt > 1
        ? {
            attempt: row.attempt,
            ...(errorCode === null ? {} : { code: errorCode }),
          }
        : undefined,
  }
}

const lateLine = ({ jobId, row, outcome }: Acknowledgement): AuditEntry => ({
  actor: 'system:jobs',
  operation: 'job.row',
  subject: row.row_key,
  eventType: 'row_event',
  level: 'WARNING',
  message: 'A result came after the row was taken away from its process; it changed nothing',
  jobId,
  rowNumber: row.row_number,
  details: { attempt: row.attempt, status: outcome.status, code: outcome.errorCode },
})
