import { z } from 'zod'
import type { Context } from '#features/context.ts'
import { jobAction } from '#features/jobs/action.ts'
import type { JobAction, JobCall, RowCall, RowOutcome } from '#features/jobs/action.ts'
import { rowResults } from '#features/jobs/settle-queries.ts'
import { newestRunsOf } from '#features/sync/run-queries.ts'
import type { RunProgress } from '#features/sync/run-progress.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { runSource } from '#features/sync/run-source.ts'
import type { ConfiguredOpenSource } from '#features/sync/run-source.ts'
import { AppError } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import { errorCatalogue } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'

/** Finds a configured source by name and opens it; NOT_FOUND where there is none. */
export type OpenSource = (context: Context, name: string) => Promise<ConfiguredOpenSource>

const Parameters = z.object({ sources: z.array(z.string()).exactOptional() })
const Input = z.object({ source: z.string() })

/** The job that reads sources, a row for each. One that fails does not stop the others. */
export const createSyncAction = (
  openSource: OpenSource,
): JobAction<z.infer<typeof Parameters>, z.infer<typeof Input>> =>
  jobAction({
    name: 'sync',
    title: 'Read sources',
    summary: 'Read what sources know of machines and bring the inventory up to date.',
    effect: 'read',
    subject: 'source',
    parameters: Parameters,
    input: Input,
    needs: 'sync.run',
    concurrency: 4,
    maxAttempts: 1,
    run: (call, _parameters, { source }, signal) => readOne(call, () => openSource(call, source), signal),
    finish: (call) => sumUp(call),
  })

/** Reads one source as the work of a row; throws what its run failed of. */
export async function readOne(
  call: RowCall,
  open: () => Promise<ConfiguredOpenSource>,
  signal: AbortSignal,
): Promise<RowOutcome> {
  const opened = await open()
  const onProgress = (progress: RunProgress) => call.progress(progressOf(opened.name, progress))
  const request = { startedBy: call.actor.name, jobId: call.jobId, onProgress }
  const run = await runSource(call, opened, request, signal)
  signal.throwIfAborted()
  if (run.status === 'failed') throw errorOf(run)
  return { result: summary(run), isUnchanged: isUnchanged(run) }
}

const isUnchanged = ({ status, added, updated, removed, missingWaiting }: Run): boolean =>
  status === 'complete' && added + updated + removed + missingWaiting === 0

/** The error that a failed run stands for. */
function errorOf({ errorCode, reason }: Run): AppError {
  const code = errorCode !== null && errorCode in errorCatalogue ? (errorCode as ErrorCode) : 'INTERNAL'
  return new AppError(code, reason ?? 'The source could not be read')
}

const summary = ({ id, source, status, reason }: Run): Json => ({
  id,
  source,
  status,
  ...(reason === null ? {} : { reason }),
})

/** How reading each source ended: its run, or why there was none. */
export async function sumUp({ db, jobId }: JobCall): Promise<Json> {
  const runs = await newestRunsOf(db, jobId)
  const rows = await rowResults(db, jobId)
  return {
    runs: rows.map((row) => {
      if (row.result !== null) return JSON.parse(row.result) as Json
      const run = runs.get(row.row_key)
      if (run) return summary(run)
      return { id: null, source: row.row_key, status: 'failed', reason: row.error_message ?? row.status }
    }),
  }
}

const progressOf = (name: string, { seen, total, added, updated }: RunProgress) => ({
  done: seen,
  total,
  message: `${name}: ${seen} records, ${added} new, ${updated} changed`,
})
