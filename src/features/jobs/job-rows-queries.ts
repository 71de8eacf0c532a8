import type { Selectable } from 'kysely'
import type { Database, JobRowsTable } from '#database/schema.ts'
import { visibleDevices } from '#features/access/visible-devices.ts'
import { holdsText } from '#features/jobs/held-text-queries.ts'
import type { JobRow } from '#features/jobs/job-shapes.ts'
import type { Call } from '#features/operation.ts'
import type { Actor } from '#model/actor.ts'

type Asking = Pick<Call, 'db' | 'engine' | 'actor'>

export interface RowFilter {
  status?: string | undefined
  review?: string | undefined
  /** An error code. */
  code?: string | undefined
  /** Part of the key, in any case. */
  key?: string | undefined
}

/** Rows of a job about devices that the actor may see, and those about none. */
function visibleRows(db: Database, jobId: number, actor: Pick<Actor, 'tags'>) {
  const rows = db
    .selectFrom('job_rows')
    .leftJoin('devices', 'devices.id', 'job_rows.device_id')
    .where('job_rows.job_id', '=', jobId)
  if (actor.tags === undefined) return rows
  const visible = db.selectFrom('devices').select('devices.id').where(visibleDevices(actor))
  return rows.where((eb) =>
    eb.or([eb('job_rows.device_id', 'is', null), eb('job_rows.device_id', 'in', visible)]),
  )
}

/** Rows of a job by their number, after the given one. */
export async function listRows(
  { db, engine, actor }: Asking,
  jobId: number,
  { status, review, code, key }: RowFilter,
  page: { after?: number | undefined; limit: number },
): Promise<JobRow[]> {
  let query = visibleRows(db, jobId, actor)
    .selectAll('job_rows')
    .select('devices.name as device_name')
    .orderBy('job_rows.row_number')
    .limit(page.limit)
  if (page.after !== undefined) query = query.where('job_rows.row_number', '>', page.after)
  if (status !== undefined) query = query.where('job_rows.status', '=', status)
  if (review !== undefined) query = query.where('job_rows.review', '=', review)
  if (code !== undefined) query = query.where('job_rows.error_code', '=', code)
  if (key !== undefined) query = query.where(holdsText(engine, 'job_rows.row_key', key))
  return (await query.execute()).map(toRow)
}

const fromText = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))

const toRow = (row: Selectable<JobRowsTable> & { device_name: string | null }): JobRow => ({
  rowNumber: row.row_number,
  key: row.row_key,
  status: row.status as JobRow['status'],
  review: row.review as JobRow['review'],
  device: row.device_id === null ? null : { id: row.device_id, name: row.device_name ?? '' },
  input: JSON.parse(row.input) as JobRow['input'],
  before: fromText<NonNullable<JobRow['before']>>(row.before_state),
  after: fromText<NonNullable<JobRow['after']>>(row.after_state),
  warnings: fromText<string[]>(row.warnings) ?? [],
  result: fromText<NonNullable<JobRow['result']>>(row.result),
  estimatedCostCents: row.estimated_cost_cents,
  costCents: row.cost_cents,
  attempt: row.attempt,
  nextRunAt: row.status === 'pending' && row.next_run_at !== '' ? row.next_run_at : null,
  effectKey: row.effect_key,
  errorCode: row.error_code,
  errorMessage: row.error_message,
  startedAt: row.started_at,
  processedAt: row.processed_at,
})

/** Rows that ended with the same code, the most first. */
export interface CodeGroup {
  code: string
  rows: number
  rowNumber: number
  message: string | null
}

/** How many rows failed or were skipped with each code, and the first of each. */
export async function groupByCode({ db, actor }: Asking, jobId: number): Promise<CodeGroup[]> {
  const groups = await visibleRows(db, jobId, actor)
    .select((eb) => [
      'job_rows.error_code as code',
      eb.fn.countAll<number>().as('rows'),
      eb.fn.min('job_rows.row_number').as('first'),
    ])
    .where('job_rows.status', 'in', ['failed', 'skipped'])
    .where('job_rows.error_code', 'is not', null)
    .groupBy('job_rows.error_code')
    .execute()
  if (groups.length === 0) return []
  const firsts = await db
    .selectFrom('job_rows')
    .select(['row_number', 'error_message'])
    .where('job_id', '=', jobId)
    .where(
      'row_number',
      'in',
      groups.map(({ first }) => first),
    )
    .execute()
  const messages = new Map(firsts.map((row) => [row.row_number, row.error_message]))
  return groups
    .map(({ code, rows, first }) => ({
      code: code!,
      rows: Number(rows),
      rowNumber: first,
      message: messages.get(first) ?? null,
    }))
    .sort((one, other) => other.rows - one.rows || (one.code < other.code ? -1 : 1))
}

/** Of these rows, or of all with a status, the numbers of those that the actor may touch. */
export async function touchableRows(
  { db, actor }: Pick<Call, 'db' | 'actor'>,
  jobId: number,
  which: { numbers: readonly number[] } | { status: string },
): Promise<number[]> {
  const rows = visibleRows(db, jobId, actor).select('job_rows.row_number').orderBy('job_rows.row_number')
  const chosen =
    'numbers' in which
      ? rows.where('job_rows.row_number', 'in', which.numbers)
      : rows.where('job_rows.status', '=', which.status)
  return (await chosen.execute()).map((row) => row.row_number)
}
