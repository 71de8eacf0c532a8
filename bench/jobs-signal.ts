import { setTimeout as pause } from 'node:timers/promises'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { systemActor } from '#model/actor.ts'
import { killContext } from '#test/kill-world.ts'
import { control, sharedClock } from './jobs-waiting.ts'
import { waiter, waitingJob } from './jobs-waiters.ts'

const jobsAtOnce = 32

/**
 * Milliseconds from the wish to cancel or pause a job until the signal of its row is raised, when the wish is uttered in
 * the process that does the row and when in another one.
 */
export async function signalMilliseconds(
  url: string,
  rounds: number,
): Promise<{ same: number[]; other: number[] }> {
  const opened = await openDatabase({ url })
  await migrate(opened)
  const context = killContext(opened)
  const worker = waiter(url, 'worker')
  const found = { same: [] as number[], other: [] as number[] }
  let signals = 0
  for (let round = 0; round < rounds; round += 1)
    for (const where of ['same', 'other'] as const) {
      const ids = await Promise.all(Array.from({ length: jobsAtOnce }, () => waitingJob(context, 1)))
      await worker.said('begun', signals + jobsAtOnce)
      const asked = new Map<number, number>()
      for (const [index, job] of ids.entries()) {
        const what = index % 2 === 0 ? 'cancel' : 'pause'
        // Other people's wishes come at any time of the looking.
        await pause(Math.random() * 60)
        asked.set(job, sharedClock())
        if (where === 'same') worker.order({ what, job })
        else await control[what](context, systemActor('bench'), job)
      }
      signals += jobsAtOnce
      for (const { job, at } of await worker.said('stopped', signals))
        if (asked.has(job!)) found[where].push(at - asked.get(job!)!)
    }
  await worker.end()
  await opened.close()
  return found
}
