import { tidyDatabase } from '#database/tidy-database.ts'
import type { Context } from '#features/context.ts'
import { z } from 'zod'
import { jobAction } from '#features/jobs/action.ts'
import { cleanUps } from '#features/system/clean-ups.ts'
import { databaseBytes } from '#features/system/database-queries.ts'
import { openedOf } from '#features/system/opened.ts'
import type { Json } from '#kernel/json.ts'
import { systemActor } from '#model/actor.ts'

/** What a clean-up did, or in a dry run would do. */
export interface Maintenance {
  dryRun: boolean
  cleanUps: { name: string; about: string; count: number }[]
  /** Size of the database, afterwards. */
  bytes: number
  /** What became free on the disk; null in a dry run. */
  freedBytes: number | null
}

/** Options of a clean-up. */
export interface MaintainOptions {
  /** Only counts; nothing changes. */
  dryRun: boolean
  /** For the history: who asked. */
  by?: string | undefined
  onStep?: ((done: number, total: number, message: string) => void) | undefined
}

/**
 * Makes stale devices inactive, removes what is old, then rebuilds indexes, tells the planner what there is, and gives
 * free space back. In short steps, so that it may run beside everything else; broken off, what it did stays.
 */
export async function maintain(
  context: Context,
  { dryRun, by = systemActor('maintain').name, onStep = () => {} }: MaintainOptions,
  signal: AbortSignal,
): Promise<Maintenance> {
  const tools = { ...context, by }
  const total = cleanUps.length + (dryRun ? 0 : 1)
  const done: Maintenance['cleanUps'] = []
  for (const { name, about, count, clean } of cleanUps) {
    signal.throwIfAborted()
    onStep(done.length, total, about)
    done.push({ name, about, count: await (dryRun ? count(tools, signal) : clean(tools, signal)) })
  }
  if (dryRun) return { dryRun, cleanUps: done, bytes: await databaseBytes(context), freedBytes: null }
  onStep(done.length, total, 'Indexes, statistics and free space')
  const { freedBytes } = await tidyDatabase(await openedOf(context), signal)
  const counts = Object.fromEntries(
    done.filter(({ count }) => count > 0).map((each) => [each.name, each.count]),
  )
  context.log.info({ ...counts, freedBytes }, 'database maintained')
  return { dryRun, cleanUps: done, bytes: await databaseBytes(context), freedBytes }
}

/** The clean-up as a job. */
export const maintainAction = jobAction({
  name: 'maintain',
  title: 'Tidy up the database',
  summary: 'Remove what is old, rebuild indexes and give free space back.',
  effect: 'read',
  subject: 'none',
  parameters: z.object({ reason: z.string().exactOptional() }),
  input: z.object({}),
  needs: 'system.manage',
  isOffered: false,
  concurrency: 1,
  maxAttempts: 1,
  async run(job, _parameters, _input, signal) {
    const onStep = (done: number, total: number, message: string) => job.progress({ done, total, message })
    const { cleanUps: counts, ...rest } = await maintain(
      job,
      { dryRun: false, by: job.actor.name, onStep },
      signal,
    )
    const result = { ...rest, counts: Object.fromEntries(counts.map(({ name, count }) => [name, count])) }
    return { result: result as Json }
  },
})
