import type { Database } from '#database/schema.ts'

/** The sources that a job waits to read, or is reading: each is a row of its own. */
export async function sourcesInWork(db: Pick<Database, 'selectFrom'>): Promise<Set<string>> {
  const rows = await db
    .selectFrom('jobs')
    .innerJoin('job_rows', 'job_rows.job_id', 'jobs.id')
    .select('row_key')
    .where('jobs.status', 'in', ['pending', 'running', 'paused'])
    .where('jobs.action', 'in', ['sync', 'discover'])
    .where('job_rows.status', 'in', ['pending', 'processing'])
    .execute()
  return new Set(rows.map((row) => row.row_key))
}
