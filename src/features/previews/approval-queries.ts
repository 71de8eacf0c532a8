import type { Database, JobsTable } from '#database/schema.ts'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'
import type { RowLeaf } from '#features/previews/merkle.ts'
import type { JsonObject } from '#kernel/json.ts'
import type { Selectable } from 'kysely'

/** What of a job an approval stands for. */
export interface ApprovedJob {
  jobId: number
  action: string
  parameters: JsonObject
  options: JsonObject
  rowsFrom: RowsFrom | null
  requester: JsonObject
  expiresAt: string | null
  rows: number
  hash: string | null
}

export async function approvedJob(
  db: Pick<Database, 'selectFrom'>,
  id: number,
): Promise<ApprovedJob | undefined> {
  const row = await db
    .selectFrom('jobs')
    .select(['id', 'action', 'parameters', 'options', 'rows_from', 'requester'])
    .select(['approval_expires_at', 'total_rows', 'approval_hash'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && { ...toBound(row, row.total_rows, row.approval_expires_at), hash: row.approval_hash }
}

type Stored = Pick<
  Selectable<JobsTable>,
  'id' | 'action' | 'parameters' | 'options' | 'rows_from' | 'requester'
>

/** What is bound of a job as it is stored, with what its preparing has found. */
export const toBound = (row: Stored, rows: number, expiresAt: string | null): Omit<ApprovedJob, 'hash'> => ({
  jobId: row.id,
  action: row.action,
  parameters: JSON.parse(row.parameters) as JsonObject,
  options: JSON.parse(row.options) as JsonObject,
  rowsFrom: row.rows_from === null ? null : (JSON.parse(row.rows_from) as RowsFrom),
  requester: JSON.parse(row.requester) as JsonObject,
  expiresAt,
  rows,
})

/** Rows of a job after a number, in their order. */
export async function leavesAfter(
  db: Pick<Database, 'selectFrom'>,
  jobId: number,
  after: number,
  limit: number,
): Promise<(RowLeaf & { input: string })[]> {
  const rows = await db
    .selectFrom('job_rows')
    .select(['row_number', 'row_key', 'row_checksum', 'row_version', 'estimated_cost_cents'])
    .select(['device_id', 'status', 'input'])
    .where('job_id', '=', jobId)
    .where('row_number', '>', after)
    .orderBy('row_number')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    number: row.row_number,
    key: row.row_key,
    checksum: row.row_checksum,
    version: row.row_version,
    costCents: row.estimated_cost_cents,
    deviceId: row.device_id,
    isSkipped: row.status === 'skipped',
    input: row.input,
  }))
}
