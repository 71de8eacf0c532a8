import type { AnyOperation } from '#features/operation.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Execute } from '#surfaces/cli/execute.ts'
import type { FollowJob } from '#surfaces/cli/follow-job.ts'

/** A command that is no question with one answer: `serve`, `mcp`, `config check`. */
export interface HandWrittenCommand {
  /** `serve` or `config check`. */
  path: string
  summary: string
  /** As commander writes them: `['[ranges...]', 'What to scan.']`. */
  arguments?: readonly (readonly [flags: string, description: string])[] | undefined
  /** As commander writes them: `['--port <number>', 'Where to listen.']`. */
  options?: readonly (readonly [flags: string, description: string])[] | undefined
  /** Gives the exit code. `values` holds its options by their camelCase names, and `json` and `config`. */
  run(
    given: { arguments: readonly string[]; values: Record<string, unknown> },
    signal: AbortSignal,
  ): Promise<number>
}

/** What the command line is built from; it touches neither process nor console itself. */
export interface CliParts {
  /** Without node and script. */
  argv: readonly string[]
  version: string
  operations: readonly AnyOperation[]
  /** Runs an operation in this process; not called for help or bad usage, so it may open things late. */
  execute: Execute
  /** Where commands go without --server. */
  environment?: { ROLLCALL_URL?: string | undefined; ROLLCALL_TOKEN?: string | undefined } | undefined
  commands?: readonly HandWrittenCommand[] | undefined
  /** One or more lines to standard output, without the last newline. */
  print(text: string): void
  /** The same to standard error. */
  printError(text: string): void
  /** Shows a line that replaces the one before, or with an empty text clears it; only used on a terminal. */
  progress?: ((line: string) => void) | undefined
  isTty: boolean
  /** Columns of the terminal. */
  width?: number | undefined
  confirm(question: string): Promise<boolean>
  /** Standard input to its end, for values given as `-`. */
  readInput?: (() => Promise<string>) | undefined
  /** Keeps a file of rows here; gives its id. */
  upload?:
    | ((file: string, configFile: string | undefined, signal: AbortSignal) => Promise<{ id: string }>)
    | undefined
  /** Follows a job in this process; without it, by asking job.show. */
  followJob?: FollowJob | undefined
  /** Whether a server takes the jobs of the database here. */
  isServed?: (() => Promise<boolean>) | undefined
  clock: Clock
  /** Keeps an unexpected error for who looks into it; the person sees only that there was one. */
  logFailure?: ((error: unknown) => void) | undefined
  /** Aborts on Ctrl-C. */
  signal: AbortSignal
}

/** What was asked of the program as a whole. */
export interface GlobalValues {
  json: boolean
  server: string | undefined
  config: string | undefined
}
