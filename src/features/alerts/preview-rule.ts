import type { AlertRule } from '#features/alerts/alert-rule.ts'
import { termsOf } from '#features/alerts/alert-rule.ts'
import { checkNumber } from '#features/alerts/alert-turn.ts'
import { measureOf } from '#features/alerts/measure-rule.ts'
import {
  firingsOfChanges,
  firingsOfPoints,
  statesOfStatus,
  valuesOfSeries,
  type PastValue,
} from '#features/alerts/past-firings.ts'
import {
  checksOfRule,
  checkStatesSince,
  serversOfRule,
  statusesSince,
} from '#features/alerts/rule-subject-queries.ts'
import { seriesPattern } from '#features/alerts/series-pattern.ts'
import type { Call } from '#features/operation.ts'
import { shift, toMilliseconds, toTimestamp } from '#kernel/clock.ts'

export type Proposed = Pick<
  AlertRule,
  'subject' | 'query' | 'condition' | 'levels' | 'clearAt' | 'forSeconds' | 'clearForSeconds'
>

/** How often a rule would have fired. */
export interface RulePreview {
  days: number
  /** How many servers or checks the rule is about, and of how many the past was looked at. */
  servers: number
  sampled: number
  /** Times it fired for those that were looked at; null where the past cannot be told. */
  fired: number | null
  /** The same for all, in proportion. */
  estimated: number | null
  /** Seconds between the points that were looked at. */
  resolution: number | null
  /** The servers that it fired for most, and when first. */
  most: { server: string; fired: number; firstAt: string }[]
  note: string | null
}

/** So many are looked at, evenly out of all, and for so long. */
const mostSubjects = 40
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
  const past = pastOf(rule.condition)
  const subjects = await subjectsOf(call, rule)
  const { length } = subjects
  const none = { days, servers: length, sampled: 0, fired: null, estimated: null, resolution: null, most: [] }
  if (past === undefined)
    return { ...none, note: 'Of this state no past is kept; rule.test says what it finds now' }
  if (length === 0) return { ...none, note: 'The rule is about nothing that there is' }
  const found = await past(call, rule, evenly(subjects, mostSubjects), days, signal)
  const fired = found.firings.length
  return {
    days,
    servers: length,
    sampled: found.sampled,
    fired,
    estimated: found.sampled === 0 ? null : Math.round((fired * length) / found.sampled),
    resolution: found.step === undefined ? null : found.step / 1_000,
    most: mostOf(found.firings),
    note: noteOf(rule, found.step),
  }
}

/** The servers a rule is about, or its checks as `check:7`. */
async function subjectsOf(call: Call, rule: Proposed): Promise<string[]> {
  if (measureOf(rule.condition).of === 'server') return serversOfRule(call, rule)
  return (await checksOfRule(call, rule)).map(({ id }) => `check:${id}`)
}

interface Found {
  firings: { server: string; at: number }[]
  sampled: number
  step: number | undefined
}

type Past = (
  call: Call,
  rule: Proposed,
  subjects: string[],
  days: number,
  signal: AbortSignal,
) => Promise<Found>

/** States that are told as a series too. */
const stateSeries = new Map([
  ['updates_pending', 'updates_available'],
  ['security_updates_pending', 'security_updates'],
  ['certificate_days', 'certificate_days'],
])

/** Where the past of a condition is kept; undefined where it is not. */
function pastOf(condition: Proposed['condition']): Past | undefined {
  if (condition.on === 'metric') return replay
  const { state } = condition
  if (stateSeries.has(state)) return replay
  if (state === 'check_down') return pastChecks
  return state in statesOfStatus ? pastStatuses : undefined
}

const pastStatuses: Past = async (call, { condition, ...rule }, servers, days) => {
  const turn = statesOfStatus[(condition as { state: keyof typeof statesOfStatus }).state]
  const changes = await statusesSince(call, servers, since(call, days))
  return fromChanges(call, { condition, ...rule }, servers, (server) => turn(changes.get(server) ?? []))
}

const pastChecks: Past = async (call, rule, checks, days) => {
  const changes = await checkStatesSince(call, checks.map(checkNumber), since(call, days))
  const value = { up: 0, down: 1 } as Readonly<Record<string, number>>
  return fromChanges(call, rule, checks, (check) =>
    (changes.get(checkNumber(check)) ?? []).map(({ at, state }) => ({ at, value: value[state] })),
  )
}

const since = ({ clock }: Call, days: number): string => shift(clock.now(), -days * 86_400_000)

function fromChanges(
  { clock }: Call,
  rule: Proposed,
  subjects: readonly string[],
  changesOf: (subject: string) => PastValue[],
): Found {
  const [terms, now] = [termsOf(rule), toMilliseconds(clock.now())]
  const firings = subjects.flatMap((server) =>
    firingsOfChanges(changesOf(server), now, terms).map((at) => ({ server, at })),
  )
  return { firings, sampled: subjects.length, step: undefined }
}

const replay: Past = async (call, rule, subjects, days, signal) => {
  const terms = termsOf(rule)
  const { condition } = rule
  const window = condition.on === 'metric' ? condition : ({ aggregate: 'last', minutes: 1 } as const)
  const to = toMilliseconds(call.clock.now())
  const began = call.clock.monotonic()
  const found: Found = { firings: [], sampled: 0, step: undefined }
  const latest = await call.metrics.latest(subjects)
  for (const server of subjects) {
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
      for (const at of firingsOfPoints(valuesOfSeries(answer, key, scale, window), terms))
        found.firings.push({ server, at })
  }
  return found
}

/** The series of a server that a metric means, and what its values are to be multiplied by. */
function seriesOf(
  { condition }: Proposed,
  values: Readonly<Record<string, number>>,
): { key: string; scale: number }[] {
  if (condition.on === 'state') return [{ key: stateSeries.get(condition.state)!, scale: 1 }]
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
