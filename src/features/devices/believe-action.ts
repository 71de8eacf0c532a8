import { z } from 'zod'
import { inEdit, tellChanged } from '#features/devices/save-states.ts'
import type { JobQueue } from '#features/context.ts'
import { severalSided } from '#features/identity/conflict-list-queries.ts'
import { recomputeDevices } from '#features/identity/recompute-devices.ts'
import { jobAction } from '#features/jobs/action.ts'
import type { Call } from '#features/operation.ts'
import type { Actor } from '#model/actor.ts'

/** How many devices are computed again in one transaction. */
export const computedTogether = 200

/** Computes devices again, after a rule about their fields was made or taken back; gives those that changed. */
export async function computeAgain(
  call: Pick<Call, 'db' | 'engine' | 'clock' | 'actor' | 'events'>,
  devices: readonly number[],
): Promise<number[]> {
  const changed = await inEdit(call, (transaction, author) =>
    recomputeDevices(transaction, author, devices, 'update', async () => {}),
  )
  tellChanged(call, changed)
  return changed
}

/** The job that computes every device again of which these sources and others speak. */
export const believeAction = jobAction({
  name: 'believe',
  title: 'Apply a rule about a field',
  summary: 'Compute the devices again that a rule about whom to believe concerns.',
  effect: 'read',
  subject: 'none',
  parameters: z.object({ field: z.string(), sources: z.array(z.string()).min(1) }),
  input: z.object({}),
  needs: 'inventory.change',
  isOffered: false,
  concurrency: 1,
  async run(job, { sources }, _input, signal) {
    let [after, done, changed] = [0, 0, 0]
    for (;;) {
      signal.throwIfAborted()
      const devices = await severalSided(job.db, sources, { after, limit: computedTogether })
      if (devices.length === 0) return { result: { devices: done, changed } }
      changed += (await computeAgain(job, devices)).length
      after = devices.at(-1)!
      done += devices.length
      job.progress({ done, total: null, message: `${done} devices computed, ${changed} changed` })
    }
  },
})

export const believeJob = (
  field: string,
  sources: readonly string[],
  actor: Actor,
): Parameters<JobQueue['submit']>[0] => ({
  action: believeAction.name,
  name: field === '*' ? 'Apply the order of sources' : `Apply the rule about ${field}`,
  parameters: { field, sources: [...sources] },
  rows: [{ key: 'devices', input: {} }],
  actor,
})
