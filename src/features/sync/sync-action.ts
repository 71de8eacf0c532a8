import { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { JobAction, JobCall } from '#features/jobs/job-action.ts'
import type { RunProgress } from '#features/sync/run-progress.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { runSource } from '#features/sync/run-source.ts'
import type { ConfiguredOpenSource } from '#features/sync/run-source.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import { errorCatalogue } from '#kernel/errors.ts'
import { mapBounded } from '#kernel/map-bounded.ts'
import type { Json } from '#kernel/json.ts'

/** Finds a configured source by name and opens it; NOT_FOUND where there is none. */
export type OpenSource = (context: Context, name: string) => Promise<ConfiguredOpenSource>

const Parameters = z.object({ sources: z.array(z.string()) })

/** The job that reads sources: `{sources: [name, ...]}`, several at a time. */
export const createSyncAction = (openSource: OpenSource): JobAction => ({
  name: 'sync',
  run: (job, parameters, signal) => runSources(job, Parameters.parse(parameters).sources, openSource, signal),
})

const atOnce = 4

/** How reading one source ended: its run, or why there was none. */
type Outcome = { run: Run } | { source: string; error: AppError }

/**
 * Reads the named sources as the work of a job. One that fails does not stop the others; when every one failed, the job
 * fails as the first did.
 */
export async function runSources(
  job: JobCall,
  names: readonly string[],
  openSource: OpenSource,
  signal: AbortSignal,
): Promise<Json> {
  const tell = progressSum(job, names)
  const outcomes = await mapBounded(names, atOnce, (name) =>
    runOne(job, name, openSource, (progress) => tell(name, progress), signal),
  )
  signal.throwIfAborted()
  const errors = outcomes.flatMap((outcome) => errorOf(outcome) ?? [])
  if (errors.length > 0 && errors.length === outcomes.length) throw errors[0]!
  return { runs: outcomes.map(summary) }
}

async function runOne(
  job: JobCall,
  name: string,
  openSource: OpenSource,
  onProgress: (progress: RunProgress) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const opened = await openSource(job, name)
    const request = { startedBy: job.actor.name, jobId: job.jobId, onProgress }
    return { run: await runSource(job, opened, request, signal) }
  } catch (thrown) {
    const error = toAppError(thrown)
    job.log.warn({ err: thrown, source: name }, 'a source could not be read')
    return { source: name, error }
  }
}

/** The error that a failed run stands for. */
function errorOf(outcome: Outcome): AppError | undefined {
  if ('error' in outcome) return outcome.error
  const { status, errorCode, reason } = outcome.run
  if (status !== 'failed') return undefined
  const code = errorCode !== null && errorCode in errorCatalogue ? (errorCode as ErrorCode) : 'INTERNAL'
  return new AppError(code, reason ?? 'The source could not be read')
}

const summary = (outcome: Outcome): Json =>
  'run' in outcome
    ? {
        id: outcome.run.id,
        source: outcome.run.source,
        status: outcome.run.status,
        ...(outcome.run.reason === null ? {} : { reason: outcome.run.reason }),
      }
    : { id: null, source: outcome.source, status: 'failed', reason: outcome.error.message }

/** Sums up how far several runs are; a total is told once all that were begun know theirs. */
function progressSum(job: JobCall, names: readonly string[]) {
  const runs = new Map<string, RunProgress>()
  return (name: string, progress: RunProgress) => {
    runs.set(name, progress)
    const all = [...runs.values()]
    const isKnown = all.length === names.length && all.every(({ total }) => total !== null)
    job.progress({
      done: all.reduce((sum, { seen }) => sum + seen, 0),
      total: isKnown ? all.reduce((sum, { total }) => sum + total!, 0) : null,
      message: `${name}: ${progress.seen} records, ${progress.added} new, ${progress.updated} changed`,
    })
  }
}
