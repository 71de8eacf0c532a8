import type { AnyOperation } from '#features/operation.ts'
import { AppError } from '#kernel/errors.ts'
import { isOver } from '#model/job-rest.ts'
import type { CliParts, GlobalValues } from '#surfaces/cli/cli-parts.ts'
import type { Execute } from '#surfaces/cli/execute.ts'
import { exitCodes } from '#surfaces/cli/exit-code.ts'
import { followByAsking, progressLine, troubles } from '#surfaces/cli/follow-job.ts'
import type { FollowedJob, FollowJob } from '#surfaces/cli/follow-job.ts'
import { createJobBar } from '#surfaces/cli/job-bar.ts'
import { safeLines, safeText } from '#surfaces/cli/terminal-text.ts'

/** How a job that was followed is shown: what its action says of a result, and whether that is a failure. */
type Telling = AnyOperation['cli']

/**
 * Follows a job until it is over or waits for a person, shows how it stands, and gives the exit code. An abort leaves it
 * alone, unless this process does it itself.
 */
export async function seeJobThrough(
  parts: CliParts,
  manner: GlobalValues,
  execute: Execute,
  jobId: number,
  telling?: Telling,
): Promise<number> {
  const followed = followTo(parts, manner, execute)(jobId, reporter(parts, manner), parts.signal)
  const job = await followed.catch((thrown) => {
    if (parts.signal.aborted)
      parts.printError(`Job ${jobId} is not stopped by this: rollcall job cancel ${jobId}`)
    throw thrown
  })
  if (parts.isTty) parts.progress?.('')
  if (manner.json) parts.print(JSON.stringify(job, null, 2))
  else parts.print(safeLines(standsText(job, telling)))
  if (!isOver(job)) return exitCodes.waiting
  if (job.status === 'completed') return telling?.isFailure?.(job.result) ? exitCodes.failure : exitCodes.ok
  return parts.signal.aborted ? exitCodes.interrupted : exitCodes.failure
}

/** How a job stands, what it has to say, and what somebody may do about it. */
function standsText(job: FollowedJob, telling: Telling): string {
  const lines = [progressLine(job), ...said(job, telling), ...steps(job)]
  return lines.filter((line) => line !== '').join('\n')
}

function said({ status, errorMessage, result, totalRows = 0 }: FollowedJob, telling: Telling): string[] {
  const shown = telling?.show && result ? telling.show(result) : ''
  // Of several rows some may be done: what became of each says more than the first error.
  if (status === 'failed' && totalRows > 1 && shown !== '') return [shown]
  return [status === 'completed' ? shown : (errorMessage ?? '')]
}

/** What to type next, where something is to be done. */
function steps(job: FollowedJob): string[] {
  const { id } = job
  if (isOver(job)) return afterwards(job)
  switch (job.waitingFor) {
    case 'approval':
      return [`Look at it and decide: rollcall job approve ${id}`]
    case 'person':
      return [`Let it go on: rollcall job resume ${id}`]
    case 'review':
      return [
        `Which rows: rollcall job rows ${id} --review ambiguous`,
        `Say what became of them: rollcall job resolve ${id} --rows N --outcome done|not_done`,
      ]
    case 'budget':
      return [
        `What went wrong: rollcall job errors ${id}`,
        `Let it go further: rollcall job edit ${id} --options maxCostCents=N, then rollcall job resume ${id}`,
      ]
    default:
      return [`Look at it: rollcall job show ${id}`, `Let it go on: rollcall job resume ${id}`]
  }
}

/** Of a job that is over: what helps where something failed, and which rows were left alone. */
function afterwards(job: FollowedJob): string[] {
  if (troubles(job).length === 0) return []
  const { id, failedRows = 0 } = job
  return failedRows > 0
    ? [`What helps: rollcall job errors ${id}`]
    : [`Which, and why: rollcall job rows ${id} --status skipped`]
}

function followTo(parts: CliParts, manner: GlobalValues, execute: Execute): FollowJob {
  if (execute === parts.execute && parts.followJob) return parts.followJob
  const show = parts.operations.find((each) => each.name === 'job.show')
  if (!show) throw new AppError('NOT_FOUND', 'Jobs cannot be followed here', { hint: 'Use --no-wait.' })
  return followByAsking(show, execute, parts.clock, manner.config)
}

/** On a terminal one line that changes; elsewhere a line when something is new, at most every five seconds. */
function reporter(
  { isTty, progress, printError, clock }: CliParts,
  { json }: GlobalValues,
): (job: FollowedJob) => void {
  const bar = createJobBar()
  let last = ''
  let due = 0
  return (job) => {
    if (isTty && progress) return progress(safeText(bar(job, clock.monotonic())))
    const line = progressLine(job)
    if (json || line === last || clock.monotonic() < due) return
    last = line
    due = clock.monotonic() + 5_000
    printError(safeText(line))
  }
}
