import { execFile } from 'node:child_process'

/** What a program said. */
export interface CommandOutcome {
  /** Its exit code; undefined when it could not be started or was ended. */
  code: number | undefined
  out: string
  /** Why there is no exit code. */
  failure?: string | undefined
}

/** Runs a program to its end, its time-out or the signal; never rejects. */
export type RunCommand = (
  command: readonly [string, ...string[]],
  options: { timeout: number },
  signal: AbortSignal,
) => Promise<CommandOutcome>

/** Programs speak English, and find those of the administrator whatever started the agent. */
const environment = { LC_ALL: 'C', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

export const runCommand: RunCommand = ([file, ...args], { timeout }, signal) =>
  new Promise((resolve) => {
    const settings = {
      timeout,
      killSignal: 'SIGKILL',
      maxBuffer: 4_194_304,
      signal,
      env: environment,
    } as const
    const child = execFile(file, args, settings, (error, out) => {
      if (error === null) return resolve({ code: 0, out })
      if (typeof error.code === 'number') return resolve({ code: error.code, out })
      const failure = error.killed === true ? `gave no answer in ${timeout / 1000} s` : String(error.code)
      resolve({ code: undefined, out, failure: `${file}: ${failure}` })
    })
    child.stdin?.end()
    // A process that hangs in the kernel cannot be ended: it must not hold the agent.
    child.unref()
  })
