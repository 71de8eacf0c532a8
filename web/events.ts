import { useSyncExternalStore } from 'react'
import type { QueryClient } from '@tanstack/react-query'
import { apiUrl } from './api.ts'
import { isLong } from './paged.ts'

/** A happening on the server, as the event stream tells it. */
export interface Happening {
  topic: string
  at: string
  data: Record<string, unknown>
}

/** How far a run is, by the last progress event. */
export interface RunProgress {
  runId: number
  source: string
  seen: number
  total: number | null
  added: number
  updated: number
  unchanged: number
}

/** Which listings a topic's first word makes stale. */
const staleByTopic: Record<string, readonly string[]> = {
  device: ['devices', 'device', 'overview', 'changes', 'conflicts', 'prefixes'],
  review: ['reviews'],
  host: ['hosts', 'overview', 'device', 'prefixes'],
  run: ['runs', 'run', 'sources', 'overview', 'jobs', 'reviews', 'volumes', 'topology', 'prefixes'],
  finding: ['findings', 'overview'],
  source: ['sources', 'source-types', 'overview', 'schedules'],
  job: ['jobs', 'job', 'job-rows', 'job-log', 'job-errors', 'overview'],
  schedule: ['schedules'],
  tag: ['tags', 'devices', 'device'],
  field: ['fields', 'devices', 'device'],
  view: ['views'],
  setting: ['settings', 'schedules'],
  server: ['servers', 'server', 'fleet'],
  agent: ['server', 'agents'],
  alert: ['alerts', 'alert', 'fleet'],
  rule: ['rules'],
  silence: ['silences', 'alerts', 'alert'],
  maintenance: ['windows'],
  escalation: ['escalations'],
  check: ['checks', 'check'],
}

const topics = [
  'run.started',
  'run.progress',
  'run.finished',
  'device.changed',
  'host.changed',
  'review.changed',
  'finding.opened',
  'finding.resolved',
  'source.changed',
  'job.added',
  'job.changed',
  'job.progress',
  'job.pausing',
  'job.cancelling',
  'job.finished',
  'schedule.changed',
  'schedule.settled',
  'setting.changed',
  'tag.changed',
  'field.changed',
  'view.changed',
  'server.changed',
  'agent.changed',
  'metrics.heard',
  'alert.changed',
  'rule.changed',
  'silence.changed',
  'maintenance.changed',
  'escalation.changed',
  'check.changed',
  'database.changed',
]

/** Listings as they are stale after another process wrote: nobody knows which. */
const everyListing = [...new Set(Object.values(staleByTopic).flat())]

const progress = new Map<number, RunProgress>()
const listeners = new Set<() => void>()
const hearers = new Set<(happening: Happening) => void>()
let connection: 'open' | 'lost' = 'open'

const tell = () => {
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Calls back for each happening until the returned function is called. */
export function hearEvents(hearer: (happening: Happening) => void): () => void {
  hearers.add(hearer)
  return () => hearers.delete(hearer)
}

/** The newest progress of a run; undefined when none was heard. */
export const useRunProgress = (runId: number): RunProgress | undefined =>
  useSyncExternalStore(subscribe, () => progress.get(runId))

/** Whether the server is heard. */
export const useConnection = (): 'open' | 'lost' => useSyncExternalStore(subscribe, () => connection)

/** Listens to the server and marks what it tells of as stale: at once, and then at most once a second. */
export function followEvents(client: QueryClient): () => void {
  const stream = new EventSource(apiUrl('/events'))
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const refresh = () => {
    for (const name of waiting) void markStale(client, [name])
    timer = waiting.size > 0 ? setTimeout(refresh, 1_000) : undefined
    waiting.clear()
  }
  const stale = (names: readonly string[]) => {
    for (const name of names) waiting.add(name)
    if (timer === undefined) refresh()
  }
  const connected = (state: typeof connection) => {
    if (connection === state) return
    connection = state
    tell()
    if (state === 'open') void markStale(client, [])
  }
  const hear = (event: MessageEvent<string>) => {
    const happening = JSON.parse(event.data) as Happening
    if (happening.topic === 'run.progress') keepProgress(happening)
    // Bars follow it by themselves; only what one job costs is asked for.
    else if (happening.topic === 'job.progress') stale(['job'])
    else if (happening.topic === 'database.changed') stale(everyListing)
    else stale(staleByTopic[happening.topic.split('.')[0]!] ?? [])
    for (const hearer of hearers) hearer(happening)
  }
  for (const topic of topics) stream.addEventListener(topic, hear)
  stream.addEventListener('reset', () => void markStale(client, []))
  stream.addEventListener('open', () => connected('open'))
  stream.addEventListener('error', () => connected('lost'))
  return () => {
    clearTimeout(timer)
    stream.close()
  }
}

/** Asks again for what is on the screen, but for long listings: those say that they are old, and wait. */
async function markStale(client: QueryClient, queryKey: readonly string[]): Promise<void> {
  await client.invalidateQueries({ queryKey, refetchType: 'none' })
  await client.refetchQueries({
    queryKey,
    type: 'active',
    predicate: (query) => query.state.isInvalidated && !isLong(query),
  })
}

function keepProgress({ data }: Happening): void {
  const heard = data as unknown as RunProgress
  if (typeof heard.runId !== 'number') return
  progress.set(heard.runId, heard)
  tell()
}
