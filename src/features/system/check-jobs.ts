import type { Context } from '#features/context.ts'
import { type Check, ok, warning } from '#features/system/check.ts'
import { liveNodes } from '#features/jobs/node-queries.ts'
import { timeText } from '#features/system/size-text.ts'
import { shift, toMilliseconds } from '#kernel/clock.ts'

/** A job that waits longer than this, or says nothing for so long, is stuck. */
const patience = 10 * 60_000

/** Whether jobs are done: whether somebody takes them, and those that are taken go on. */
export async function checkJobs(
  context: Pick<Context, 'db' | 'engine' | 'clock' | 'config'>,
): Promise<Check[]> {
  const { db, clock } = context
  const nodes = await liveNodes(context)
  const workers = nodes.filter((node) => node.roles.includes('worker'))
  const now = clock.now()
  const open = await db
    .selectFrom('jobs')
    .select(['id', 'name', 'status', 'node_id', 'updated_at', 'scheduled_for'])
    .where('status', 'in', ['pending', 'running'])
    .orderBy('id')
    .limit(1000)
    .execute()
  const old = open.filter(
    (job) => job.updated_at < shift(now, -patience) && (job.scheduled_for ?? '') < shift(now, -patience),
  )
  const waiting = old.filter((job) => job.status === 'pending')
  const alive = new Set(nodes.map((node) => node.id))
  const lost = old.filter((job) => job.status === 'running' && !alive.has(job.node_id ?? ''))
  const [first] = waiting
  const checks: Check[] = []
  if (first)
    checks.push(
      warning(
        'jobs',
        `${waiting.length} jobs wait, ${first.name} for ${timeText(toMilliseconds(now) - toMilliseconds(first.updated_at))}`,
        workers.length === 0
          ? 'No server does jobs: start one with the role worker (rollcall serve).'
          : 'The workers are busy: rollcall job list --status running; cancel what hangs.',
      ),
    )
  for (const job of lost.slice(0, 10))
    checks.push(
      warning(
        'jobs',
        `${job.name} (job ${job.id}) belongs to a process that is gone`,
        'The next server or command takes it up again; cancel it where that is not wanted: rollcall job cancel ID',
      ),
    )
  if (checks.length > 0) return checks
  return [
    ok('jobs', `${open.length} to do, ${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}`),
  ]
}
