import { sql } from 'kysely'
import type { WorkBegun } from '#features/jobs/guard.ts'
import type { Database } from '#database/schema.ts'

/** What of a job is begun and not over. */
export async function workBegun(db: Database, jobId: number): Promise<WorkBegun> {
  const { rows } = await sql<Record<'in_work' | 'waiting' | 'cents', number>>`
    select
      count(*) filter (where status = 'processing') as in_work,
      count(*) filter (where status = 'pending' and attempt > 0) as waiting,
      coalesce(sum(estimated_cost_cents) filter (where status = 'processing'), 0) as cents
    from job_rows where job_id = ${jobId} and status in ('processing', 'pending')`.execute(db)
  const { in_work: inWork, waiting, cents } = rows[0]!
  return { inWork: Number(inWork), waiting: Number(waiting), cents: Number(cents) }
}
