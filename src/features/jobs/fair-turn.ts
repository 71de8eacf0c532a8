import type { JobInWork } from '#features/jobs/job-in-work.ts'

/** A job that waits gains one step of priority in so many milliseconds. */
const ageing = 30_000

/**
 * Whose row is begun next: that of the highest priority, where waiting counts; among equals of the job with the fewest
 * rows in work here, then of the one that was served longest ago. `wants` are places given to claims already. Undefined
 * also while rows of a higher priority are on the way: none of a lower one takes their place for that moment.
 */
export function nextJob(
  jobs: Iterable<JobInWork>,
  wants: ReadonlyMap<JobInWork, number>,
  now: number,
  mayClaim: (job: JobInWork) => boolean,
): JobInWork | undefined {
  let best: JobInWork | undefined
  let bestRank = 0
  let bestLoad = 0
  let comingRank = -Infinity
  for (const job of jobs) {
    const wanted = wants.get(job) ?? 0
    const load = job.running.size + wanted
    if (!job.hasPlace || load >= job.concurrency) continue
    const rank = job.job.priority + Math.floor((now - job.servedAt) / ageing)
    if (isComing(job, wanted)) comingRank = Math.max(comingRank, rank)
    if (job.queue.length === 0 && !isClaimable(job, wanted, mayClaim)) continue
    const isBetter =
      best === undefined ||
      rank > bestRank ||
      (rank === bestRank && (load < bestLoad || (load === bestLoad && job.servedAt < best.servedAt)))
    if (isBetter) {
      best = job
      bestRank = rank
      bestLoad = load
    }
  }
  return best !== undefined && bestRank < comingRank ? undefined : best
}

/** Rows that are claimed ahead, just now; the places of others are kept for them. */
const isComing = (job: JobInWork, wanted: number): boolean =>
  job.takesAhead &&
  job.queue.length === 0 &&
  job.stopReason === undefined &&
  (wanted > 0 || (job.isClaiming && job.hasDue))

/** One claim that takes rows ahead fills all its places. */
const isClaimable = (job: JobInWork, wanted: number, mayClaim: (job: JobInWork) => boolean): boolean =>
  mayClaim(job) && (!job.takesAhead || wanted === 0)
