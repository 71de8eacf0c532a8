import type { AlertCondition } from '#features/alerts/alert-rule.ts'
import { seriesPattern } from '#features/alerts/series-pattern.ts'
import type { Head, Latest, WatchedCheck, WatchedServer } from '#features/monitoring/watch.ts'
import { coreMetrics } from '#model/sample.ts'

/** What a rule may look at beside numbers, as the node that watches has it. */
export interface Evidence {
  head: Head
  servers: ReadonlyMap<string, WatchedServer>
  checks: ReadonlyMap<number, WatchedCheck>
  /** Services that have to run on a server. */
  expected: ReadonlyMap<string, readonly string[]>
  /** Hours until a file system is full, by server and mount. */
  forecasts: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** Seconds that a sender's clock is away from ours. */
  skews: ReadonlyMap<string, number>
  /** How often a server came and went within the last hour. */
  statusChanges(server: string): number
  /** Milliseconds since 1970. */
  now: number
}

/** Takes the value of one part of a subject; a part that is never told, or undefined, has no evidence. */
export type TakePart = (part: string, value: number | undefined) => void

/** How to read a condition off a subject. `one` where there is but one part: it makes nothing. */
export type Measure =
  | { of: 'server'; one: (server: WatchedServer, evidence: Evidence) => number | undefined }
  | { of: 'server'; many: (server: WatchedServer, evidence: Evidence, take: TakePart) => void }
  | { of: 'check'; one: (check: WatchedCheck, evidence: Evidence) => number | undefined }

/** Heard of lately and judged, so that what it told last is how it is. */
const isHeard = ({ status, condition, isPaused }: WatchedServer): boolean =>
  status === 'online' && condition !== 'stale' && !isPaused

export function measureOf(condition: AlertCondition): Measure {
  if (condition.on === 'metric') return measureMetric(condition)
  switch (condition.state) {
    case 'server_offline':
      return { of: 'server', one: (server) => offline(server) }
    case 'server_stale':
      return {
        of: 'server',
        one: ({ status, condition: finer }) => (status === 'online' ? Number(finer === 'stale') : undefined),
      }
    case 'server_unknown':
      return { of: 'server', one: (server) => unknown(server) }
    case 'server_flapping':
      return {
        of: 'server',
        one: ({ id }, evidence) => Number(evidence.statusChanges(id) >= flappingChanges),
      }
    case 'service_failed':
      return {
        of: 'server',
        many: (server, evidence, take) => services(server, evidence, condition.services ?? [], take),
      }
    case 'container_stopped':
      return { of: 'server', many: (server, _evidence, take) => containers(server, take) }
    case 'check_down':
      return { of: 'check', one: ({ state, isPaused }) => (isPaused ? undefined : downOf[state]) }
    case 'reboot_required':
      return {
        of: 'server',
        one: (server) => flag(isHeard(server) ? server.told.updates?.rebootRequired : undefined),
      }
    case 'updates_pending':
      return { of: 'server', one: (server) => (isHeard(server) ? server.told.updates?.available : undefined) }
    case 'security_updates_pending':
      return { of: 'server', one: (server) => (isHeard(server) ? server.told.updates?.security : undefined) }
    case 'certificate_days':
      return {
        of: 'check',
        one: ({ id, state, isPaused }, { head }) =>
          isPaused || state === 'unknown'
            ? undefined
            : head.latest(`check:${id}`)?.values['certificate_days'],
      }
    case 'filesystem_full_hours':
      return {
        of: 'server',
        many(server, { forecasts }, take) {
          if (isHeard(server)) for (const [part, hours] of forecasts.get(server.id) ?? []) take(part, hours)
        },
      }
    case 'clock_skew_seconds':
      return {
        of: 'server',
        one: (server, { skews }) => (isHeard(server) ? skews.get(server.id) : undefined),
      }
    case 'agent_outdated':
      return { of: 'server', one: (server) => outdated(server, condition.version) }
  }
}

/** A server that came and went so often in an hour is flapping. */
export const flappingChanges = 4

/** A check that failed, but not yet often enough, says neither. */
const downOf: Readonly<Partial<Record<WatchedCheck['state'], number>>> = { down: 1, up: 0 }

const flag = (value: boolean | undefined): number | undefined =>
  value === undefined ? undefined : Number(value)

export function offline({
  status,
  isPaused,
}: Pick<WatchedServer, 'status' | 'isPaused'>): number | undefined {
  if (isPaused || status === 'unknown') return undefined
  return Number(status === 'offline')
}

export function unknown({
  status,
  condition,
  isPaused,
}: Pick<WatchedServer, 'status' | 'condition' | 'isPaused'>): number | undefined {
  if (isPaused || condition === 'never_seen' || condition === 'asleep') return undefined
  return Number(status === 'unknown')
}

/** Units that ran and do not are failed; the expected ones have to be there and run. */
function services(
  server: WatchedServer,
  { expected }: Evidence,
  wanted: readonly string[],
  take: TakePart,
): void {
  const told = server.told.services
  if (told === undefined || !isHeard(server)) return
  const needed = [...wanted, ...(expected.get(server.id) ?? [])]
  const find = (name: string) =>
    told.find((service) => service.name === name || service.name === `${name}.service`)
  for (const name of needed) {
    const status = find(name)?.status
    take(name, status === 'unknown' ? undefined : Number(status !== 'running'))
  }
  const isNeeded = needed.length === 0 ? undefined : new Set(needed.flatMap((name) => find(name)?.name ?? []))
  for (const { name, status } of told)
    if (!isNeeded?.has(name)) take(name, status === 'failed' ? 1 : status === 'unknown' ? undefined : 0)
}

const atRest = new Set(['exited', 'dead', 'stopped', 'created', 'restarting', 'unhealthy'])

function containers(server: WatchedServer, take: TakePart): void {
  if (!isHeard(server)) return
  for (const { name, state } of server.told.containers ?? [])
    take(name, Number(atRest.has(state.toLowerCase())))
}

function outdated(server: WatchedServer, oldest: string | undefined): number | undefined {
  const version = server.told.agentVersion
  if (version === undefined || oldest === undefined || !isHeard(server)) return undefined
  return Number(version.localeCompare(oldest, 'en', { numeric: true }) < 0)
}

type MetricCondition = Extract<AlertCondition, { on: 'metric' }>

function measureMetric(condition: MetricCondition): Measure {
  const { metric } = condition
  if (metric === 'filesystem_percent')
    return { of: 'server', many: (server, { head }, take) => filesystems(server, head, take) }
  const read = readerOf(condition)
  if ((coreMetrics as readonly string[]).includes(metric) || !metric.includes('{'))
    return {
      of: 'server',
      one: (server, evidence) => {
        if (!isHeard(server)) return undefined
        const latest = evidence.head.latest(server.id)
        return latest?.values[metric] === undefined ? undefined : read(server.id, metric, latest, evidence)
      },
    }
  const pattern = seriesPattern(metric)
  return {
    of: 'server',
    many(server, evidence, take) {
      const latest = isHeard(server) ? evidence.head.latest(server.id) : undefined
      if (latest === undefined || pattern === undefined) return
      for (const key in latest.values) {
        const part = pattern.part(key)
        if (part !== undefined) take(part, read(server.id, key, latest, evidence))
      }
    },
  }
}

type Read = (subject: string, key: string, latest: Latest, evidence: Evidence) => number | undefined

function readerOf({ aggregate, minutes }: MetricCondition): Read {
  if (aggregate === 'last') return (_subject, key, { values }) => values[key]
  return (subject, key, { at }, { head }) => {
    const { times, values } = head.recent(subject, key, at - minutes * 60_000)
    return summary(aggregate, times, values)
  }
}

/** A window as one number; a rate goes over restarts of a counter. Undefined where there is too little in it. */
export function summary(
  how: 'avg' | 'max' | 'min' | 'rate',
  times: readonly number[],
  values: readonly number[],
): number | undefined {
  if (values.length === 0) return undefined
  switch (how) {
    case 'avg':
      return values.reduce((sum, value) => sum + value, 0) / values.length
    case 'max':
      return Math.max(...values)
    case 'min':
      return Math.min(...values)
    case 'rate': {
      const seconds = (times.at(-1)! - times[0]!) / 1_000
      if (seconds <= 0) return undefined
      let gained = 0
      for (let index = 1; index < values.length; index += 1)
        gained += values[index]! < values[index - 1]! ? values[index]! : values[index]! - values[index - 1]!
      return gained / seconds
    }
  }
}

const used = seriesPattern('filesystem_used_bytes{mount="*"}')!
const size = 'filesystem_size_bytes'

/** How full each file system is; the one that every server tells where it tells no others. */
function filesystems(server: WatchedServer, head: Head, take: TakePart): void {
  const values = isHeard(server) ? head.latest(server.id)?.values : undefined
  if (values === undefined) return
  let isTold = false
  for (const key in values) {
    const part = used.part(key)
    if (part === undefined) continue
    isTold = true
    const total = values[size + key.slice(used.name.length)]
    take(part, total ? (100 * values[key]!) / total : undefined)
  }
  if (!isTold && values['disk_percent'] !== undefined) take('/', values['disk_percent'])
}
