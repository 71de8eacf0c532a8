import type { Transaction } from '#database/schema.ts'

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

/** Deletes a job with its rows, approvals and needs. What it did stays known by the keys of its effects. */
export async function deleteJob(transaction: Transaction, id: number): Promise<void> {
  await transaction.deleteFrom('jobs').where('id', '=', id).execute()
}
