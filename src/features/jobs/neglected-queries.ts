import type { Database } from '#database/schema.ts'

/** A job that something is amiss with. */
export interface NeglectedJob {
  id: number
  name: string
  /** Since when nothing happened. */
  since: string
}

/** Jobs that nobody has begun although nothing is waited for, nor anybody; the longest waiting first. */
export const jobsNobodyTakes = (db: Database, before: string): Promise<NeglectedJob[]> =>
  db
    .selectFrom('jobs')
    .select(['id', 'name', 'updated_at as since'])
    .where('status', '=', 'pending')
    .where((eb) => eb.or([eb('waiting_for', 'is', null), eb('waiting_for', 'in', ['rows', 'time'])]))
    .where('updated_at', '<', before)
    .where((eb) => eb.or([eb('scheduled_for', 'is', null), eb('scheduled_for', '<', before)]))
    .orderBy('updated_at')
    .orderBy('id')
    .limit(1000)
    .execute()

/** Jobs of which rows were begun before a time by processes that are gone. */
export async function jobsOfTheGone(
  db: Database,
  alive: readonly string[],
  before: string,
): Promise<NeglectedJob[]> {
  let query = db
    .selectFrom('job_rows')
    .innerJoin('jobs', 'jobs.id', 'job_rows.job_id')
    .select((eb) => ['jobs.id', 'jobs.name', eb.fn.min('job_rows.started_at').as('since')])
    .where('job_rows.status', '=', 'processing')
    .where('job_rows.started_at', '<', before)
    .groupBy(['jobs.id', 'jobs.name'])
    .orderBy('jobs.id')
    .limit(10)
  if (alive.length > 0) query = query.where('job_rows.node_id', 'not in', [...alive])
  return (await query.execute()).map(({ since, ...job }) => ({ ...job, since: since ?? before }))
}

/** Jobs that somebody has to look at or decide about, and nobody has since a time; the longest waiting first. */
export const jobsNobodyDecides = (
  db: Database,
  before: string,
): Promise<(NeglectedJob & { waitingFor: string | null; approval: string | null })[]> =>
  db
    .selectFrom('jobs')
    .select(['id', 'name', 'updated_at as since', 'waiting_for as waitingFor', 'approval'])
    .where('status', 'in', ['pending', 'paused'])
    .where('waiting_for', 'in', ['approval', 'review', 'budget', 'canary'])
    .where('updated_at', '<', before)
    .orderBy('updated_at')
    .orderBy('id')
    .limit(100)
    .execute()
