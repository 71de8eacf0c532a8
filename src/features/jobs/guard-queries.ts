import { sql } from 'kysely'
import type { Database } from '#database/schema.ts'

/** Rows of a job in work, and the cents they are estimated to cost. */
export async function workBegun(db: Database, jobId: number): Promise<{ inWork: number; cents: number }> {
  const { rows } = await sql<{ in_work: number; cents: number }>`
    select count(*) as in_work, coalesce(sum(estimated_cost_cents), 0) as cents from job_rows
    where job_id = ${jobId} and status = 'processing'`.execute(db)
  return { inWork: Number(rows[0]!.in_work), cents: Number(rows[0]!.cents) }
}

/**
 * The number of the last row that may be begun before the canary has passed: of the first so many that are not
 * skipped. Null where there are no more rows than that.
 */
export async function lastCanaryRow(
  db: Pick<Database, 'selectFrom'>,
  jobId: number,
  canaryRows: number,
): Promise<number | null> {
  const row = await db
    .selectFrom('job_rows')
    .select('row_number')
    .where('job_id', '=', jobId)
    .where('status', '<>', 'skipped')
    .orderBy('row_number')
    .offset(canaryRows - 1)
    .limit(1)
    .executeTakeFirst()
  return row?.row_number ?? null
}
