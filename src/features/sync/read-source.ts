import { keptConfigs } from '#features/configs/kept-configs.ts'
import type { Context } from '#features/context.ts'
import { applyBatch } from '#features/sync/apply-batch.ts'
import { createConfigIntake } from '#features/sync/config-intake.ts'
import { createFactIntake } from '#features/sync/fact-intake.ts'
import { createPrefixIntake } from '#features/sync/prefix-intake.ts'
import { publishOutcome } from '#features/sync/run-progress.ts'
import type { Ending } from '#features/sync/run-queries.ts'
import { warn } from '#features/sync/run-state.ts'
import type { RunState } from '#features/sync/run-state.ts'
import { toAppError } from '#kernel/errors.ts'
import type { ReportedRecord } from '#model/record.ts'
import type { Page, Source, Verdict } from '#sources/source.ts'

type Tools = Pick<Context, 'db' | 'engine' | 'clock' | 'config' | 'log' | 'events'>

/** What went wrong with the source itself; what it told until then is kept. */
class ReadingFailed extends Error {}

/**
 * Reads the source to its end, in batches that are each written before the next page is asked for, and says how the
 * reading ended. An error that is not the source's is thrown.
 */
export async function readSource(
  tools: Tools,
  source: Source,
  run: RunState,
  tellProgress: () => void,
  signal: AbortSignal,
): Promise<Ending> {
  let pending: ReportedRecord[] = []
  const facts = createFactIntake(tools, run)
  const configs = createConfigIntake(tools, run)
  const prefixes = createPrefixIntake(tools, run)
  const apply = async (size: number) => {
    const batch = pending.slice(0, size)
    pending = pending.slice(size)
    publishOutcome(tools, await applyBatch(tools, run, batch))
    await facts.save(pending)
    await configs.save(pending)
    tellProgress()
  }
  const applyAll = async () => {
    while (pending.length > 0) await apply(tools.config.sync.batchSize)
    await facts.save(pending)
    await configs.save(pending)
  }
  const pages = source.read(signal, keptConfigs(tools.db, tools.engine, run.source))
  try {
    for (;;) {
      const step = await nextPage(pages, signal)
      if (step.done) {
        await applyAll()
        const ending = judge(run, step.value)
        const mayLack = step.value.complete && step.value.mayLackPrefixes === true
        await prefixes.settle(ending.status === 'complete' && !mayLack)
        return ending
      }
      const { records, total, warnings = [] } = step.value
      run.total = total ?? run.total
      for (const warning of warnings) warn(run, warning)
      pending.push(...records)
      facts.take(step.value.facts ?? [])
      configs.take(step.value.configs ?? [])
      prefixes.take(step.value.prefixes ?? [])
      while (pending.length >= tools.config.sync.batchSize) {
        signal.throwIfAborted()
        await apply(tools.config.sync.batchSize)
      }
      if (facts.isFull || configs.isFull) await applyAll()
    }
  } catch (error) {
    if (signal.aborted && error === signal.reason) return cancelled
    if (!(error instanceof ReadingFailed)) throw error
    await applyAll()
    await prefixes.settle(false)
    return failed(tools, run, error.cause)
  } finally {
    // Not waited for: a source that hangs would hang here as well.
    void pages.return({ complete: false, reason: 'not read to its end' }).catch(() => {})
  }
}

const cancelled: Ending = {
  status: 'cancelled',
  reason: 'It was stopped before its end.',
  errorCode: null,
}

/** The next page, or the signal's reason as soon as it aborts, even where the source does not listen. */
async function nextPage(
  pages: AsyncGenerator<Page, Verdict>,
  signal: AbortSignal,
): Promise<IteratorResult<Page, Verdict>> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([pages.next(), aborted])
  } catch (cause) {
    signal.throwIfAborted()
    throw new ReadingFailed('the source failed', { cause })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** A complete reading must have told something, and as much as it promised: else it proves nothing. */
function judge(run: RunState, verdict: Verdict): Ending {
  if (!verdict.complete) return partial(verdict.reason)
  if (run.total !== null && run.seen.size < run.total)
    return partial(`The source spoke of ${run.total} records but told only ${run.seen.size}.`)
  if (run.seen.size === 0 && (run.source.provesAbsence || run.heldBefore > 0))
    return partial('The source told nothing at all, which does not prove that there is nothing.')
  return { status: 'complete', reason: null, errorCode: null }
}

const partial = (reason: string): Ending => ({ status: 'partial', reason, errorCode: null })

function failed({ log }: Tools, run: RunState, cause: unknown): Ending {
  const error = toAppError(cause)
  if (error.code === 'INTERNAL') log.error({ err: cause, source: run.source.name }, 'a source failed')
  return {
    status: run.seen.size > 0 ? 'partial' : 'failed',
    reason: error.message,
    errorCode: error.code,
  }
}
