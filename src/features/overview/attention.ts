import { findingSentence } from '#features/hosts/finding-sentence.ts'
import type { OpenFindings } from '#features/hosts/finding-queries.ts'
import type { Finding } from '#features/hosts/host-shapes.ts'
import type { Job } from '#features/jobs/job-shapes.ts'
import type { Attention } from '#features/overview/overview-shapes.ts'
import type { Run } from '#features/sync/run-shapes.ts'
import { machineTimetable, previousTime } from '#features/schedules/schedule-times.ts'
import type { SourceShape } from '#features/sync/source-shapes.ts'
import { shift } from '#kernel/clock.ts'
import type { Timestamp } from '#kernel/clock.ts'

/** How late a reading may be before it is worth a word: schedules wait for their turn. */
const lateness = 10 * 60_000

/** What is wrong right now, as far as rules say so. */
export const alertAttention = ({
  id,
  title,
  startedAt,
}: {
  id: number
  title: string
  startedAt: string
}): Attention => ({ kind: 'alert', message: title, link: `/alerts/${id}`, at: startedAt })

/** Runs that found so much gone that a person must say whether it is. */
export const waitingRuns = (runs: readonly Run[]): Attention[] =>
  runs.map((run) => ({
    kind: 'run-waiting',
    message: `${run.source} no longer shows ${counted(run.missingWaiting, 'record')}: say whether they are gone`,
    link: `/runs/${run.id}`,
    at: run.completedAt ?? run.startedAt,
  }))

/** What is wrong with a source: it fails, shows only a part, was never read, or is not read when it should be. */
export function sourceAttention(source: SourceShape, now: Timestamp): Attention[] {
  const { name, enabled, lastRun } = source
  if (!enabled) return []
  if (lastRun === null) {
    const message = `${name} has never been read`
    return [{ kind: 'source-never-read', message, link: '/sources', at: now }]
  }
  const at = lastRun.completedAt ?? lastRun.startedAt
  const because = lastRun.reason ? `: ${lastRun.reason}` : ''
  const link = `/runs/${lastRun.id}`
  if (lastRun.status === 'failed')
    return [{ kind: 'source-failed', message: `${name} could not be read${because}`, link, at }]
  const overdue = overdueSince(source, lastRun, now)
  if (overdue !== undefined)
    return [
      {
        kind: 'source-overdue',
        message: `${name} was not read when it was due`,
        link: '/sources',
        at: overdue,
      },
    ]
  if (lastRun.status === 'partial')
    return [{ kind: 'source-partial', message: `${name} was read only in part${because}`, link, at }]
  return []
}

function overdueSince({ schedule }: SourceShape, lastRun: Run, now: Timestamp): Timestamp | undefined {
  if (schedule === null || lastRun.status === 'running') return undefined
  const due = previousTime(machineTimetable(schedule), shift(now, -lateness))
  return due !== undefined && lastRun.startedAt < due ? due : undefined
}

export const findingAttention = (finding: Finding): Attention => ({
  kind: finding.kind,
  message: findingSentence(finding),
  link: linkOf(finding),
  at: finding.createdAt,
})

/** So many of a kind that only their number is told. */
export const manyFindings = ({ kind, count, newestAt }: OpenFindings): Attention => ({
  kind,
  message: `${count.toLocaleString('en')} ${manyWords[kind]}`,
  link: '/',
  at: newestAt,
})

const manyWords: Record<Finding['kind'], string> = {
  'new-device': 'machines are new',
  'new-mac': 'MAC addresses are new in known machines',
  'address-conflict': 'addresses are claimed by more than one machine',
  'identity-conflict': 'times several devices may be one machine',
}

function linkOf({ kind, subject, device, detail }: Finding): string | null {
  if (kind === 'address-conflict') return `/hosts?q=${encodeURIComponent(`ip:${subject}`)}`
  if (kind === 'new-mac') return `/hosts?q=${encodeURIComponent(`mac:${detail['mac'] as string}`)}`
  return device === null ? null : `/devices/${device.id}`
}

export const failedJob = (job: Job): Attention => ({
  kind: 'job-failed',
  message: `${job.name.replace(/\.$/, '')} failed${job.errorMessage ? `: ${job.errorMessage}` : ''}`,
  link: `/jobs/${job.id}`,
  at: job.completedAt ?? job.createdAt,
})

/** Why a job needs a person, where it does. */
const needs: Partial<Record<NonNullable<Job['waitingFor']>, string>> = {
  approval: 'Waits for an approval',
  review: 'Waits for somebody to say what became of its rows',
  budget: 'Stopped at one of its limits',
  canary: 'Waits for a look at its first rows',
}

/** A job that goes no further without a person. */
export const waitingJob = (job: Job): Attention => ({
  kind: 'job-waiting',
  message: `${needs[job.waitingFor ?? 'approval'] ?? 'Waits'}: ${job.name}`,
  link: `/jobs/${job.id}`,
  at: job.updatedAt,
})

export const pendingHosts = (count: number, at: Timestamp): Attention[] =>
  count === 0
    ? []
    : [
        {
          kind: 'hosts-pending',
          message: `${counted(count, 'host')} ${count === 1 ? 'waits' : 'wait'} for review`,
          link: '/hosts?status=pending',
          at,
        },
      ]

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
