import type { z } from 'zod'
import type { Job, JobOptions } from '#features/jobs/job-shapes.ts'

type Options = z.infer<typeof JobOptions>

/** The options of a job as texts of a form; empty for what is as usual. */
export interface OptionDraft {
  priority: string
  concurrency: string
  maxAttempts: string
  /** Money, with a decimal point or comma. */
  maxCost: string
  maxFailures: string
  /** Percent. */
  maxFailureShare: string
  canaryRows: string
  canaryAfterwards: 'wait' | 'go'
  /** As the browser's field for a time has it, in local time. */
  when: string
}

export const noOptions: OptionDraft = {
  priority: '0',
  concurrency: '',
  maxAttempts: '',
  maxCost: '',
  maxFailures: '',
  maxFailureShare: '',
  canaryRows: '',
  canaryAfterwards: 'wait',
  when: '',
}

const textOf = (value: number | undefined): string => (value === undefined ? '' : String(value))

/** Cents as a person writes them: `12.5` for 1250. */
const moneyOf = (cents: number | undefined): string => (cents === undefined ? '' : (cents / 100).toFixed(2))

const pad = (value: number): string => String(value).padStart(2, '0')

/** A moment as the field for a time wants it. */
export function localTime(at: string): string {
  const time = new Date(at)
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`
  return `${date}T${pad(time.getHours())}:${pad(time.getMinutes())}`
}

/** The form of a job as it is. */
export function draftOf(job: Pick<Job, 'options' | 'priority' | 'scheduledFor'>): OptionDraft {
  const { concurrency, maxAttempts, maxCostCents, maxFailures, maxFailureShare, canary } = job.options
  return {
    priority: String(job.priority),
    concurrency: textOf(concurrency),
    maxAttempts: textOf(maxAttempts),
    maxCost: moneyOf(maxCostCents),
    maxFailures: textOf(maxFailures),
    maxFailureShare: textOf(
      maxFailureShare === undefined ? undefined : Math.round(maxFailureShare * 1000) / 10,
    ),
    canaryRows: textOf(canary?.rows),
    canaryAfterwards: canary?.afterwards ?? 'wait',
    when: job.scheduledFor === null ? '' : localTime(job.scheduledFor),
  }
}

/** A number as people write it; undefined for nothing. What is no number is kept, for the server to refuse. */
function numberOf(text: string): number | undefined {
  const written = text.trim().replaceAll(/\s/g, '').replace(',', '.')
  return written === '' ? undefined : Number(written)
}

/** Exact cents of a written amount: 19.99 is 1999 although 19.99 * 100 is not. */
export function centsOf(text: string): number | undefined {
  const value = numberOf(text)
  return value === undefined ? undefined : Math.round(value * 100)
}

const given = <T extends object>(values: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<{
    [K in keyof T]: NonNullable<T[K]>
  }>

/** The options as the server takes them; what is empty is left out. */
export function optionsOf(draft: OptionDraft): Options {
  const share = numberOf(draft.maxFailureShare)
  const rows = numberOf(draft.canaryRows)
  return given({
    concurrency: numberOf(draft.concurrency),
    maxAttempts: numberOf(draft.maxAttempts),
    maxCostCents: centsOf(draft.maxCost),
    maxFailures: numberOf(draft.maxFailures),
    maxFailureShare: share === undefined ? undefined : share / 100,
    canary: rows === undefined ? undefined : { rows, afterwards: draft.canaryAfterwards },
  })
}

export const priorityOf = ({ priority }: OptionDraft): number => Number(priority) || 0

/** The moment it may begin, in UTC; undefined for at once. */
export const timeOf = ({ when }: OptionDraft): string | undefined =>
  when === '' ? undefined : new Date(when).toISOString()
