import type { JobDetail, JobErrorGroup } from '#features/jobs/job-shapes.ts'
import { moneyText } from '#features/jobs/policy.ts'

const number = (value: number): string => value.toLocaleString('en')

/** What somebody does who is waited for. */
const helps: Readonly<Record<string, (id: number) => string>> = {
  approval: (id) => `rollcall job approve ${id}, or job reject ${id}`,
  person: (id) => `rollcall job resume ${id}`,
  review: (id) =>
    `rollcall job rows ${id} --review ambiguous, then job resolve ${id} --rows N --outcome done|not_done`,
  budget: (id) => `rollcall job errors ${id}, then job edit ${id} and job resume ${id}, or job cancel ${id}`,
  canary: (id) => `rollcall job rows ${id}, then job resume ${id} or job cancel ${id}`,
}

/** A job as a person reads it: what it would do or did, how far it is, and what it waits for. */
export function jobText(job: JobDetail): string {
  const help = job.waitingFor === null ? undefined : helps[job.waitingFor]?.(job.id)
  const lines: [name: string, text: string | null | undefined][] = [
    ['does', job.preview?.sentence ?? job.description],
    ['state', stateText(job)],
    ['next', help],
    ['rows', rowsText(job)],
    ['cost', costText(job)],
    ['approval', approvalText(job)],
    ['hash', job.approval === 'waiting' && job.status === 'pending' ? job.approvalHash : null],
    ...(job.preview?.warnings ?? []).map((each): [string, string] => [
      'warning',
      `${each.text} (${number(each.rows)})`,
    ]),
    ...(job.preview?.excluded ?? []).map((each): [string, string] => [
      'left out',
      `${number(each.rows)}: ${each.reason}${examplesText(each)}`,
    ]),
    ...job.violations.map((each): [string, string] => ['rule', `${each.message} (${each.policy})`]),
    ...job.approvals.map((each): [string, string] => [
      each.decision,
      `by ${each.by}, ${each.at}${each.comment === null ? '' : `: ${each.comment}`}`,
    ]),
    ...job.dependsOn.map((each): [string, string] => [
      'after',
      `job ${each.jobId} ${each.name} (${each.status})`,
    ]),
    ['error', errorText(job)],
    ['asked', `by ${job.requestedBy}, ${job.createdAt}`],
    ['planned', job.scheduledFor],
    ['began', job.startedAt],
    ['ended', job.completedAt],
    ['result', job.result === null ? null : JSON.stringify(job.result)],
  ]
  const told = lines.filter(([, text]) => text !== null && text !== undefined && text !== '')
  const widest = Math.max(...told.map(([name]) => name.length))
  return [
    `job ${job.id}  ${job.name}`,
    ...told.map(([name, text]) => `${name.padEnd(widest)}  ${text}`),
  ].join('\n')
}

function examplesText({ rows, examples }: { rows: number; examples: readonly string[] }): string {
  if (examples.length === 0) return ''
  return ` (${examples.join(', ')}${rows > examples.length ? ', …' : ''})`
}

function stateText({ status, waitingFor, isCancelling, run }: JobDetail): string {
  const waits = waitingFor === null ? '' : `, waits for ${waitWords[waitingFor]}`
  const again = run > 1 ? `, run ${run}` : ''
  return `${status}${isCancelling ? ', is being cancelled' : waits}${again}`
}

const waitWords: Readonly<Record<NonNullable<JobDetail['waitingFor']>, string>> = {
  rows: 'its rows to be prepared',
  approval: 'an approval',
  time: 'its time',
  jobs: 'other jobs',
  window: 'a maintenance window',
  person: 'somebody to resume it',
  review: 'somebody to say what became of rows whose outcome is unknown',
  budget: 'somebody to look at its cost or its failures',
  canary: 'somebody to look at its first rows',
}

function rowsText({ rows, totalRows, processedRows, ambiguousRows }: JobDetail): string {
  const parts = [
    `${number(rows.completed)} done`,
    ...(rows.failed > 0 ? [`${number(rows.failed)} failed`] : []),
    ...(rows.skipped > 0 ? [`${number(rows.skipped)} skipped`] : []),
    ...(rows.processing > 0 ? [`${number(rows.processing)} in work`] : []),
    ...(rows.pending > 0 ? [`${number(rows.pending)} to do`] : []),
  ]
  const share = totalRows === 0 ? '' : ` (${Math.floor((100 * processedRows) / totalRows)} %)`
  const unknown = ambiguousRows === 0 ? '' : `; of ${number(ambiguousRows)} the outcome is unknown`
  return `${number(processedRows)} of ${number(totalRows)}${share}: ${parts.join(', ')}${unknown}`
}

function costText({ totalCostCents: so, estimatedCostCents: estimated }: JobDetail): string | null {
  const parts = [
    ...(so === null ? [] : [`${moneyText(so)} so far`]),
    ...(estimated === null ? [] : [`${moneyText(estimated)} estimated`]),
  ]
  return parts.length === 0 ? null : parts.join(', ')
}

function approvalText({ approval, approvalExpiresAt, status }: JobDetail): string | null {
  // Cancelled meanwhile: nobody waits for it any more.
  if (approval === 'waiting' && status !== 'pending') return null
  if (approval === 'waiting') return `waiting until ${approvalExpiresAt}`
  return approval
}

function errorText({ errorCode, errorMessage }: JobDetail): string | null {
  if (errorMessage === null) return errorCode
  return errorCode === null ? errorMessage : `${errorCode}: ${errorMessage}`
}

/** What went wrong, by error, each with what helps and where to look. */
export function errorGroupsText({ items }: { items: readonly JobErrorGroup[] }): string {
  if (items.length === 0) return 'No row went wrong.'
  return items
    .map(({ code, title, remedy, canRetry, rows, example }) => {
      const message = example.message === null ? '' : `: ${example.message}`
      return [
        `${number(rows)} ${rows === 1 ? 'row' : 'rows'}  ${code}  ${title}`,
        `  row ${example.rowNumber}${message}`,
        `  ${remedy}${canRetry ? '' : ' Trying again as it is would not help.'}`,
      ].join('\n')
    })
    .join('\n\n')
}
