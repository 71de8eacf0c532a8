import { isHeartbeat } from '#features/servers/check-heartbeat.ts'
import { extraSeries } from '#features/servers/extra-series.ts'
import { Heartbeat, timeExpected } from '#features/servers/heartbeat-shape.ts'
import type { Reading, Refusal } from '#features/servers/receipt.ts'
import { toldBy } from '#features/servers/told-by.ts'
import { coreMetrics } from '#model/sample.ts'

type Reason = Omit<Refusal, 'index'>

/** A heartbeat as a reading, without the fields that cannot be; no reading when what names it is at fault. */
export interface ReadHeartbeat {
  reading: Reading | undefined
  rejected: Reason[]
}

/** Reads what somebody sent as a heartbeat. A field that cannot be is named and left out; the rest is taken. */
export function readHeartbeat(value: unknown, now: number): ReadHeartbeat {
  if (isHeartbeat(value)) return toReading(value, now, [])
  const { good, rejected } = withoutFaults(value)
  return good === undefined ? { reading: undefined, rejected } : toReading(good, now, rejected)
}

function toReading(heartbeat: Heartbeat, now: number, rejected: Reason[]): ReadHeartbeat {
  const at = timeOf(heartbeat.timestamp, now)
  if (at === undefined) {
    const value = short(heartbeat.timestamp)
    const reason: Reason = { code: 'INPUT_INVALID', path: 'timestamp', value, expected: timeExpected }
    return { reading: undefined, rejected: [...rejected, reason] }
  }
  const { metrics } = heartbeat
  const core = metrics ? coreMetrics.map((metric) => metrics[metric] ?? null) : nothing
  const reading: Reading = {
    subject: heartbeat.server_id,
    at,
    core,
    extra: extraSeries(heartbeat, rejected),
    backfill: heartbeat.backfill ?? undefined,
    told: toldBy(heartbeat),
    hostname: heartbeat.hostname ?? undefined,
  }
  return { reading, rejected }
}

const nothing = coreMetrics.map(() => null)
const zoned = /(?:[zZ]|[+-]\d\d:?\d\d)$/

/** Without a zone a time means another moment on every machine. */
function timeOf(timestamp: Heartbeat['timestamp'], now: number): number | undefined {
  if (timestamp === undefined || timestamp === null) return now
  const at =
    typeof timestamp === 'number' ? timestamp : zoned.test(timestamp) ? Date.parse(timestamp) : Number.NaN
  return Number.isFinite(at) ? Math.round(at) : undefined
}

/** A heartbeat without what cannot be, and what that was; nothing is left where its name or time is at fault. */
function withoutFaults(value: unknown): { good: Heartbeat | undefined; rejected: Reason[] } {
  const rejected: Reason[] = []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    rejected.push({
      code: 'INPUT_INVALID',
      path: '',
      value: short(value),
      expected: 'a heartbeat, as an object',
    })
    return { good: undefined, rejected }
  }
  const copy = structuredClone(value)
  const parsed = Heartbeat.safeParse(copy)
  const issues = parsed.success ? [] : parsed.error.issues
  const named = new Set<string>()
  for (const issue of issues) {
    const path = issue.path.join('.')
    // What is too short may be of wrong letters as well; once is enough.
    if (named.has(path)) continue
    named.add(path)
    const given = at(copy, issue.path)
    const expected = given === undefined ? `${issue.message} (it is required)` : issue.message
    rejected.push({
      code: 'INPUT_INVALID',
      path,
      ...(given === undefined ? {} : { value: short(given) }),
      expected,
    })
  }
  const isNameless = issues.some(({ path }) => path[0] === 'server_id' || path[0] === 'timestamp')
  if (isNameless) return { good: undefined, rejected }
  for (const { path } of issues) leaveOut(copy, path)
  closeGaps(copy)
  return { good: isHeartbeat(copy) ? copy : undefined, rejected }
}

type Holder = Record<PropertyKey, unknown>

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((found, key) => (found as Holder | undefined)?.[key], value)

/** A metric goes by itself; of a list, the thing that holds the fault, so that no half of it is taken for all. */
function leaveOut(heartbeat: object, path: readonly PropertyKey[]): void {
  const [field, part] = path
  const holder = heartbeat as Holder
  if (part === undefined || holder[field!] === undefined) delete holder[field!]
  else if (Array.isArray(holder[field!])) (holder[field!] as unknown[])[part as number] = undefined
  else delete (holder[field!] as Holder)[part]
}

/** Lists without the places of what was left out. */
function closeGaps(heartbeat: object): void {
  for (const [field, list] of Object.entries(heartbeat))
    if (Array.isArray(list)) (heartbeat as Holder)[field] = list.filter((each) => each !== undefined)
}

/** What was given, for whoever looks for the fault; never more than a line of it. */
export function short(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 100 ? `${value.slice(0, 100)}…` : value
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object'
}
