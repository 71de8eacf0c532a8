import { z } from 'zod'
import type { JobAction } from '#features/jobs/job-action.ts'
import { discoveredBy } from '#features/sync/discovery-source.ts'
import { openRegistered } from '#features/sync/source-registry.ts'
import { runSources } from '#features/sync/sync-action.ts'

const Parameters = z.object({ ranges: z.array(z.string()).min(1) })

/** The job that looks who is alive in some ranges: `{ranges: [...]}`. Its records are those of the source `discover`. */
export const discoverAction: JobAction = {
  name: 'discover',
  async run(job, parameters, signal) {
    const { ranges } = Parameters.parse(parameters)
    const source = await discoveredBy(job)
    return runSources(job, [source.name], async () => openRegistered(job, source, { ranges }), signal)
  },
}
