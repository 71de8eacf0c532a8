import type { Context } from '#features/context.ts'
import { finishRun } from '#features/sync/finish-run.ts'
import { readSource } from '#features/sync/read-source.ts'
import { endRun, findRun } from '#features/sync/run-queries.ts'
import { keepRunAlive, progressReporter } from '#features/sync/run-progress.ts'
import type { RunProgress } from '#features/sync/run-progress.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import type { RunState, SourceIdentity } from '#features/sync/run-state.ts'
import { startRun } from '#features/sync/start-run.ts'
import type { RunRequest } from '#features/sync/start-run.ts'
import { toAppError } from '#kernel/errors.ts'
import { withRetries } from '#kernel/retry.ts'
import type { Source } from '#sources/source.ts'

/** A source of the configuration, opened and ready to be read. */
export interface ConfiguredOpenSource extends SourceIdentity {
  source: Source
}

/** Who asked for a run, and who wants to hear how far it is. */
export interface RunCall extends RunRequest {
  onProgress?: ((progress: RunProgress) => void) | undefined
}

/**
 * Reads a source once and brings the inventory up to date; gives the run as it ended: complete, partial, failed or
 * cancelled. CONFLICT when the source is being read already.
 */
export async function runSource(
  context: Context,
  { source, ...identity }: ConfiguredOpenSource,
  request: RunCall,
  signal: AbortSignal,
): Promise<Run> {
  const run = await startRun(context, identity, request)
  publish(context, 'run.started', { runId: run.id, source: run.source.name })
  const done = await read(context, source, run, request, signal)
  publish(context, 'run.finished', { runId: run.id, source: run.source.name, status: done.status })
  return done
}

const publish = ({ events, clock }: Context, topic: string, data: Record<string, unknown>): void =>
  events.publish({ topic, at: clock.now(), data })

async function read(
  context: Context,
  source: Source,
  run: RunState,
  { onProgress = () => {} }: RunCall,
  signal: AbortSignal,
): Promise<Run> {
  const begun = context.clock.monotonic()
  const seconds = () => (context.clock.monotonic() - begun) / 1000
  const over = new AbortController()
  const lost = keepRunAlive(context, run, over.signal)
  const tellProgress = progressReporter(context, run, onProgress)
  try {
    const ending = await readSource(context, source, run, tellProgress, AbortSignal.any([signal, lost]))
    await finishRun(context, run, ending, seconds())
  } catch (error) {
    const ending = endingOf(context, run, error)
    // Where the database went away it is waited for: a run that counts as running keeps the source from being read.
    await withRetries(context.clock, Infinity, signal, () => endRun(context, run, ending, seconds()))
  } finally {
    over.abort()
  }
  tellProgress(true)
  return findRun(context.db, run.id)
}

/** An error of ours, not of the source: what was written stays, and the run says that it is not all. */
function endingOf({ log }: Context, run: RunState, thrown: unknown) {
  const error = toAppError(thrown)
  log.error({ err: thrown, source: run.source.name, run: run.id }, 'a run broke off')
  return {
    status: run.seen.size > 0 ? ('partial' as const) : ('failed' as const),
    reason: error.message,
    errorCode: error.code,
  }
}
