import type { Database } from '#database/schema.ts'
import { toJob } from '#features/jobs/job-list-queries.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { JobId } from '#model/ids.ts'

/** One job as it is stored, for who follows it whatever one may see; undefined when there is none. */
export async function findJob(db: Pick<Database, 'selectFrom'>, id: JobId): Promise<Job | undefined> {
  const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst()
  // Without a time nothing has expired that is not written so.
  return row && toJob(row, '')
}
