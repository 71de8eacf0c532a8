import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { JobRowsTable, JobsTable, Transaction } from '#database/schema.ts'
import { JobId } from '#model/ids.ts'
import type { Insertable } from 'kysely'

/** Columns of a new job that differ from job to job; the others begin empty. */
export type NewJobColumns = Pick<
  Insertable<JobsTable>,
  'name' | 'action' | 'parameters' | 'effect' | 'options' | 'requested_by' | 'requester' | 'original_command'
> &
  Partial<Insertable<JobsTable>>

/** Writes a new job, without its rows, and gives its id. */
export async function insertJob(transaction: Transaction, now: string, job: NewJobColumns): Promise<JobId> {
  const { id } = await transaction
    .insertInto('jobs')
    .values({
      description: null,
      status: 'pending',
      mode: 'auto',
      total_rows: 0,
      processed_rows: 0,
      successful_rows: 0,
      failed_rows: 0,
      attempt: 0,
      created_at: now,
      updated_at: now,
      ...job,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return JobId.parse(id)
}

/** Columns of a new row that differ from row to row. */
export type NewRowColumns = Pick<
  Insertable<JobRowsTable>,
  'row_number' | 'row_key' | 'row_checksum' | 'input'
> &
  Partial<Insertable<JobRowsTable>>

/** Writes the rows of a job. Every row has to have the same columns. */
export async function insertRows(
  transaction: Transaction,
  engine: Engine,
  now: string,
  jobId: number,
  rows: readonly NewRowColumns[],
): Promise<void> {
  await bulkInsert(
    transaction,
    engine,
    'job_rows',
    rows.map((row) => ({
      job_id: jobId,
      status: 'pending',
      attempt: 0,
      next_run_at: '',
      created_at: now,
      ...row,
    })),
  )
}

/** Keeps what a job waits for. */
export async function insertDependencies(
  transaction: Transaction,
  jobId: number,
  needs: readonly { jobId: number; need: 'completed' | 'ended' }[],
): Promise<void> {
  if (needs.length === 0) return
  await transaction
    .insertInto('job_dependencies')
    .values(needs.map(({ jobId: other, need }) => ({ job_id: jobId, depends_on_id: other, need })))
    .execute()
}

/** Which of these jobs exist. */
export async function existingJobs(transaction: Transaction, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await transaction
    .selectFrom('jobs')
    .select('id')
    .where('id', 'in', [...ids])
    .execute()
  return new Set(rows.map(({ id }) => id))
}
