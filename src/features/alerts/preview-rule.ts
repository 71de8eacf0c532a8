import type { AlertRule, Terms } from '#features/alerts/alert-rule.ts'
import { termsOf } from '#features/alerts/alert-rule.ts'
import { offlineTimes, serversOfRule } from '#features/alerts/rule-subject-queries.ts'
import { seriesPattern } from '#features/alerts/series-pattern.ts'
import { newCell, stepCell } from '#features/alerts/step-cell.ts'
import type { SeriesAnswer } from '#features/context.ts'
import type { Call } from '#features/operation.ts'
import { shift, toMilliseconds, toTimestamp } from '#kernel/clock.ts'

export type Proposed = Pick<
  AlertRule,
  'subject' | 'query' | 'condition' | 'levels' | 'clearAt' | 'forSeconds' | 'clearForSeconds'
>

/** How often a rule would have fired. */
export interface RulePreview {
  days: number
  /** How many servers the rule is about, and of how many the past was looked at. */
  servers: number
  sampled: number
  /** Times it fired for those that were looked at; null where the past cannot be told. */
  fired: number | null
  /** The same for all servers, in proportion. */
  estimated: number | null
  /** Seconds between the points that were looked at. */
  resolution: number | null
  /** The servers that it fired for most, and when first. */
  most: { server: string; fired: number; firstAt: string }[]
  note: string | null
}

/** So many servers are looked at, evenly out of all, and for so long. */
const mostServers = 40
const longest = 10_000
/** Five minutes over 30 days. */
const mostPoints = 8_640
const shown = 10

/** Replays the past through the very machine that watches, before a rule is saved. */
export async function previewRule(
  call: Call,
  rule: Proposed,
  days: number,
  signal: AbortSignal,
): Promise<RulePreview> {
  const servers = await serversOfRule(call, rule)
  const none = {
    days,
    servers: servers.length,
    sampled: 0,
    fired: null,
    estimated: null,
    resolution: null,
    most: [],
  }
  if (servers.length === 0) return { ...none, note: 'The rule is about no server' }
  const { condition } = rule
  if (condition.on === 'state' && condition.state !== 'server_offline')
    return { ...none, note: 'Of this state no past is kept; rule.test says what it finds now' }
  const sample = evenly(servers, mostServers)
  const found =
    condition.on === 'state'
      ? await pastLosses(call, sample, days)
      : await replay(call, rule, sample, days, signal)
  const fired = found.firings.length
  return {
    days,
    servers: servers.length,
    sampled: found.sampled,
    fired,
    estimated: found.sampled === 0 ? null : Math.round((fired * servers.length) / found.sampled),
    resolution: found.step === undefined ? null : found.step / 1_000,
    most: mostOf(found.firings),
    note: noteOf(rule, found.step),
  }
}

interface Found {
  firings: { server: string; at: number }[]
  sampled: number
  step: number | undefined
}

async function pastLosses(call: Call, servers: string[], days: number): Promise<Found> {
  const since = shift(call.clock.now(), -days * 86_400_000)
  const times = await offlineTimes(call.db, servers, since)
  return {
    firings: times.map(({ server, at }) => ({ server, at: toMilliseconds(at) })),
    sampled: servers.length,
    step: undefined,
  }
}

async function replay(
  call: Call,
  rule: Proposed,
  servers: string[],
  days: number,
  signal: AbortSignal,
): Promise<Found> {
  const terms = termsOf(rule)
  const to = toMilliseconds(call.clock.now())
  const began = call.clock.monotonic()
  const found: Found = { firings: [], sampled: 0, step: undefined }
  const latest = await call.metrics.latest(servers)
  for (const server of servers) {
    signal.throwIfAborted()
    if (call.clock.monotonic() - began > longest) break
    const wanted = seriesOf(rule, latest.get(server)?.values ?? {})
    found.sampled += 1
    if (wanted.length === 0) continue
    const metrics = wanted.map(({ key }) => key)
    const answer = await call.metrics.read(
      { subject: server, from: to - days * 86_400_000, to, metrics, points: mostPoints },
      signal,
    )
    found.step = Math.max(found.step ?? 0, answer.step)
    for (const { key, scale } of wanted)
      for (const at of firings(answer, answer.series[key]?.avg ?? [], scale, terms))
        found.firings.push({ server, at })
  }
  return found
}

/** The times at which a series would have fired. */
export function firings(
  { times }: Pick<SeriesAnswer, 'times'>,
  values: readonly (number | null)[],
  scale: number,
  terms: Terms,
): number[] {
  const fired: number[] = []
  const cell = newCell(terms.levels.length, times[0] ?? 0)
  for (const [index, time] of times.entries()) {
    const value = values[index]
    const change = stepCell(
      cell,
      value === null || value === undefined ? undefined : value * scale,
      time,
      terms,
    )
    if (change?.is === 'fired') fired.push(time)
  }
  return fired
}

/** The series of a server that a metric means, and what its values are to be multiplied by. */
function seriesOf(
  { condition }: Proposed,
  values: Readonly<Record<string, number>>,
): { key: string; scale: number }[] {
  if (condition.on !== 'metric') return []
  const { metric } = condition
  if (metric === 'filesystem_percent') {
    const used = seriesPattern('filesystem_used_bytes{mount="*"}')!
    const keys = Object.keys(values).filter((key) => used.part(key) !== undefined)
    if (keys.length === 0) return [{ key: 'disk_percent', scale: 1 }]
    return keys.flatMap((key) => {
      const size = values[`filesystem_size_bytes${key.slice(used.name.length)}`]
      return size ? [{ key, scale: 100 / size }] : []
    })
  }
  if (!metric.includes('{')) return [{ key: metric, scale: 1 }]
  const pattern = seriesPattern(metric)
  return Object.keys(values).flatMap((key) => (pattern?.part(key) === undefined ? [] : [{ key, scale: 1 }]))
}

function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!)
}

function mostOf(found: Found['firings']): RulePreview['most'] {
  const byServer = new Map<string, { server: string; fired: number; firstAt: string }>()
  for (const { server, at } of found) {
    const known = byServer.get(server)
    if (known) known.fired += 1
    else byServer.set(server, { server, fired: 1, firstAt: toTimestamp(at) })
  }
  return [...byServer.values()].toSorted((one, other) => other.fired - one.fired).slice(0, shown)
}

function noteOf({ forSeconds, condition }: Proposed, step: number | undefined): string | null {
  if (condition.on === 'state' || step === undefined) return null
  if (step > Math.max(60, forSeconds) * 1_000)
    return `The past is looked at in averages of ${Math.round(step / 60_000)} minutes: what was shorter is not seen`
  return null
}
