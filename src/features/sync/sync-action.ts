import { z } from 'zod'
import type { Context } from '#features/context.ts'
import type { JobAction, JobCall } from '#features/jobs/job-action.ts'
import { runSource } from '#features/sync/run-source.ts'
import type { ConfiguredOpenSource } from '#features/sync/run-source.ts'
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

/** Reads the named sources as the work of a job; one that fails does not stop the others. */
export async function runSources(
  job: JobCall,
  names: readonly string[],
  openSource: OpenSource,
  signal: AbortSignal,
): Promise<Json> {
  const runs = await mapBounded(names, atOnce, async (name) =>
    runSource(job, await openSource(job, name), { startedBy: job.actor.name, jobId: job.jobId }, signal),
  )
  return { runs: runs.map(({ id, source, status }) => ({ id, source, status })) }
}
