import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { AppError } from '#kernel/errors.ts'

/** Found by what is allowed to be found, with nothing else of our own environment: it holds secrets. */
const bareEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
}

/** How often it is looked whether a group has ended, in milliseconds, and how often at most once it was killed. */
const lookEvery = 20
const looksAfterKill = 50

export interface CommandOptions {
  /** What it reads on its standard input; nothing where it is left out. */
  input?: string | Uint8Array | undefined
  /** How long it may run, in milliseconds; then it is ended. */
  timeoutMs: number
  /** How long after the polite signal whatever is left is killed, in milliseconds. */
  graceMs: number
  /** Ends it early. */
  signal: AbortSignal
  /** Bytes kept of each of the two outputs; the rest is read and thrown away. */
  maxOutput: number
  cwd?: string | undefined
  /** All of its environment. A plain search path and nothing of ours where it is left out. */
  env?: Readonly<Record<string, string>> | undefined
}

/** How a command ended. */
export interface CommandEnd {
  /** Null when a signal ended it. */
  exitCode: number | null
  signal: string | null
  /** `timeout` and `abort`: it was ended by us, in the middle of whatever it did. */
  endedBy: 'itself' | 'timeout' | 'abort'
  stdout: string
  stderr: string
  /** More was printed than is kept. */
  isCut: boolean
}

/**
 * Runs a program, without a shell, as the head of a process group of its own, and resolves when it is over however it
 * ended. On a time-out or an abort the whole group gets SIGTERM, and SIGKILL after the grace; what a command leaves
 * behind in its group is ended in the same way, so nothing of it runs on after this has resolved. (A program that takes
 * itself out of the group escapes; Windows knows no groups, and there only the program itself is ended.)
 *
 * Throws the signal's reason where it has aborted before the start, SOURCE_TOOL_MISSING where there is no such program
 * and COMMAND_FAILED where it cannot be started: in all three nothing was done.
 */
export function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  options.signal.throwIfAborted()
  const [program, ...rest] = argv
  if (program === undefined || program === '')
    throw new AppError('COMMAND_FAILED', 'There is no command to run')
  const isGroup = process.platform !== 'win32'
  const child = startOrThrow(program, rest, options, isGroup)
  const stdout = keepOutput(child.stdout, options.maxOutput)
  const stderr = keepOutput(child.stderr, options.maxOutput)
  child.stdin?.on('error', () => {}) // It need not read what it is given.
  child.stdin?.end(options.input)
  return new Promise((resolve, reject) => {
    let endedBy: CommandEnd['endedBy'] = 'itself'
    let killing: NodeJS.Timeout | undefined
    let isKilled = false
    const stop = (): void => {
      if (killing !== undefined) return
      signalAll(child, isGroup, 'SIGTERM')
      killing = setTimeout(() => {
        isKilled = true
        signalAll(child, isGroup, 'SIGKILL')
        // A program that left the group may hold the outputs open for ever.
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, options.graceMs)
    }
    const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null
    const endBy = (reason: 'timeout' | 'abort') => (): void => {
      if (endedBy === 'itself' && !isOver()) endedBy = reason
      stop()
    }
    const timeOut = setTimeout(endBy('timeout'), options.timeoutMs)
    const abort = endBy('abort')
    const settle = (): void => {
      clearTimeout(timeOut)
      clearTimeout(killing)
      options.signal.removeEventListener('abort', abort)
    }
    options.signal.addEventListener('abort', abort, { once: true })
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return // A signal that could not be sent; the end still comes.
      settle()
      reject(cannotStart(program, options, error))
    })
    child.once('exit', stop) // What it left behind.
    child.once('close', (exitCode, signal) => {
      let looks = 0
      const finish = (): void => {
        // Those that closed their outputs have the same grace, and what was killed takes a moment to die. Its
        // remains may lie about unburied where init does not reap, so that is not waited for without end.
        const isPatient = !isKilled || (looks += 1) <= looksAfterKill
        if (isPatient && isGroup && signalAll(child, isGroup, 0)) return void setTimeout(finish, lookEvery)
        settle()
        const isCut = stdout.isCut() || stderr.isCut()
        resolve({ exitCode, signal, endedBy, stdout: stdout.text(), stderr: stderr.text(), isCut })
      }
      finish()
    })
  })
}

const startChild = (
  program: string,
  rest: string[],
  options: CommandOptions,
  isGroup: boolean,
): ChildProcess =>
  spawn(program, rest, {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    shell: false,
    detached: isGroup,
    windowsHide: true,
    env: { ...(options.env ?? bareEnvironment) },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })

/** Some of what cannot be started (arguments that are too long) is thrown at once, and not told as an event. */
function startOrThrow(program: string, ...rest: [string[], CommandOptions, boolean]): ChildProcess {
  try {
    return startChild(program, ...rest)
  } catch (error) {
    throw cannotStart(program, rest[1], error as NodeJS.ErrnoException)
  }
}

/** Sends a signal to every member of the group that is left; false when there is none. */
function signalAll(child: ChildProcess, isGroup: boolean, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  if (child.pid === undefined) return false
  if (!isGroup) return child.kill(signal)
  try {
    return process.kill(-child.pid, signal)
  } catch {
    return false
  }
}

function keepOutput(stream: ChildProcess['stdout'], most: number) {
  const chunks: Buffer[] = []
  let kept = 0
  let isCut = false
  stream?.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, most - kept)
    if (part.length < chunk.length) isCut = true
    if (part.length === 0) return
    chunks.push(part)
    kept += part.length
  })
  stream?.on('error', () => {})
  return {
    isCut: () => isCut,
    // As a stream, so that a letter cut in two is left out.
    text: () => new TextDecoder().decode(Buffer.concat(chunks), { stream: isCut }),
  }
}

function cannotStart(program: string, options: CommandOptions, cause: NodeJS.ErrnoException): AppError {
  if (cause.code !== 'ENOENT')
    return new AppError('COMMAND_FAILED', `${program} cannot be started: ${cause.code ?? cause.message}`, {
      cause,
    })
  return new AppError('SOURCE_TOOL_MISSING', `There is no program ${program} on this host`, {
    hint:
      options.cwd === undefined
        ? 'Name it by its full path.'
        : `Name it by its full path, and see that the folder ${options.cwd} is there.`,
    cause,
  })
}
