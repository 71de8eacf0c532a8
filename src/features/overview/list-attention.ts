import { pressingAlerts } from '#features/alerts/attention-queries.ts'
import { listFindings } from '#features/hosts/finding-queries.ts'
import type { OpenFindings } from '#features/hosts/finding-queries.ts'
import { listJobs } from '#features/jobs/job-list-queries.ts'
import type { Call } from '#features/operation.ts'
import {
  alertAttention,
  failedJob,
  findingAttention,
  manyFindings,
  pendingHosts,
  sourceAttention,
  waitingJob,
  waitingRuns,
} from '#features/overview/attention.ts'
import { listWaitingRuns, newestPending } from '#features/overview/attention-queries.ts'
import type { Attention } from '#features/overview/overview-shapes.ts'
import type { SourceShape } from '#features/sync/source-shapes.ts'
import { shift } from '#kernel/clock.ts'

/** How many findings of a kind are told one by one; more are told as a number. */
const toldOneByOne = 3
const jobsShown = 5
const alertsShown = 5
/** A job that failed longer ago than this many milliseconds is no news. */
const lately = 24 * 3_600_000

/** What a person should look at, the most pressing first: what waits for a decision, what fails, what is new. */
export async function listAttention(
  call: Call,
  pending: number,
  open: readonly OpenFindings[],
  sources: readonly SourceShape[],
): Promise<Attention[]> {
  const now = call.clock.now()
  const [alerts, waiting, findings, jobs, toDecide] = await Promise.all([
    call.actor.permissions.has('monitoring.read') ? pressingAlerts(call.db, call.actor, alertsShown) : [],
    call.actor.permissions.has('sources.read') ? listWaitingRuns(call.db) : [],
    tellFindings(call, open),
    call.actor.permissions.has('jobs.read') ? failedJobs(call) : [],
    call.actor.permissions.has('jobs.read') ? waitingJobs(call) : [],
  ])
  return [
    ...alerts.map((alert) => alertAttention(alert)),
    ...waitingRuns(waiting),
    ...toDecide,
    ...sources.flatMap((source) => sourceAttention(source, now)),
    ...jobs,
    ...pendingHosts(pending, (await newestPending(call.db)) ?? now),
    ...findings,
  ]
}

async function tellFindings(
  { db, engine, actor }: Call,
  open: readonly OpenFindings[],
): Promise<Attention[]> {
  const told = open.map(async (each) => {
    if (each.count > toldOneByOne) return [manyFindings(each)]
    const filter = { kind: each.kind, resolved: false }
    const findings = await listFindings(db, engine, actor, filter, { limit: toldOneByOne })
    return findings.map((finding) => findingAttention(finding))
  })
  return (await Promise.all(told)).flat()
}

/** Jobs that go no further without a person; those whose approval came too late wait for nobody. */
async function waitingJobs(call: Call): Promise<Attention[]> {
  const reasons = ['review', 'budget', 'canary', 'approval'] as const
  const jobs = await Promise.all(
    reasons.map((waitingFor) => listJobs(call, { waitingFor }, { limit: jobsShown })),
  )
  return jobs
    .flat()
    .filter(({ approval }) => approval !== 'expired')
    .map((job) => waitingJob(job))
}

async function failedJobs(call: Call): Promise<Attention[]> {
  const since = shift(call.clock.now(), -lately)
  const jobs = await listJobs(call, { status: 'failed' }, { limit: jobsShown })
  return jobs.filter((job) => (job.completedAt ?? job.createdAt) >= since).map((job) => failedJob(job))
}
