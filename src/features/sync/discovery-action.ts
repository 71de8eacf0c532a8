import { z } from 'zod'
import { jobAction } from '#features/jobs/action.ts'
import { discoveredBy } from '#features/sync/discovery-source.ts'
import { openRegistered } from '#features/sync/source-registry.ts'
import { readOne, sumUp } from '#features/sync/sync-action.ts'

/** The job that looks who is alive in some ranges: `{ranges: [...]}`. Its records are those of the source `discover`. */
export const discoverAction = jobAction({
  name: 'discover',
  title: 'Discover machines',
  summary: 'Look who is alive in ranges of addresses.',
  effect: 'read',
  subject: 'none',
  parameters: z.object({ ranges: z.array(z.string()).min(1) }),
  input: z.object({}),
  needs: 'sync.run',
  isOffered: false,
  concurrency: 1,
  maxAttempts: 1,
  run: (call, { ranges }, _input, signal) =>
    readOne(call, async () => openRegistered(call, await discoveredBy(call), { ranges }), signal),
  finish: (call) => sumUp(call),
})
