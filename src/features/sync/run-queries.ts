import type { Selectable } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Database, SyncRunsTable, Transaction } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { cleanValue } from '#features/sync/clean-record.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import type { RunState, SourceIdentity } from '#features/sync/run-state.ts'
import { AppError } from '#kernel/errors.ts'
import { JobId, RunId } from '#model/ids.ts'

/** A run as it is shown. */
export const toRun = (row: Selectable<SyncRunsTable>): Run => ({
  id: RunId.parse(row.id),
  source: row.source_identifier,
  system: row.source_system,
  status: row.status as Run['status'],
  startedAt: row.started_at,
  completedAt: row.completed_at,
  startedBy: row.started_by,
  jobId: row.job_id === null ? null : JobId.parse(row.job_id),
  recordsSeen: row.records_seen,
  recordsTotal: row.records_total,
  added: row.devices_added,
  updated: row.devices_updated,
  removed: row.devices_removed,
  unchanged: row.records_unchanged,
  reason: row.reason,
  errorCode: row.error_code,
  warnings: JSON.parse(row.warnings) as string[],
  missingWaiting: row.missing_waiting,
  missingDecision: row.missing_decision as Run['missingDecision'],
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
})

/** The counts of a run so far, as columns. */
export const countsOf = (run: RunState) => ({
  records_seen: run.seen.size,
  records_total: run.total,
  devices_added: run.added,
  devices_updated: run.updated,
  devices_removed: run.removed,
  records_unchanged: run.unchanged,
})

/** Another process took this run for dead: then this one must not write any more. */
const ended = (run: RunState): AppError =>
  new AppError('CONFLICT', `Run ${run.id} of ${run.source.name} was ended by another process`, {
    hint: 'It was not heard of for too long. Read the source again.',
  })

/** Says that the run goes on, and how far it is; CONFLICT when another process has ended it. */
export async function keepAlive(db: Database, run: RunState, now: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('sync_runs')
    .set({ alive_at: now, ...countsOf(run) })
    .where('id', '=', run.id)
    .where('status', '=', 'running')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw ended(run)
}

/** CONFLICT when another process has ended the run; none can until the transaction is over. */
export async function assertRunning(transaction: Transaction, engine: Engine, run: RunState): Promise<void> {
  const row = await transaction
    .selectFrom('sync_runs')
    .select('status')
    .where('id', '=', run.id)
    .$if(engine === 'postgres', (query) => query.forShare())
    .executeTakeFirst()
  if (row?.status !== 'running') throw ended(run)
}

/** How a run ended, and why not well. */
export interface Ending {
  status: Exclude<Run['status'], 'running'>
  reason: string | null
  errorCode: string | null
}

/** The requirement's word for the newest run; one that was stopped kept what it had read until then. */
const syncStatus = ({ status }: Ending, run: RunState): string =>
  status === 'complete' ? 'success' : run.seen.size > 0 && status !== 'failed' ? 'partial' : 'failed'

/** Writes down how the run ended, unless another process has ended it meanwhile. */
export async function endRun(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  run: RunState,
  ending: Ending,
  seconds: number,
): Promise<void> {
  const now = clock.now()
  const { devices_added, devices_updated, devices_removed } = countsOf(run)
  // Names that a source tells stand in them.
  const reason = cleanValue(ending.reason)
  const warnings = JSON.stringify(cleanValue(run.warnings))
  await db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('sync_runs')
      .set({ ...countsOf(run), status: ending.status, completed_at: now, alive_at: now })
      .set({ reason, error_code: ending.errorCode, warnings })
      .where('id', '=', run.id)
      .where('status', '=', 'running')
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return
    const isComplete = ending.status === 'complete'
    await transaction
      .updateTable('sync_metadata')
      .set({ last_sync_status: syncStatus(ending, run), sync_duration_seconds: seconds, updated_at: now })
      .set({ devices_added, devices_updated, devices_removed, error_message: reason })
      .$if(isComplete, (query) => query.set({ last_sync_complete: now, last_complete_run_id: run.id }))
      .where('source_system', '=', run.source.system)
      .where('source_identifier', '=', run.source.name)
      .execute()
  })
}

/** The run with this id; NOT_FOUND when there is none. */
export async function findRun(db: Database, id: number): Promise<Run> {
  const row = await db.selectFrom('sync_runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', `There is no run ${id}`)
  return toRun(row)
}

export interface RunFilter {
  source?: string | undefined
  status?: Run['status'] | undefined
}

/** Runs, newest first, before the given id. */
export async function listRuns(
  db: Database,
  { source, status }: RunFilter,
  page: { before?: number | undefined; limit: number },
): Promise<Run[]> {
  let query = db.selectFrom('sync_runs').selectAll().orderBy('id', 'desc').limit(page.limit)
  if (page.before !== undefined) query = query.where('id', '<', page.before)
  if (source !== undefined) query = query.where('source_identifier', '=', source)
  if (status !== undefined) query = query.where('status', '=', status)
  return (await query.execute()).map(toRun)
}

type SourceName = Pick<SourceIdentity, 'system' | 'name'>

/** The newest complete run of the source before the given one; 0 when there was none. */
export const completeRunBefore = (db: Database, source: SourceName, runId: number): Promise<number> =>
  newestBefore(db, source, runId, ['complete'])

/** Whether an earlier run of the source told anything. */
export const wasReadBefore = async (db: Database, source: SourceName, runId: number): Promise<boolean> =>
  (await newestBefore(db, source, runId, ['complete', 'partial'])) > 0

async function newestBefore(
  db: Database,
  source: SourceName,
  runId: number,
  statuses: readonly Run['status'][],
): Promise<number> {
  const row = await db
    .selectFrom('sync_runs')
    .select('id')
    .where('source_system', '=', source.system)
    .where('source_identifier', '=', source.name)
    .where('status', 'in', statuses)
    .where('id', '<', runId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? 0
}

/** The newest run of each source that a job read, by its name. */
export async function newestRunsOf(db: Database, jobId: JobId): Promise<Map<string, Run>> {
  const rows = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('id')
    .execute()
  return new Map(rows.map((row) => [row.source_identifier, toRun(row)]))
}
