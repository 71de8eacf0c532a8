import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'

/** What a pending job needs to begin. */
const mayBegin = (now: string) => sql<boolean>`
  jobs.status = 'pending' and jobs.cancel_requested_at is null
  and (jobs.approval is null or jobs.approval = 'approved')
  and (jobs.scheduled_for is null or jobs.scheduled_for <= ${now})
  and not exists (
    select 1 from job_dependencies need join jobs other on other.id = need.depends_on_id
    where need.job_id = jobs.id and other.status <> 'completed'
      and not (need.need = 'ended' and other.status in ('failed', 'cancelled')))`

/** Begins a pending job when nothing keeps it from that; false when something does. */
export async function activateJob(db: Database, now: string, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set((eb) => ({
      status: 'running',
      waiting_for: null,
      started_at: eb.fn.coalesce('started_at', eb.val(now)),
      updated_at: now,
    }))
    .where('id', '=', id)
    .where(mayBegin(now))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Pending jobs that may begin. */
export async function jobsToActivate(db: Database, now: string, only?: number): Promise<number[]> {
  let query = db
    .selectFrom('jobs')
    .select('id')
    .where('status', '=', 'pending')
    .where(mayBegin(now))
    .orderBy('priority', 'desc')
    .orderBy('id')
    .limit(500)
  if (only !== undefined) query = query.where('id', '=', only)
  return (await query.execute()).map(({ id }) => id)
}

/** Pending jobs for which it is certain that a job they need will not be completed, and which that is. */
export function jobsInVain(
  db: Database,
): Promise<{ id: number; other: number; name: string; status: string }[]> {
  return db
    .selectFrom('jobs')
    .innerJoin('job_dependencies as need', 'need.job_id', 'jobs.id')
    .innerJoin('jobs as other', 'other.id', 'need.depends_on_id')
    .select(['jobs.id', 'other.id as other', 'other.name', 'other.status'])
    .where('jobs.status', '=', 'pending')
    .where('need.need', '=', 'completed')
    .where('other.status', 'in', ['failed', 'cancelled'])
    .orderBy('jobs.id')
    .limit(500)
    .execute()
}

/** When the next job begins that waits for its time; undefined when none does. */
export async function nextScheduled(db: Database, now: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select((eb) => eb.fn.min('scheduled_for').as('at'))
    .where('status', '=', 'pending')
    .where('scheduled_for', '>', now)
    .executeTakeFirst()
  return row?.at ?? undefined
}
