import type { JobOptions } from '#features/context.ts'
import type { OpenJob } from '#features/jobs/claim-queries.ts'
import type { GuardedJob } from '#features/jobs/guard.ts'

/** A stored job as its guards look at it. */
export const guardedJob = (job: OpenJob): GuardedJob => ({
  options: JSON.parse(job.options) as JobOptions,
  total: job.total_rows,
  successful: job.successful_rows,
  failed: job.failed_rows - job.ambiguous_rows,
  ambiguous: job.ambiguous_rows,
  spent: job.total_cost_cents ?? 0,
  isCanaryPassed: job.canary_passed === 1,
})
