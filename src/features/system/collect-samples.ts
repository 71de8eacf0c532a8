import { databaseBytes } from '#features/system/database-queries.ts'
import type { Context } from '#features/context.ts'
import { slowCommit } from '#features/metrics/commit-times.ts'
import { logState } from '#features/metrics/log-state.ts'
import { refusedReadings } from '#features/servers/refused-readings.ts'
import {
  countDevices,
  countFindings,
  countHosts,
  countIngested,
  countJobs,
  countOpenAlerts,
  countRuns,
  type Counted,
  readingTimes,
} from '#features/system/sample-queries.ts'
import { toMilliseconds } from '#kernel/clock.ts'

/** One number of a metric family, as /metrics shows it. */
export interface Sample {
  name: string
  help: string
  type: 'gauge' | 'counter'
  labels?: Record<string, string>
  value: number
}

type Part = Pick<Context, 'db' | 'engine' | 'clock' | 'events'>

/** Several monitors may ask; the database is asked once in so many milliseconds. */
const keptFor = 10_000

/** Gives the counts for /metrics, at most ten seconds old: devices, hosts, runs, jobs, findings, sources, size. */
export function collectSamples(context: Part): (signal: AbortSignal) => Promise<readonly Sample[]> {
  let newest: { at: number; samples: Promise<readonly Sample[]> } | undefined
  return () => {
    const now = context.clock.monotonic()
    if (newest && now - newest.at < keptFor) return newest.samples
    const samples = collect(context)
    newest = { at: now, samples }
    // A failure is not kept: the next one asks again.
    samples.catch(() => {
      if (newest?.samples === samples) newest = undefined
    })
    return samples
  }
}

async function collect(context: Part): Promise<Sample[]> {
  const { db } = context
  const [devices, hosts, runs, jobs, findings, alerts, bytes, sources, ingested, metrics] = await Promise.all(
    [
      countDevices(db),
      countHosts(db),
      countRuns(db),
      countJobs(db),
      countFindings(db),
      countOpenAlerts(db),
      databaseBytes(context),
      sourceSamples(context),
      countIngested(db),
      metricsSamples(context),
    ],
  )
  return [
    ...labelled('rollcall_devices', 'Devices that stand for themselves, by type and status.', devices),
    ...labelled('rollcall_hosts', 'MAC addresses seen on the network, by review state.', hosts),
    ...labelled('rollcall_runs', 'Runs of sources that are kept, by how they ended.', runs),
    ...labelled('rollcall_jobs', 'Jobs that are kept, by status.', jobs),
    ...labelled(
      'rollcall_alerts_open',
      'Alerts that are not over, by severity and why nobody is told.',
      alerts,
    ),
    gauge('rollcall_findings_open', 'Findings that wait for a person.', findings),
    gauge('rollcall_database_bytes', 'Size of the database.', bytes),
    ...sources,
    ...metrics,
    ...labelled(
      'rollcall_ingest_samples_total',
      'Samples of other agents, by what became of them.',
      ingested,
    ).map((sample) => ({ ...sample, type: 'counter' as const })),
  ]
}

const gauge = (name: string, help: string, value: number, labels?: Record<string, string>): Sample => ({
  name,
  help,
  type: 'gauge',
  value,
  ...(labels === undefined ? {} : { labels }),
})

const labelled = (name: string, help: string, counts: readonly Counted[]): Sample[] =>
  counts.map(({ labels, count }) => gauge(name, help, count, labels))

/** How it stands with what servers tell. */
async function metricsSamples(context: Part): Promise<Sample[]> {
  const { rows, bytes, oldest, sealedUntil } = await logState(context)
  const now = toMilliseconds(context.clock.now())
  const commit = slowCommit(context.db)
  const refused = [...refusedReadings(context)].map(([reason, count]) => ({ labels: { reason }, count }))
  return [
    gauge('rollcall_metrics_log_rows', 'Groups of readings that are not yet sealed.', rows),
    gauge('rollcall_metrics_log_bytes', 'Size of the readings that are not yet sealed.', bytes),
    gauge(
      'rollcall_metrics_unsealed_age_seconds',
      'Seconds since the oldest reading was received that is not yet sealed.',
      oldest === undefined ? 0 : Math.max(0, (now - oldest) / 1000),
    ),
    ...(sealedUntil === undefined
      ? []
      : [
          gauge(
            'rollcall_metrics_sealed_until_seconds',
            'The time, in seconds since 1970, up to which readings are sealed.',
            sealedUntil / 1000,
          ),
        ]),
    ...(commit === undefined
      ? []
      : [
          gauge(
            'rollcall_metrics_commit_p99_seconds',
            'How long the slowest of a hundred commits of readings took lately.',
            commit / 1000,
          ),
        ]),
    ...labelled(
      'rollcall_readings_refused_total',
      'Readings, or parts of one, that this process refused, by what was wrong.',
      refused,
    ).map((sample) => ({ ...sample, type: 'counter' as const })),
  ]
}

async function sourceSamples({ db, clock }: Part): Promise<Sample[]> {
  const now = toMilliseconds(clock.now())
  const sources = await readingTimes(db)
  const ages = sources.flatMap(({ system, source, completeAt }) =>
    completeAt === null
      ? []
      : [
          gauge(
            'rollcall_source_last_success_age_seconds',
            'Seconds since the source was read completely.',
            Math.max(0, (now - toMilliseconds(completeAt)) / 1000),
            { system, source },
          ),
        ],
  )
  const durations = sources.flatMap(({ system, source, seconds }) =>
    seconds === null
      ? []
      : [
          gauge('rollcall_source_sync_duration_seconds', 'How long the newest reading took.', seconds, {
            system,
            source,
          }),
        ],
  )
  const failing = sources.map(({ system, source, status }) =>
    gauge(
      'rollcall_source_up',
      'Whether the newest reading told all or a part.',
      status === 'failed' ? 0 : 1,
      {
        system,
        source,
      },
    ),
  )
  return [...ages, ...durations, ...failing]
}
