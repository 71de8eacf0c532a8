import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '#kernel/errors.ts'
import type { ErrorCode } from '#kernel/errors.ts'
import type { Json } from '#kernel/json.ts'

/** What a module that is run in a thread has to export, as `run`. It stops soon after the signal aborts. */
export type IsolatedWork = (input: Json, signal: AbortSignal) => Json | Promise<Json>

/** How the work of a thread ended, as it is told to the thread that began it. */
export type IsolatedEnd =
  | { result: Json }
  | { code: ErrorCode; message: string; hint?: string; retryAfterSeconds?: number }
  | { stranger: unknown }

/** The thread's own side: loads the module, does its work, tells how it ended. */
async function work(module: string, input: Json, signal: AbortSignal): Promise<IsolatedEnd> {
  try {
    const { run } = (await import(module)) as { run: IsolatedWork }
    return { result: (await run(input, signal)) ?? null }
  } catch (error) {
    if (!(error instanceof AppError)) return { stranger: toPlain(error) }
    const { code, message, hint, retryAfterSeconds } = error
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    }
  }
}

/** An error may hold what cannot be sent to another thread. */
const toPlain = (error: unknown): unknown =>
  error instanceof Error
    ? Object.assign(new Error(error.message), { name: error.name, stack: error.stack })
    : String(error)

if (parentPort) {
  const port = parentPort
  const controller = new AbortController()
  // Once: afterwards nothing of ours keeps the thread alive.
  port.once('message', (reason: string) => controller.abort(new Error(reason)))
  const { module, input } = workerData as { module: string; input: Json }
  port.postMessage(await work(module, input, controller.signal))
  port.close()
}
