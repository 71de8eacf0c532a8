import type { Context } from '#features/context.ts'
import { type Check, ok, warning } from '#features/system/check.ts'
import { jobsNobodyDecides, jobsNobodyTakes, jobsOfTheGone } from '#features/jobs/neglected-queries.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import { timeText } from '#features/system/size-text.ts'
import { shift, toMilliseconds } from '#kernel/clock.ts'

/** A job that waits longer than this, or says nothing for so long, is stuck. */
const patience = 10 * 60_000
/** People may take longer, but not for ever. */
const patienceWithPeople = 24 * 60 * 60_000

type Part = Pick<Context, 'db' | 'engine' | 'clock' | 'config'>

/** Whether jobs are done: whether somebody takes them, those that are taken go on, and people decide. */
export async function checkJobs(context: Part): Promise<Check[]> {
  const { db, clock } = context
  const nodes = await liveNodes(context)
  const workers = nodes.filter((node) => node.roles.includes('worker')).length
  const now = clock.now()
  const left = await jobsNobodyTakes(db, shift(now, -patience))
  const alive = nodes.map((node) => node.id)
  const lost = await jobsOfTheGone(db, alive, shift(now, -patience))
  const undecided = await jobsNobodyDecides(db, shift(now, -patienceWithPeople))
  const since = (at: string) => timeText(toMilliseconds(now) - toMilliseconds(at))
  const checks = [
    ...left
      .slice(0, 1)
      .map((first) =>
        warning(
          'jobs',
          `${left.length} jobs wait, ${first.name} for ${since(first.since)}`,
          workers === 0
            ? 'No server does jobs: start one with the role worker (rollcall serve).'
            : 'The workers are busy: rollcall job list --status running; cancel what hangs.',
        ),
      ),
    ...lost.map((job) =>
      warning(
        'jobs',
        `${job.name} (job ${job.id}) belongs to a process that is gone`,
        'The next server or command takes it up again; cancel it where that is not wanted: rollcall job cancel ID',
      ),
    ),
    ...undecided
      .slice(0, 5)
      .map((job) =>
        warning(
          'jobs',
          `${job.name} (job ${job.id}) waits for a person for ${since(job.since)}`,
          helpOf(job),
        ),
      ),
  ]
  if (checks.length > 0) return checks
  return [ok('jobs', `nothing is stuck, ${workers} ${workers === 1 ? 'worker' : 'workers'}`)]
}

/** What somebody does about a job that waits for it. */
function helpOf({ id, waitingFor, approval }: Awaited<ReturnType<typeof jobsNobodyDecides>>[number]): string {
  if (waitingFor === 'approval' && approval === 'expired')
    return `Its approval has expired: rollcall job prepare ${id}, or job reject ${id}`
  if (waitingFor === 'approval') return `Decide about it: rollcall job approve ${id}, or job reject ${id}`
  if (waitingFor === 'review')
    return `Say what became of its rows: rollcall job rows ${id} --review ambiguous, then job resolve ${id}`
  return `Look at it: rollcall job show ${id}; then job resume ${id} or job cancel ${id}`
}
