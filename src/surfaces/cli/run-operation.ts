import type { AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import type { CliParts, GlobalValues } from '#surfaces/cli/cli-parts.ts'
import type { Execute } from '#surfaces/cli/execute.ts'
import { exitCodes } from '#surfaces/cli/exit-code.ts'
import { followByAsking, type FollowedJob, type FollowJob, progressLine } from '#surfaces/cli/follow-job.ts'
import { createRemoteExecute } from '#surfaces/cli/remote-client.ts'
import { showAnswer } from '#surfaces/cli/show-answer.ts'
import { safeLines, safeText } from '#surfaces/cli/terminal-text.ts'

/** What was said beside the input. */
export interface Manner extends GlobalValues {
  yes: boolean
  all: boolean
  wait: boolean
}

interface Page {
  items: unknown[]
  nextCursor: string | null
}

/** Asks an operation and shows its answer; gives the exit code. */
export async function runOperationCommand(
  parts: CliParts,
  operation: AnyOperation,
  input: Record<string, unknown>,
  manner: Manner,
): Promise<number> {
  if (!(await isSure(parts, operation, input, manner))) return exitCodes.failure
  const execute = executeOf(parts, manner)
  const ask = (given: Record<string, unknown>) =>
    execute({ operation, input: given, configFile: manner.config }, parts.signal)
  const answer = manner.all ? await everyPage(ask, input) : await ask(input)
  if (operation.job && manner.wait)
    return follow(parts, operation, manner, execute, (answer as { jobId: number }).jobId)
  if (manner.json) parts.print(JSON.stringify(answer ?? null, null, 2))
  else show(parts, operation, answer)
  if (operation.job) {
    if (execute === parts.execute && (await parts.isServed?.()) === false)
      parts.printError('No server runs on this database: the job waits until one does.')
    return exitCodes.ok
  }
  return operation.cli?.isFailure?.(answer) ? exitCodes.failure : exitCodes.ok
}

function executeOf(parts: CliParts, manner: Manner): Execute {
  const server = manner.server ?? parts.environment?.ROLLCALL_URL
  if (!server) return parts.execute
  return createRemoteExecute({ server, token: parts.environment?.ROLLCALL_TOKEN, clock: parts.clock })
}

/** Asks before something is lost; without a terminal only --yes will do. */
async function isSure(
  { isTty, confirm, printError }: CliParts,
  operation: AnyOperation,
  input: Record<string, unknown>,
  { yes, json }: Manner,
): Promise<boolean> {
  if (operation.effect !== 'danger' || yes) return true
  if (!isTty || json) {
    throw new AppError(
      'INPUT_INVALID',
      `${operation.name} cannot be taken back and nobody is here to be asked`,
      {
        hint: 'Add --yes to say that you mean it.',
      },
    )
  }
  const about = (operation.cli?.arguments ?? [])
    .map((name) => input[name])
    .filter((value) => value !== undefined)
  const subject = about.length > 0 ? ` (${safeText(about.flat().join(', '))})` : ''
  const sure = await confirm(`${operation.summary.replace(/\.$/, '')}${subject}?`)
  if (!sure) printError('Nothing was done.')
  return sure
}

async function everyPage(
  ask: (input: Record<string, unknown>) => Promise<unknown>,
  input: Record<string, unknown>,
): Promise<Page> {
  const first: Record<string, unknown> = { limit: 1_000, ...input }
  let page = (await ask(first)) as Page
  const whole = { ...page, items: [...page.items] }
  while (page.nextCursor !== null) {
    page = (await ask({ ...first, cursor: page.nextCursor })) as Page
    whole.items.push(...page.items)
  }
  return { ...whole, nextCursor: null }
}

function show(parts: CliParts, operation: AnyOperation, answer: unknown): void {
  const width = parts.isTty ? (parts.width ?? 100) : undefined
  const { text, note } = showAnswer(operation, answer, { width, now: parts.clock.now() })
  parts.print(text)
  if (note !== undefined) parts.printError(note)
}

async function follow(
  parts: CliParts,
  operation: AnyOperation,
  manner: Manner,
  execute: Execute,
  jobId: number,
): Promise<number> {
  const job = await followTo(parts, manner, execute)(jobId, reporter(parts, manner), parts.signal).catch(
    (thrown) => {
      if (parts.signal.aborted)
        parts.printError(`Job ${jobId} is not stopped by this: rollcall job cancel ${jobId}`)
      throw thrown
    },
  )
  if (parts.isTty) parts.progress?.('')
  if (manner.json) parts.print(JSON.stringify(job, null, 2))
  else parts.print(safeLines([progressLine(job), endOf(operation, job)].join('\n').trimEnd()))
  if (job.status === 'completed')
    return operation.cli?.isFailure?.(job.result) ? exitCodes.failure : exitCodes.ok
  return parts.signal.aborted ? exitCodes.interrupted : exitCodes.failure
}

/** What an ended job has to say. */
function endOf({ cli }: AnyOperation, { status, errorMessage, result }: FollowedJob): string {
  if (status !== 'completed') return errorMessage ?? ''
  return cli?.show && result ? cli.show(result) : ''
}

function followTo(parts: CliParts, manner: Manner, execute: Execute): FollowJob {
  if (execute === parts.execute && parts.followJob) return parts.followJob
  const show = parts.operations.find((each) => each.name === 'job.show')
  if (!show) throw new AppError('NOT_FOUND', 'Jobs cannot be followed here', { hint: 'Use --no-wait.' })
  return followByAsking(show, execute, parts.clock, manner.config)
}

/** On a terminal one line that changes; elsewhere a line when something is new, at most every five seconds. */
function reporter(
  { isTty, progress, printError, clock }: CliParts,
  { json }: Manner,
): (line: string) => void {
  let last = ''
  let due = 0
  return (line) => {
    if (isTty && progress) return progress(safeText(line))
    if (json || line === last || clock.monotonic() < due) return
    last = line
    due = clock.monotonic() + 5_000
    printError(safeText(line))
  }
}
