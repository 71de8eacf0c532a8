import type { JobOptions } from '#features/context.ts'

/** The state of a job that its guards look at, as it is stored. */
export interface GuardedJob {
  successful_rows: number
  /** Ambiguous ones among them. */
  failed_rows: number
  total_cost_cents: number | null
  /** 1 when the canary rows went well, or somebody said so. */
  canary_passed: number
}

/** What a guard wants done with a job: a pause for a person, or to be noted that its canary has passed. */
export type Verdict = { pause: 'budget' | 'canary'; message: string } | { pause: null } | null

/** A share says something from so many rows on. */
const fewestForShare = 20

/** Whether a job has a guard at all; most have none, and cost nothing. */
export const isGuarded = ({ maxCostCents, maxFailures, maxFailureShare, canary }: JobOptions): boolean =>
  [maxCostCents, maxFailures, maxFailureShare, canary].some((option) => option !== undefined)

/** Why a job that is running has to stop for a person now; null when it need not. */
export const guardOf = (job: GuardedJob, options: JobOptions): 'budget' | 'canary' | null =>
  verdictOf(job, options)?.pause ?? null

/** Whether it is to be noted that the canary of a job has passed (canary_passed = 1), so that the rest may begin. */
export const canaryPasses = (job: GuardedJob, options: JobOptions): boolean =>
  verdictOf(job, options)?.pause === null

/**
 * To be asked whenever rows are over, unless the job is too. Until the canary has passed only its rows may be begun
 * (`lastCanaryRow` of guard-queries.ts): when so many are over, those that were tried again are over too.
 */
export function verdictOf(job: GuardedJob, options: JobOptions): Verdict {
  const broken = brokenBudget(job, options)
  if (broken !== undefined) return { pause: 'budget', message: broken }
  const { canary } = options
  const { successful_rows: successful, failed_rows: failed } = job
  const done = successful + failed
  if (!canary || job.canary_passed !== 0 || done < canary.rows) return null
  if (failed === 0 && canary.afterwards === 'go') return { pause: null }
  const went = failed === 0 ? 'went well' : `are done, ${failed} of them not well`
  return { pause: 'canary', message: `The first ${done} rows ${went}; somebody has to look at them` }
}

function brokenBudget(job: GuardedJob, options: JobOptions): string | undefined {
  const { maxCostCents, maxFailures, maxFailureShare } = options
  const { failed_rows: failed, successful_rows: successful } = job
  const done = failed + successful
  const spent = job.total_cost_cents ?? 0
  if (maxCostCents !== undefined && spent > maxCostCents)
    return `It has cost ${money(spent)}, more than the ${money(maxCostCents)} it may`
  if (maxFailures !== undefined && failed > maxFailures)
    return `${failed} rows have failed, more than the ${maxFailures} that may`
  if (maxFailureShare !== undefined && done >= fewestForShare && failed / done > maxFailureShare)
    return `${failed} of ${done} rows have failed, more than the ${Math.round(maxFailureShare * 100)} % that may`
  return undefined
}

/**
 * Those of the rows that are about to be begun, in their order, that the budget has room for beside what the rows in
 * work are estimated to cost (`workBegun` of guard-queries.ts). The first that does not fit ends it: a cheaper one behind
 * it must not overtake it for ever. A pause is due when nothing fits and nothing is in work.
 */
export function withinBudget<Row extends { estimated_cost_cents: number | null }>(
  job: GuardedJob,
  options: JobOptions,
  begun: { inWork: number; cents: number },
  rows: readonly Row[],
): { rows: Row[]; verdict: Verdict } {
  const { maxCostCents } = options
  const broken = brokenBudget(job, options)
  if (broken !== undefined) return { rows: [], verdict: { pause: 'budget', message: broken } }
  if (maxCostCents === undefined) return { rows: [...rows], verdict: null }
  const spent = job.total_cost_cents ?? 0
  let cents = spent + begun.cents
  const fitting: Row[] = []
  for (const row of rows) {
    cents += row.estimated_cost_cents ?? 0
    if (cents > maxCostCents) break
    fitting.push(row)
  }
  const [next] = rows
  if (!next || fitting.length > 0 || begun.inWork > 0) return { rows: fitting, verdict: null }
  const message = `It has cost ${money(spent)}, and the next row would cost ${money(next.estimated_cost_cents ?? 0)}: more than the ${money(maxCostCents)} it may`
  return { rows: [], verdict: { pause: 'budget', message } }
}

const money = (cents: number): string => (cents / 100).toFixed(2)
