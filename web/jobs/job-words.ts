import type { Job, JobDetail, JobRow } from '#features/jobs/job-shapes.ts'
import { counted, formatNumber } from '../format.ts'
import type { Tone } from '../ui/badge.tsx'

export interface Words {
  text: string
  tone: Tone
}

type Status = Pick<Job, 'status' | 'waitingFor' | 'approval' | 'isCancelling'>

const waiting: Record<NonNullable<Job['waitingFor']>, Words> = {
  rows: { text: 'being prepared', tone: 'accent' },
  approval: { text: 'waits for an approval', tone: 'warn' },
  time: { text: 'waits for its time', tone: 'neutral' },
  jobs: { text: 'waits for other jobs', tone: 'neutral' },
  window: { text: 'waits for a maintenance window', tone: 'neutral' },
  person: { text: 'paused', tone: 'neutral' },
  review: { text: 'paused: outcomes unclear', tone: 'warn' },
  budget: { text: 'paused: over its limit', tone: 'warn' },
  canary: { text: 'paused: first rows are done', tone: 'warn' },
}

const plain: Record<Job['status'], Words> = {
  pending: { text: 'about to begin', tone: 'accent' },
  running: { text: 'running', tone: 'accent' },
  paused: { text: 'paused', tone: 'neutral' },
  completed: { text: 'done', tone: 'good' },
  failed: { text: 'failed', tone: 'bad' },
  cancelled: { text: 'cancelled', tone: 'neutral' },
}

export const isOver = ({ status }: Pick<Job, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled'

/** How a job stands, as people say it. */
export function stateWords(job: Status): Words {
  const { status, waitingFor, approval } = job
  if (status === 'cancelled' && approval === 'rejected') return { text: 'rejected', tone: 'neutral' }
  if (isOver(job)) return plain[status]
  if (job.isCancelling) return { text: 'being cancelled', tone: 'neutral' }
  if (approval === 'expired') return { text: 'too late to approve', tone: 'warn' }
  if (waitingFor !== null) return waiting[waitingFor]
  return plain[status]
}

/** How another job stands, of which only the status is known. */
export const otherJobWords = (status: Job['status']): Words =>
  status === 'pending' ? { text: 'not begun', tone: 'neutral' } : plain[status]

/** Whether nothing goes on until a person decides. */
export const waitsForPerson = ({ status, waitingFor }: Pick<Job, 'status' | 'waitingFor'>): boolean =>
  waitingFor === 'approval' || (status === 'paused' && waitingFor !== 'person')

const rowWords: Record<JobRow['status'], Words> = {
  pending: { text: 'to do', tone: 'neutral' },
  processing: { text: 'in work', tone: 'accent' },
  completed: { text: 'done', tone: 'good' },
  failed: { text: 'failed', tone: 'bad' },
  skipped: { text: 'skipped', tone: 'neutral' },
}

/** How a row stands. */
export function rowState({ status, review, nextRunAt, attempt }: JobRow): Words {
  if (review === 'ambiguous') return { text: 'outcome unclear', tone: 'warn' }
  if (review === 'resolved_done') return { text: 'done, as somebody says', tone: 'good' }
  if (review === 'resolved_not_done' && status === 'failed') return { text: 'not done', tone: 'bad' }
  if (status === 'pending' && attempt > 0 && nextRunAt !== null) return { text: 'tried again', tone: 'warn' }
  return rowWords[status]
}

/** What can happen to a row that is begun twice. */
export const effectWords: Record<Job['effect'], string> = {
  read: 'Only reads, and may be repeated freely.',
  keyed: 'The other side does each row once, however often it is sent.',
  probe: 'Each row is looked at before it is done again.',
  once: 'Never done twice by itself: where nobody can tell, a person is asked.',
}

/** 123456 cents as `1,234.56`. */
export const formatMoney = (cents: number): string =>
  (cents / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** What it cost so far of what was estimated; undefined where nothing costs anything. */
export function costText({
  totalCostCents: spent,
  estimatedCostCents: estimated,
}: Pick<Job, 'totalCostCents' | 'estimatedCostCents'>): string | undefined {
  if (!spent && !estimated) return undefined
  if (estimated === null) return formatMoney(spent ?? 0)
  return spent === null ? formatMoney(estimated) : `${formatMoney(spent)} of ${formatMoney(estimated)}`
}

/** Who asked, without what is the same for everybody. */
export const personText = (name: string): string => name.replace(/^system:/, '')

/** What the things are called that a job could not make rows of. */
export function nounOf({ rowsFrom, action }: Pick<Job, 'rowsFrom' | 'action'>): string {
  if (rowsFrom?.kind === 'file' || rowsFrom?.kind === 'sql') return 'row'
  return action === 'classify' ? 'host' : 'device'
}

/** Where rows come from, in a few words. */
export function rowsFromText(from: Job['rowsFrom']): string {
  if (from === null) return 'nothing else'
  switch (from.kind) {
    case 'query':
      return from.q === '' ? 'everything there is' : from.q
    case 'ids':
      return `${formatNumber(from.ids.length)} chosen one by one`
    case 'sources':
      return from.names.length === 0 ? 'all sources' : from.names.join(', ')
    case 'file':
      return `an uploaded file${from.sheet === undefined ? '' : `, sheet ${from.sheet}`}${
        from.key === undefined ? '' : `, named by ${from.key.join(' and ')}`
      }`
    case 'sql':
      return `the database ${from.database}: ${from.sql}`
  }
}

export interface Advice {
  title: string
  text: string
}

/** What a job waits for and what to do about it; undefined for one that needs nobody. */
export function adviceOf(job: JobDetail): Advice | undefined {
  if (isOver(job) || job.isCancelling) return undefined
  if (job.approval === 'expired')
    return {
      title: 'Nobody approved it in time',
      text: 'What was shown may no longer be so. Prepare it again, look at it again, and approve that.',
    }
  switch (job.waitingFor) {
    case 'person':
      return { title: 'Somebody paused it', text: 'Nothing is begun until it is resumed.' }
    case 'review':
      return {
        title: `What became of ${counted(job.ambiguousRows, 'row')} is not known`,
        text: 'They were begun and no answer came back. Look on the other side whether they were done, and say so below; those that were not can then be retried.',
      }
    case 'budget':
      return { title: 'It reached one of its limits', text: overText(job) }
    case 'canary':
      return {
        title: `The first ${counted(job.processedRows, 'row')} are done`,
        text: 'It was asked to wait now. Look at what they did; resume it for the rest, or cancel it.',
      }
    case 'time':
      return { title: 'It waits for its time', text: 'It begins by itself. Edit it to begin at once.' }
    case 'jobs':
      return { title: 'It waits for other jobs', text: 'It begins when they are over as it needs it.' }
    case 'window':
      return {
        title: 'It waits for a maintenance window',
        text: 'It goes on by itself when the next one opens.',
      }
    default:
      return undefined
  }
}

function overText({ options, totalCostCents, failedRows, successfulRows }: JobDetail): string {
  const { maxCostCents, maxFailures, maxFailureShare: share } = options
  const onward = 'Raise the limit to let it go on, or cancel it.'
  const mayFail = [
    ...(maxFailures === undefined ? [] : [formatNumber(maxFailures)]),
    ...(share === undefined ? [] : [`${Math.round(share * 100)}%`]),
  ].join(' or ')
  const tooMany =
    (maxFailures !== undefined && failedRows > maxFailures) ||
    (share !== undefined && failedRows > share * (failedRows + successfulRows))
  if (tooMany || maxCostCents === undefined)
    return `${counted(failedRows, 'row')} failed${mayFail === '' ? '' : `, and ${mayFail} may`}. ${onward}`
  const spent = formatMoney(totalCostCents ?? 0)
  return `It has cost ${spent}, and the next rows would make it more than the ${formatMoney(maxCostCents)} that it may cost. ${onward}`
}
