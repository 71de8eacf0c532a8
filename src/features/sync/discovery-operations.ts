import { z } from 'zod'
import { JobStarted } from '#features/jobs/job-shapes.ts'
import { operation } from '#features/operation.ts'
import { checkRanges, discoveredBy, rememberRanges } from '#features/sync/discovery-source.ts'
import { hasFailedRun, runsText } from '#features/sync/runs-text.ts'
import { discoverJob } from '#features/sync/source-jobs.ts'

/** Looking for machines in ranges that somebody names. */
export const discoveryOperations = [
  operation({
    name: 'discovery.start',
    summary: 'Look who is alive in some ranges of addresses.',
    http: 'POST /discoveries',
    effect: 'change',
    permission: 'sync.run',
    job: true,
    input: z.object({
      ranges: z
        .array(z.string())
        .min(1)
        .max(1000)
        .describe('Subnets (192.0.2.0/24), spans (192.0.2.10-40) and single addresses.'),
    }),
    output: JobStarted,
    cli: { arguments: ['ranges'], aliases: ['discover'], show: runsText, isFailure: hasFailedRun },
    async run(call, { ranges }) {
      checkRanges(call, ranges)
      await rememberRanges(call, await discoveredBy(call), ranges)
      return { jobId: await call.jobs.submit(discoverJob(ranges, call.actor)) }
    },
  }),
]
