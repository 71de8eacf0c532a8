import { countFindings, listFindings } from '#features/hosts/finding-queries.ts'
import { listJobs } from '#features/jobs/job-queries.ts'
import type { Call } from '#features/operation.ts'
import {
  failedJob,
  findingAttention,
  pendingHosts,
  sourceAttention,
  waitingRuns,
} from '#features/overview/attention.ts'
import { listWaitingRuns, newestPending } from '#features/overview/attention-queries.ts'
import type { Attention } from '#features/overview/overview-shapes.ts'
import type { SourceShape } from '#features/sync/source-shapes.ts'
import { shift } from '#kernel/clock.ts'

/** How many findings are told one by one; the rest is told as a number. */
const findingsShown = 20
const jobsShown = 5
/** A job that failed longer ago than this many milliseconds is no news. */
const lately = 24 * 3_600_000

/** What a person should look at, the most pressing first: what waits for a decision, what fails, what is new. */
export async function listAttention(
  call: Call,
  pending: number,
  sources: readonly SourceShape[],
): Promise<Attention[]> {
  const now = call.clock.now()
  const [waiting, findings, jobs] = await Promise.all([
    call.actor.permissions.has('sources.read') ? listWaitingRuns(call.db) : [],
    openFindings(call),
    call.actor.permissions.has('jobs.read') ? failedJobs(call) : [],
  ])
  return [
    ...waitingRuns(waiting),
    ...sources.flatMap((source) => sourceAttention(source, now)),
    ...jobs,
    ...pendingHosts(pending, (await newestPending(call.db)) ?? now),
    ...findings,
  ]
}

async function openFindings({ db, engine, actor }: Call): Promise<Attention[]> {
  const findings = await listFindings(db, engine, actor, { resolved: false }, { limit: findingsShown + 1 })
  const shown = findings.slice(0, findingsShown)
  const attention = shown.map((finding) => findingAttention(finding))
  if (findings.length <= findingsShown) return attention
  const rest = (await countFindings(db, engine, actor, { resolved: false })) - findingsShown
  const message = `${rest.toLocaleString('en')} more ${rest === 1 ? 'finding' : 'findings'}`
  return [...attention, { kind: 'more', message, link: '/hosts', at: shown.at(-1)!.createdAt }]
}

async function failedJobs({ db, clock }: Call): Promise<Attention[]> {
  const since = shift(clock.now(), -lately)
  const jobs = await listJobs(db, { status: 'failed' }, { limit: jobsShown })
  return jobs.filter((job) => (job.completedAt ?? job.createdAt) >= since).map((job) => failedJob(job))
}
