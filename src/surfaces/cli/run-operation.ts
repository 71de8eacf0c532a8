import type { AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import type { CliParts, GlobalValues } from '#surfaces/cli/cli-parts.ts'
import { exitCodes } from '#surfaces/cli/exit-code.ts'
import { executeOf } from '#surfaces/cli/execute-of.ts'
import { hashAfterLooking } from '#surfaces/cli/job-commands.ts'
import { seeJobThrough } from '#surfaces/cli/see-job-through.ts'
import { showAnswer } from '#surfaces/cli/show-answer.ts'
import { safeText } from '#surfaces/cli/terminal-text.ts'

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
  given: Record<string, unknown>,
  manner: Manner,
): Promise<number> {
  const input = await withHash(parts, operation, given, manner)
  if (!input) return exitCodes.failure
  if (!(await isSure(parts, operation, input, manner))) return exitCodes.failure
  const execute = executeOf(parts, manner)
  const ask = (page: Record<string, unknown>) =>
    execute({ operation, input: page, configFile: manner.config }, parts.signal)
  const answer = manner.all ? await everyPage(ask, input) : await ask(input)
  if (operation.job && manner.wait)
    return seeJobThrough(parts, manner, execute, (answer as { jobId: number }).jobId, operation.cli)
  if (manner.json) parts.print(JSON.stringify(answer ?? null, null, 2))
  else show(parts, operation, answer)
  if (operation.job) {
    if (execute === parts.execute && (await parts.isServed?.()) === false)
      parts.printError('No server runs on this database: the job waits until one does.')
    return exitCodes.ok
  }
  return operation.cli?.isFailure?.(answer) ? exitCodes.failure : exitCodes.ok
}

/** Who approves a job on a terminal need not copy its hash: the job is shown and asked about. Undefined after a no. */
async function withHash(
  parts: CliParts,
  { name }: AnyOperation,
  input: Record<string, unknown>,
  manner: Manner,
): Promise<Record<string, unknown> | undefined> {
  if (name !== 'job.approve' || input['hash'] !== undefined) return input
  const hash = await hashAfterLooking(parts, manner, input)
  if (hash !== undefined) return { ...input, hash }
  parts.printError('Nothing was done.')
  return undefined
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
