import type { Database } from '#database/schema.ts'
import type { JobDetail } from '#features/jobs/job-shapes.ts'
import { visibleJobs } from '#features/jobs/visible-job-queries.ts'
import { JobId } from '#model/ids.ts'
import type { Actor } from '#model/actor.ts'

/** Who decided about a job, in the order of deciding. */
export async function decisionsOf(db: Database, jobId: number): Promise<JobDetail['approvals']> {
  const rows = await db
    .selectFrom('job_approvals')
    .select(['decision', 'decided_by', 'decided_at', 'comment'])
    .where('job_id', '=', jobId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    decision: row.decision as 'approved' | 'rejected',
    by: row.decided_by,
    at: row.decided_at,
    comment: row.comment,
  }))
}

/** What a job waits for, of the jobs that the actor may see. */
export async function dependenciesOf(
  db: Database,
  actor: Actor,
  jobId: number,
): Promise<JobDetail['dependsOn']> {
  const rows = await db
    .selectFrom('job_dependencies')
    .innerJoin('jobs', 'jobs.id', 'job_dependencies.depends_on_id')
    .select(['jobs.id', 'jobs.name', 'jobs.status', 'job_dependencies.need'])
    .where('job_dependencies.job_id', '=', jobId)
    .where(visibleJobs(actor))
    .orderBy('jobs.id')
    .execute()
  return rows.map((row) => ({
    jobId: JobId.parse(row.id),
    name: row.name,
    need: row.need as 'completed' | 'ended',
    status: row.status as JobDetail['status'],
  }))
}

/** How many rows of a job are being done. */
export async function rowsInWork(db: Database, jobId: number): Promise<number> {
  const { count } = await db
    .selectFrom('job_rows')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('job_id', '=', jobId)
    .where('status', '=', 'processing')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** What the dearest row of a job is estimated to cost, in cents; null where nothing is estimated. */
export async function dearestRow(db: Database, jobId: number): Promise<number | null> {
  const { most } = await db
    .selectFrom('job_rows')
    .select((eb) => eb.fn.max('estimated_cost_cents').as('most'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow()
  return most
}
