import { Worker } from 'node:worker_threads'
import type { IsolatedEnd } from '#features/jobs/isolated-work.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import { AppError } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'

export interface ThreadOptions {
  /** How long after an abort the thread may take to end by itself, in milliseconds. */
  graceMs: number
  /** Megabytes of JavaScript objects it may hold; 256 where it is left out. Buffers are not counted. */
  memoryMb?: number | undefined
  /** Whether the work may have changed something before it was ended by force: then nobody knows the outcome. */
  mayHaveActed?: boolean | undefined
}

/**
 * Does work that may hang, or need too much memory, in a thread of its own: `run(input, signal)` as exported by the
 * module (IsolatedWork of isolated-work.ts). It sees nothing of our environment, and what it prints is dropped.
 *
 * On an abort the work's own signal aborts; what it still gives or throws within the grace counts (an error that is
 * not AppError is then the signal's reason), after it the thread is ended. Throws the AppError of the work, and for a
 * thread that was ended by force or fell over HANDLER_STUCK, or OutcomeUnknown where it may have acted. Any other
 * error is thrown as it was.
 */
export async function runInThread(
  module: URL,
  input: Json,
  signal: AbortSignal,
  { graceMs, memoryMb = 256, mayHaveActed = false }: ThreadOptions,
): Promise<Json> {
  signal.throwIfAborted()
  const worker = new Worker(new URL(import.meta.resolve('#features/jobs/isolated-work.ts')), {
    workerData: { module: module.href, input },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  const forced = Promise.withResolvers<IsolatedEnd>()
  const code = mayHaveActed ? 'OUTCOME_UNKNOWN' : 'HANDLER_STUCK'
  let killing: NodeJS.Timeout | undefined
  const abort = (): void => {
    worker.postMessage(signal.reason instanceof Error ? signal.reason.message : String(signal.reason))
    killing = setTimeout(
      () =>
        forced.resolve({ code, message: `It did not stop within ${graceMs / 1000} seconds and was ended` }),
      graceMs,
    )
  }
  signal.addEventListener('abort', abort, { once: true })
  try {
    return resultOf(await Promise.race([forced.promise, endOf(worker, code, memoryMb)]), signal)
  } finally {
    clearTimeout(killing)
    signal.removeEventListener('abort', abort)
    await endThread(worker)
  }
}

/** How the thread ends by itself. */
function endOf(
  worker: Worker,
  code: 'OUTCOME_UNKNOWN' | 'HANDLER_STUCK',
  memoryMb: number,
): Promise<IsolatedEnd> {
  return new Promise((resolve) => {
    worker.once('message', resolve)
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `It needed more than ${memoryMb} MB and was ended`
          : `It fell over: ${error.message}`
      resolve({ code, message: why })
    })
    worker.once('exit', () => resolve({ code, message: 'It ended without an answer' }))
  })
}

function resultOf(end: IsolatedEnd, signal: AbortSignal): Json {
  if ('result' in end) return end.result
  if ('code' in end) {
    const { code, message, ...more } = end
    throw code === 'OUTCOME_UNKNOWN' ? new OutcomeUnknown(message, more) : new AppError(code, message, more)
  }
  signal.throwIfAborted()
  throw end.stranger
}

/** A thread that sits in a call of the system cannot be ended before the call is; it is not waited for above a second. */
async function endThread(worker: Worker): Promise<void> {
  worker.unref()
  const patience = Promise.withResolvers<void>()
  const timer = setTimeout(patience.resolve, 1_000)
  await Promise.race([worker.terminate(), patience.promise])
  clearTimeout(timer)
}
