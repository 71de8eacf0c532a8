import type { Context } from '#features/context.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import type { RowsFrom } from '#features/jobs/job-shapes.ts'
import { isUploadHere } from '#features/previews/uploads.ts'
import type { PrepareJob } from '#features/jobs/preparing.ts'
import { actorOf } from '#features/jobs/requester.ts'
import { knownAction } from '#features/jobs/submit-job.ts'
import { failPreparing } from '#features/previews/fail-preparing.ts'
import { finishPreparing } from '#features/previews/finish-preparing.ts'
import { openRowSource } from '#features/previews/open-row-source.ts'
import type { OpenRows } from '#features/previews/open-row-source.ts'
import { leaveOut } from '#features/previews/left-out.ts'
import {
  changePreparing,
  insertPrepared,
  preparingJob,
  removeRows,
} from '#features/previews/prepare-queries.ts'
import type { PreparedRow, PreparingJob } from '#features/previews/prepare-queries.ts'
import { PreviewRows } from '#features/previews/preview-rows.ts'
import type { RowCall } from '#features/previews/row-source.ts'
import { count } from '#features/previews/table.ts'
import { chunksOf } from '#kernel/chunks-of.ts'
import { AppError, toAppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

/** Rows that an action previews at once, and rows written in one transaction. */
const previewedAtOnce = 500
const writtenAtOnce = 1_000

/** Somebody called it off, or another process does it now. */
class NoLongerOurs extends Error {}

/**
 * Makes the rows of a job that is being prepared, and what has to be known before it is approved. Rows of a try that was
 * not finished are removed first. What is wrong with the rows ends the job as failed; a database that is away throws, so
 * that it is tried again. Does nothing for a job that needs no preparing any more; an abort throws the signal's reason.
 * `elsewhere` where the uploaded file lies on another machine.
 */
export const createPrepareJob =
  (actions: ReadonlyMap<string, AnyJobAction>): PrepareJob =>
  (context, jobId, signal) =>
    prepareJob(context, actions, jobId, signal)

async function prepareJob(
  context: Context,
  actions: ReadonlyMap<string, AnyJobAction>,
  jobId: number,
  signal: AbortSignal,
): Promise<'elsewhere' | void> {
  const job = await preparingJob(context.db, jobId)
  if (job === undefined) return
  const rowsFrom = job.rows_from === null ? null : (JSON.parse(job.rows_from) as RowsFrom)
  if (rowsFrom?.kind === 'file' && !(await isUploadHere(context, rowsFrom.upload))) return 'elsewhere'
  try {
    await prepare(context, actions, job, rowsFrom, signal)
  } catch (thrown) {
    signal.throwIfAborted()
    if (thrown instanceof NoLongerOurs) return
    const error = toAppError(thrown)
    // The database is away: done again when it is back.
    if (error.fault === 'busy') throw thrown
    if (error.code === 'INTERNAL')
      context.log.error({ err: thrown, job: jobId }, 'rows could not be prepared')
    await removeRows(context.db, jobId, signal)
    await failPreparing(context, job, error)
  }
}

async function prepare(
  context: Context,
  actions: ReadonlyMap<string, AnyJobAction>,
  job: PreparingJob,
  rowsFrom: RowsFrom | null,
  signal: AbortSignal,
): Promise<void> {
  await removeRows(context.db, job.id, signal)
  const action = knownAction(actions, job.action)
  const parameters = JSON.parse(job.parameters) as JsonObject
  const call: RowCall = { ...context, actor: actorOf(job.requester, job.requested_by) }
  assertStillMay(call, action)
  await action.check?.(call, parameters)
  const source = await openRowSource(call, action, rowsFrom, signal)
  try {
    const rows = new PreviewRows(call, action, parameters, source.from)
    await writeAll(context, job, source, rows, signal)
    rows.throwIfRefused()
    for (const [text, cells] of source.warnings) count(rows.sums.warnings, text, cells)
    for (const [reason, { rows: left, examples }] of source.excluded)
      leaveOut(rows.sums.excluded, reason, left, examples)
    const isDone = await finishPreparing(
      call,
      actions,
      { job, action, columns: source.columns, rows },
      signal,
    )
    if (!isDone) throw new NoLongerOurs('the job changed while it was prepared')
  } finally {
    await source.close()
  }
}

function assertStillMay({ actor }: RowCall, { needs }: AnyJobAction): void {
  if (!actor.permissions.has(needs))
    throw new AppError('FORBIDDEN', `${actor.name} may not do this: it needs the permission ${needs}`)
}

async function writeAll(
  context: Context,
  job: PreparingJob,
  source: OpenRows,
  rows: PreviewRows,
  signal: AbortSignal,
): Promise<void> {
  let waiting: PreparedRow[] = []
  let writing = Promise.resolve()
  /** While these are written the next ones are read. */
  const writeOn = async (): Promise<void> => {
    await writing
    writing = write(context, job, waiting, { done: rows.sums.rows, total: source.total })
    writing.catch(() => {})
    waiting = []
  }
  try {
    for await (const batch of source.read(signal)) {
      for (const piece of chunksOf(batch, previewedAtOnce)) waiting.push(...(await rows.take(piece, signal)))
      if (waiting.length < writtenAtOnce) continue
      await writeOn()
      signal.throwIfAborted()
    }
    if (waiting.length > 0) await writeOn()
    await writing
  } finally {
    // Nothing is written any more once this has ended, however it ends.
    await writing.catch(() => {})
  }
}

async function write(
  { db, engine, clock, events }: Context,
  job: PreparingJob,
  rows: readonly PreparedRow[],
  { done, total }: { done: number; total: number | null },
): Promise<void> {
  const now = clock.now()
  const progress = { done, total, message: 'preparing rows' }
  await db.transaction().execute(async (transaction) => {
    const set = { progress: JSON.stringify(progress), updated_at: now }
    // Whoever lost the job, or was called off, writes nothing more.
    if (!(await changePreparing(transaction, job, set))) throw new NoLongerOurs('the job is no longer ours')
    await insertPrepared(transaction, engine, now, job.id, rows)
  })
  events.publish({
    topic: 'job.progress',
    at: now,
    data: { id: job.id, ...progress, failed: 0, skipped: 0 },
  })
}
