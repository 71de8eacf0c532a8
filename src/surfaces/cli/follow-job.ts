import type { AnyOperation } from '#features/operation.ts'
import type { Clock } from '#kernel/clock.ts'
import { isOver, waitsForPerson } from '#model/job-rest.ts'
import type { Execute } from '#surfaces/cli/execute.ts'

/** What following needs to know of a job; the rest of its answer is kept for the end. */
export interface FollowedJob {
  id: number
  status: string
  waitingFor?: string | null | undefined
  totalRows?: number | undefined
  processedRows?: number | undefined
  failedRows?: number | undefined
  skippedRows?: number | undefined
  ambiguousRows?: number | undefined
  /** So far, in cents. */
  totalCostCents?: number | null | undefined
  progress?: { done: number; total: number | null; message?: string | null } | null | undefined
  errorMessage?: string | null | undefined
  result?: unknown
}

/**
 * Waits for a job to end, or to wait for a person, telling how far it is; an abort throws the signal's reason and leaves
 * the job alone.
 */
export type FollowJob = (
  jobId: number,
  report: (job: FollowedJob) => void,
  signal: AbortSignal,
) => Promise<FollowedJob>

/** Follows by asking `job.show` again and again: often at first, then every two seconds. */
export function followByAsking(
  operation: AnyOperation,
  execute: Execute,
  clock: Clock,
  configFile?: string,
): FollowJob {
  return async (jobId, report, signal) => {
    for (let pause = 100; ; pause = Math.min(2_000, pause * 1.5)) {
      const job = (await execute({ operation, input: { id: jobId }, configFile }, signal)) as FollowedJob
      if (isOver(job) || waitsForPerson(job)) return job
      report(job)
      await clock.sleep(pause, signal)
      signal.throwIfAborted()
    }
  }
}

/** How far a job is: by its rows, or by what its only row tells. */
export interface HowFar {
  done: number
  total: number | null
  message: string | null
}

/** How far a job is; undefined where it has told nothing yet. */
export function howFar({ progress, totalRows = 0, processedRows = 0 }: FollowedJob): HowFar | undefined {
  if (totalRows > 1) return { done: processedRows, total: totalRows, message: progress?.message ?? null }
  if (!progress) return undefined
  return { done: progress.done, total: progress.total, message: progress.message ?? null }
}

const number = (value: number): string => value.toLocaleString('en')

/** What did not go well: `3 failed`, `2 skipped`; empty when all did. */
export function troubles({
  failedRows = 0,
  skippedRows = 0,
  ambiguousRows = 0,
  totalRows = 0,
}: FollowedJob): string[] {
  // A job of one row says of itself whether that failed.
  if (totalRows <= 1) return []
  return [
    ...(failedRows > 0 ? [`${number(failedRows)} failed`] : []),
    ...(skippedRows > 0 ? [`${number(skippedRows)} skipped`] : []),
    ...(ambiguousRows > 0 ? [`${number(ambiguousRows)} of unknown outcome`] : []),
  ]
}

/** `job 7 running: 120 of 300 (40 %), 3 failed, reading leases` */
export function progressLine(job: FollowedJob): string {
  const far = howFar(job)
  const state = `job ${job.id} ${job.status}${reasonText(job)}`
  if (!far) return state
  const { done, total, message } = far
  const share = total ? ` of ${number(total)} (${Math.floor((100 * done) / total)} %)` : ''
  return [`${state}: ${number(done)}${share}`, ...troubles(job), ...(message ? [message] : [])].join(', ')
}

const reasons: Readonly<Record<string, string>> = {
  rows: 'its rows to be prepared',
  approval: 'an approval',
  time: 'its time',
  jobs: 'other jobs',
  window: 'a maintenance window',
  person: 'somebody to resume it',
  review: 'somebody to say what became of rows whose outcome is unknown',
  budget: 'somebody to look at its cost or its failures',
  canary: 'somebody to look at its first rows',
}

function reasonText(job: FollowedJob): string {
  if (isOver(job) || !job.waitingFor) return ''
  return `, waits for ${reasons[job.waitingFor] ?? job.waitingFor}`
}
