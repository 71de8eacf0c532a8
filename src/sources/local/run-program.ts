import { spawn } from 'node:child_process'
import { AppError } from '#kernel/errors.ts'

/** How a program ended and what it said; output beyond the bound is cut. */
export interface ProgramOutcome {
  /** Undefined when a signal ended it. */
  code: number | undefined
  stdout: string
  stderr: string
}

export interface ProgramOptions {
  input?: string
  /** Milliseconds; the program is killed after it. */
  timeout?: number
  /** Bytes of output kept per stream. */
  maximumBytes?: number
}

const missing = (program: string, cause: unknown) =>
  new AppError('SOURCE_TOOL_MISSING', `The program ${program} could not be started`, {
    hint: `Install ${program} on the machine that runs Rollcall, or choose a method that does not need it.`,
    cause,
  })

/** Gathers a stream's text up to a bound, so that a runaway program cannot fill the memory. */
function gather(stream: NodeJS.ReadableStream, maximumBytes: number): () => string {
  const parts: Buffer[] = []
  let size = 0
  stream.on('data', (part: Buffer) => {
    if (size < maximumBytes) parts.push(part)
    size += part.length
  })
  return () => Buffer.concat(parts).toString('utf8').slice(0, maximumBytes)
}

/**
 * Runs a program without a shell, to its end. It is killed when the signal aborts (the signal's reason is thrown)
 * or its time is over (SOURCE_TIMEOUT); the promise settles only when it is really gone. SOURCE_TOOL_MISSING when
 * it cannot be started. A failing exit code is an answer, not an error.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
  signal: AbortSignal,
): Promise<ProgramOutcome> {
  signal.throwIfAborted()
  const { input, timeout = 30_000, maximumBytes = 64 * 2 ** 20 } = options
  const limit = AbortSignal.timeout(timeout)
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  const stop = AbortSignal.any([signal, limit])
  stop.addEventListener('abort', kill, { once: true })
  const stdout = gather(child.stdout, maximumBytes)
  const stderr = gather(child.stderr, maximumBytes)
  child.stdin.on('error', () => {}).end(input ?? '')
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (cause) => reject(missing(program, cause)))
      child.once('close', resolve)
    })
    signal.throwIfAborted()
    if (limit.aborted)
      throw new AppError('SOURCE_TIMEOUT', `${program} did not end within ${timeout / 1000} seconds`)
    return { code: code ?? undefined, stdout: stdout(), stderr: stderr() }
  } finally {
    stop.removeEventListener('abort', kill)
  }
}
