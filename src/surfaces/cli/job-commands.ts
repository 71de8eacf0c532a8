import { AppError } from '#kernel/errors.ts'
import type { CliParts, GlobalValues, HandWrittenCommand } from '#surfaces/cli/cli-parts.ts'
import { executeOf } from '#surfaces/cli/execute-of.ts'
import { seeJobThrough } from '#surfaces/cli/see-job-through.ts'
import { showAnswer } from '#surfaces/cli/show-answer.ts'

/** `job follow`: watches a job as the command that began it would have done. Only where jobs can be shown. */
export function followCommand(parts: CliParts): HandWrittenCommand[] {
  const show = parts.operations.find(({ name }) => name === 'job.show')
  if (!show) return []
  return [
    {
      path: 'job follow',
      summary: 'Watch a job until it is over or waits for somebody.',
      arguments: [['<id>', 'The number of the job.']],
      async run({ arguments: [given], values }) {
        const manner = values as unknown as GlobalValues
        const id = jobNumber(given)
        const execute = executeOf(parts, manner)
        // Asked first: a job that is not there, or not to be seen, is an error at once.
        await execute({ operation: show, input: { id }, configFile: manner.config }, parts.signal)
        if (execute === parts.execute && (await parts.isServed?.()) === false)
          parts.printError(
            'No server runs on this database: this process does what is to do; Ctrl-C cancels it.',
          )
        return seeJobThrough(parts, manner, execute, id)
      },
    },
  ]
}

function jobNumber(given: string | undefined): number {
  if (given !== undefined && /^\d{1,15}$/.test(given)) return Number(given)
  throw new AppError('INPUT_INVALID', 'That is no number of a job', {
    complaints: [{ path: 'id', value: given, expected: 'a number such as 7' }],
  })
}

interface Shown {
  approval?: string | null
  approvalHash?: string | null
}

/**
 * The hash of what was looked at, for an approval that names none: shows the job and asks. Undefined when the answer is
 * no. Throws INPUT_INVALID where nobody is there to look.
 */
export async function hashAfterLooking(
  parts: CliParts,
  manner: GlobalValues,
  input: Record<string, unknown>,
): Promise<string | undefined> {
  const show = parts.operations.find(({ name }) => name === 'job.show')
  if (!parts.isTty || manner.json || !show)
    throw new AppError('INPUT_INVALID', 'job.approve needs the hash of what was looked at', {
      complaints: [{ path: 'hash', expected: 'the approvalHash that `rollcall job show` tells' }],
    })
  const request = { operation: show, input: { id: input['id'] }, configFile: manner.config }
  const job = (await executeOf(parts, manner)(request, parts.signal)) as Shown
  // Not to be decided about: the operation itself says why.
  if (job.approval !== 'waiting' || !job.approvalHash) return job.approvalHash ?? 'none'
  parts.print(showAnswer(show, job, { width: parts.width ?? 100, now: parts.clock.now() }).text)
  return (await parts.confirm('Approve exactly this?')) ? job.approvalHash : undefined
}
