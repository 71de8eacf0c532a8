import { AppError } from '#kernel/errors.ts'
import type { CliParts, GlobalValues, HandWrittenCommand } from '#surfaces/cli/cli-parts.ts'
import { executeOf } from '#surfaces/cli/execute-of.ts'
import { exitCodes } from '#surfaces/cli/exit-code.ts'
import { showAnswer } from '#surfaces/cli/show-answer.ts'
import { followAndAsk } from '#surfaces/cli/submit-command.ts'

interface Understanding {
  understood: boolean
  proposal: { action: string; parameters: object; rowsFrom: object | null } | null
}

interface Values extends GlobalValues {
  yes?: boolean
}

/** `do TEXT…`: says what some words would do and, after a yes, prepares it as a job that waits for an approval. */
export function doCommand(parts: CliParts): HandWrittenCommand[] {
  if (!parts.operations.some(({ name }) => name === 'job.propose')) return []
  return [
    {
      path: 'do',
      summary: 'Say what some words would do, and prepare it as a job that waits for an approval.',
      arguments: [['<text...>', 'Such as: tag web-tier on type:vm cluster:prod*']],
      options: [['--yes', 'Prepare it without asking; it still waits for its approval.']],
      run: ({ arguments: words, values }) => propose(parts, words.join(' '), values as unknown as Values),
    },
  ]
}

async function propose(parts: CliParts, text: string, values: Values): Promise<number> {
  const execute = executeOf(parts, values)
  const ask = (name: string, input: Record<string, unknown>) =>
    execute({ operation: operationOf(parts, name), input, configFile: values.config }, parts.signal)
  const answer = (await ask('job.propose', { text })) as Understanding
  const { understood, proposal } = answer
  if (values.json) {
    parts.print(JSON.stringify(answer, null, 2))
    return understood ? exitCodes.ok : exitCodes.failure
  }
  const view = { width: parts.isTty ? (parts.width ?? 100) : undefined, now: parts.clock.now() }
  parts.print(showAnswer(operationOf(parts, 'job.propose'), answer, view).text)
  if (!understood || !proposal) return exitCodes.failure
  if (!(await isWanted(parts, values))) return exitCodes.ok
  const { action, parameters, rowsFrom } = proposal
  const originalCommand = `rollcall do ${text}`.slice(0, 4_000)
  const job = (await ask('job.preview', {
    action,
    parameters,
    ...(rowsFrom === null ? {} : { rowsFrom }),
    originalCommand,
  })) as { id: number }
  return followAndAsk(parts, values, job.id)
}

/** Without a terminal only --yes will do. */
async function isWanted(parts: CliParts, { yes }: Values): Promise<boolean> {
  if (yes) return true
  const isSure = parts.isTty && (await parts.confirm('Prepare this?'))
  if (!isSure) parts.printError(parts.isTty ? 'Nothing was done.' : 'Nothing was done: --yes prepares it.')
  return isSure
}

function operationOf({ operations }: CliParts, wanted: string) {
  const operation = operations.find(({ name }) => name === wanted)
  if (operation) return operation
  throw new AppError('NOT_FOUND', `There is no operation ${wanted} here`)
}
