import type { JobOptions } from '#features/context.ts'

/** The state of a job that its guards look at. */
export interface GuardedJob {
  options: JobOptions
  total: number
  successful: number
  failed: number
  ambiguous: number
  /** Cents spent so far. */
  spent: number
  /** The canary rows went well, or somebody said so. */
  isCanaryPassed: boolean
}

/** What is begun and not over. */
export interface WorkBegun {
  /** Rows in work. */
  inWork: number
  /** Rows that were begun before and wait for another try. */
  waiting: number
  /** Estimated cents of the rows in work. */
  cents: number
}

export const noWork: WorkBegun = { inWork: 0, waiting: 0, cents: 0 }

/** What a guard wants done with a job. */
export type Verdict =
  | { pause: 'budget' | 'canary'; message: string }
  | { pause: null; isCanaryPassed: true }
  | null

/** A share says something from so many rows on. */
const fewestForShare = 20

/** Whether a job has a guard at all; most have none, and cost nothing. */
export const isGuarded = ({ maxCostCents, maxFailures, maxFailureShare, canary }: JobOptions): boolean =>
  [maxCostCents, maxFailures, maxFailureShare, canary].some((option) => option !== undefined)

/** To be asked whenever rows are over, unless the job is too: whether it has to stop for a person, or its canary has passed. */
export function verdictOf(job: GuardedJob, begun: WorkBegun): Verdict {
  const broken = brokenBudget(job)
  if (broken !== undefined) return { pause: 'budget', message: broken }
  const { canary } = job.options
  const done = rowsDone(job)
  if (!canary || job.isCanaryPassed || begun.inWork + begun.waiting > 0 || done < canary.rows) return null
  const lost = job.failed + job.ambiguous
  if (lost === 0 && canary.afterwards === 'go') return { pause: null, isCanaryPassed: true }
  const went = lost === 0 ? 'went well' : `are done, ${lost} of them not well`
  return { pause: 'canary', message: `The first ${done} rows ${went}; somebody has to look at them` }
}

/** Whether a job has used up what it may cost or fail, so that nothing more may be begun. */
export const isBroken = (job: GuardedJob): boolean => brokenBudget(job) !== undefined

/**
 * Those of the rows that are about to be begun, in their order, that the budget has room for beside what the rows in
 * work are estimated to cost. The first that does not fit ends it: a cheaper one behind it must not overtake it for
 * ever. A pause is due when nothing fits and nothing is in work.
 */
export function withinBudget<Row extends { estimated_cost_cents: number | null }>(
  job: GuardedJob,
  begun: WorkBegun,
  rows: readonly Row[],
): { rows: Row[]; verdict: Verdict } {
  const { maxCostCents } = job.options
  const broken = brokenBudget(job)
  if (broken !== undefined) return { rows: [], verdict: { pause: 'budget', message: broken } }
  if (maxCostCents === undefined) return { rows: [...rows], verdict: null }
  let cents = job.spent + begun.cents
  const fitting: Row[] = []
  for (const row of rows) {
    cents += row.estimated_cost_cents ?? 0
    if (cents > maxCostCents) break
    fitting.push(row)
  }
  const [next] = rows
  if (!next || fitting.length > 0 || begun.inWork > 0) return { rows: fitting, verdict: null }
  const message = `It has cost ${money(job.spent)}, and the next row would cost ${money(next.estimated_cost_cents ?? 0)}: more than the ${money(maxCostCents)} it may`
  return { rows: [], verdict: { pause: 'budget', message } }
}

function brokenBudget(job: GuardedJob): string | undefined {
  const { maxCostCents, maxFailures, maxFailureShare } = job.options
  const lost = job.failed + job.ambiguous
  const done = rowsDone(job)
  if (maxCostCents !== undefined && job.spent > maxCostCents)
    return `It has cost ${money(job.spent)}, more than the ${money(maxCostCents)} it may`
  if (maxFailures !== undefined && lost > maxFailures)
    return `${lost} rows have failed, more than the ${maxFailures} that may`
  if (maxFailureShare !== undefined && done >= fewestForShare && lost / done > maxFailureShare)
    return `${lost} of ${done} rows have failed, more than the ${Math.round(maxFailureShare * 100)} % that may`
  return undefined
}

/** Rows that were done, whatever became of them. */
export const rowsDone = ({ successful, failed, ambiguous }: GuardedJob): number =>
  successful + failed + ambiguous
const money = (cents: number): string => (cents / 100).toFixed(2)
