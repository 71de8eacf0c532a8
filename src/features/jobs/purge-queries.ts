import type { Database, Transaction } from '#database/schema.ts'

/** Jobs not yet over that wait for this one. */
export const waitingFor = (transaction: Transaction, id: number): Promise<{ id: number; name: string }[]> =>
  transaction
    .selectFrom('job_dependencies')
    .innerJoin('jobs', 'jobs.id', 'job_dependencies.job_id')
    .select(['jobs.id', 'jobs.name'])
    .where('job_dependencies.depends_on_id', '=', id)
    .where('jobs.status', 'not in', ['completed', 'failed', 'cancelled'])
    .orderBy('jobs.id')
    .limit(10)
    .execute()

/** Keeps the rows of a job from being begun, changed or decided about again, as they are about to go. */
export async function closeForPurge(transaction: Transaction, id: number, now: string): Promise<void> {
  await transaction
    .updateTable('jobs')
    .set({ approval: 'expired', updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** The number of the last row of a job; 0 where it has none. */
export async function lastRowNumber(db: Database, jobId: number): Promise<number> {
  const { last } = await db
    .selectFrom('job_rows')
    .select((eb) => eb.fn.max('row_number').as('last'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow()
  return last ?? 0
}

/** Deletes rows of a job after a number and up to another. */
export async function deleteRows(db: Database, jobId: number, after: number, until: number): Promise<void> {
  await db
    .deleteFrom('job_rows')
    .where('job_id', '=', jobId)
    .where('row_number', '>', after)
    .where('row_number', '<=', until)
    .execute()
}

/** Deletes a job with its rows, approvals and needs. What it did stays known by the keys of its effects. */
export async function deleteJob(transaction: Transaction, id: number): Promise<void> {
  await transaction.deleteFrom('jobs').where('id', '=', id).execute()
}
