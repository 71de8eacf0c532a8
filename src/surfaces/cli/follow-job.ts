import type { AnyOperation } from '#features/operation.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Execute } from '#surfaces/cli/execute.ts'

/** What following needs to know of a job; the rest of its answer is kept for the end. */
export interface FollowedJob {
  id: number
  status: string
  progress?: { done: number; total: number | null; message?: string | null } | null | undefined
  errorMessage?: string | null | undefined
  result?: unknown
}

/** Waits for a job to end, telling how far it is; an abort throws the signal's reason and leaves the job alone. */
export type FollowJob = (
  jobId: number,
  report: (line: string) => void,
  signal: AbortSignal,
) => Promise<FollowedJob>

const ended = new Set(['completed', 'failed', 'cancelled'])

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
      if (ended.has(job.status)) return job
      report(progressLine(job))
      await clock.sleep(pause, signal)
      signal.throwIfAborted()
    }
  }
}

/** `job 7 running: 120 of 300 (40 %), reading leases` */
export function progressLine({ id, status, progress }: FollowedJob): string {
  if (!progress) return `job ${id} ${status}`
  const { done, total, message } = progress
  const share = total ? ` of ${total.toLocaleString('en')} (${Math.floor((100 * done) / total)} %)` : ''
  return `job ${id} ${status}: ${done.toLocaleString('en')}${share}${message ? `, ${message}` : ''}`
}
