import { bulkInsert } from '#database/bulk.ts'
import type { Engine } from '#database/migration.ts'
import type { Database, JobRowsTable, JobsTable, Transaction } from '#database/schema.ts'
import type { Insertable, Selectable } from 'kysely'

export type PreparingJob = Selectable<JobsTable>

const removedAtOnce = 20_000

/** A job whose rows are to be prepared; undefined where that is over, or was called off. */
export function preparingJob(
  db: Pick<Database, 'selectFrom'>,
  id: number,
): Promise<PreparingJob | undefined> {
  return db
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('approval', '=', 'preparing')
    .where('cancel_requested_at', 'is', null)
    .executeTakeFirst()
}

/** Changes a job that is still being prepared by the same process; false where it is not. */
export async function changePreparing(
  db: Database,
  { id, node_id: node }: Pick<PreparingJob, 'id' | 'node_id'>,
  set: Partial<Selectable<JobsTable>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set(set)
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('approval', '=', 'preparing')
    .where('cancel_requested_at', 'is', null)
    .where((eb) => (node === null ? eb('node_id', 'is', null) : eb('node_id', '=', node)))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** A row as it is prepared. */
export type PreparedRow = Omit<Insertable<JobRowsTable>, 'job_id'>

/** Columns that most rows leave empty, and that are written only where one of them does not. */
const rare = [
  ...(['row_version', 'device_id', 'before_state', 'after_state', 'warnings'] as const),
  ...(['estimated_cost_cents', 'target_key', 'credential_key', 'effect_key'] as const),
  ...(['error_message', 'processed_at'] as const),
]

/** Writes rows of a job that is being prepared. */
export async function insertPrepared(
  transaction: Transaction,
  engine: Engine,
  now: string,
  jobId: number,
  rows: readonly PreparedRow[],
): Promise<void> {
  const used = rare.filter((column) => rows.some((row) => row[column] !== undefined && row[column] !== null))
  const columns = rows.map((row) => {
    const values: Record<string, unknown> = {
      job_id: jobId,
      row_number: row.row_number,
      row_key: row.row_key,
      row_checksum: row.row_checksum,
      status: row.status,
      input: row.input,
      attempt: 0,
      next_run_at: '',
      created_at: now,
    }
    for (const column of used) values[column] = row[column] ?? null
    return values
  })
  await bulkInsert(transaction, engine, 'job_rows', columns as never)
}

/** Removes the rows of a job, so many at a time that nobody waits for long. */
export async function removeRows(db: Database, jobId: number, signal: AbortSignal): Promise<void> {
  const { last } = await db
    .selectFrom('job_rows')
    .select((eb) => eb.fn.max('row_number').as('last'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow()
  for (let from = 0; from < (last ?? 0); from += removedAtOnce) {
    signal.throwIfAborted()
    await db
      .deleteFrom('job_rows')
      .where('job_id', '=', jobId)
      .where('row_number', '>', from)
      .where('row_number', '<=', from + removedAtOnce)
      .execute()
  }
}

/** Makes a job whose approval was not given, or came too late, one that is prepared again; false where it is none. */
export async function prepareAgain(transaction: Transaction, now: string, id: number): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('jobs')
    .set({
      status: 'pending',
      approval: 'preparing',
      waiting_for: 'rows',
      approval_hash: null,
      approval_expires_at: null,
      preview: null,
      progress: null,
      result: null,
      node_id: null,
      attempt: 0,
      total_rows: 0,
      processed_rows: 0,
      skipped_rows: 0,
      estimated_cost_cents: null,
      cancel_requested_at: null,
      completed_at: null,
      error_code: null,
      error_message: null,
      updated_at: now,
    })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb.and([eb('status', '=', 'pending'), eb('approval', 'in', ['waiting', 'expired'])]),
        eb.and([eb('status', '=', 'cancelled'), eb('approval', '=', 'rejected')]),
      ]),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The names of the sources that are kept in the database and switched on. */
export async function storedSourceNames(db: Pick<Database, 'selectFrom'>): Promise<string[]> {
  const rows = await db.selectFrom('sources').select(['name', 'enabled']).orderBy('name').execute()
  return rows.filter(({ enabled }) => Boolean(enabled)).map(({ name }) => name)
}

/** Whether a job waits for others. */
export async function hasDependencies(db: Pick<Database, 'selectFrom'>, id: number): Promise<boolean> {
  const row = await db
    .selectFrom('job_dependencies')
    .select('job_id')
    .where('job_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
