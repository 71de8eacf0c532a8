import { setImmediate as turn } from 'node:timers/promises'
import type { Context } from '#features/context.ts'
import { toMilliseconds } from '#kernel/clock.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import type { MetricChunksTable } from '#database/schema-metrics.ts'
import { decodePoints, encodePoints } from '#features/metrics/chunk-codec.ts'
import {
  chunksOfBucket,
  rollupsOfStart,
  saveSealed,
  serversThatExist,
  type Tier,
} from '#features/metrics/chunk-queries.ts'
import type { MemoryHead } from '#features/metrics/memory-head.ts'
import { bucketLength, mergePoints, noPoints, type Points } from '#features/metrics/points.ts'
import { combine, dayLength, hourLength, rollUpHours, type RollupsByTime } from '#features/metrics/rollup.ts'
import { decodeRollups, encodeRollups } from '#features/metrics/rollup-codec.ts'
import { isServer } from '#features/metrics/is-server.ts'
import { dayOf, monthOf } from '#features/metrics/calendar.ts'

/** Milliseconds of work before others have their turn. */
const slice = 8

/** What is to be sealed: the readings of one subject in one bucket. */
export interface Open {
  subject: string
  bucket: number
  count: number
}

/** What has something that was received up to a number in the log and is in no chunk yet. */
export function openUntil(head: MemoryHead, logId: number, limit: number): Open[] {
  const found: Open[] = []
  for (const [subject, window] of head.windows())
    for (const [bucket, { since, count }] of window.unsealed) {
      if (since > logId) continue
      found.push({ subject, bucket, count })
      if (found.length === limit) return found
    }
  return found
}

/**
 * Puts readings out of memory into chunks, together with what those hold already, and makes the roll-ups of their hours
 * and days anew from all of it: doing it twice changes nothing. Subjects that are servers no more are forgotten.
 */
export async function seal(
  { db, engine, config, clock }: Pick<Context, 'db' | 'engine' | 'config' | 'clock'>,
  lease: Lease,
  head: MemoryHead,
  open: readonly Open[],
): Promise<void> {
  const pause = createPause()
  const oldest = toMilliseconds(clock.now()) - config.monitoring.rawDays * dayLength
  const kept = open.filter(({ bucket }) => bucket + bucketLength > oldest)
  const merged = new Map<Open, Points>()
  for (const [bucket, some] of Map.groupBy(kept, (each) => each.bucket)) {
    const rows = await chunksOfBucket(db, bucket, subjectsOf(some))
    const before = new Map(rows.map(({ subject, payload }) => [subject, payload]))
    for (const each of some) {
      const payload = before.get(each.subject)
      const sealed = payload === undefined ? noPoints : decodePoints(payload)
      const points = mergePoints(sealed, head.points(each.subject, bucket, bucket + bucketLength))
      if (points.times.length > 0) merged.set(each, points)
      await pause()
    }
  }
  const chunks: MetricChunksTable[] = []
  for (const [{ subject, bucket }, points] of merged) {
    chunks.push({ start: bucket, subject, points: points.times.length, payload: encodePoints(points) })
    await pause()
  }
  const hours = await hoursWith(db, merged, pause)
  const days = await daysWith(db, hours, pause)
  const rollups = [...(await rows('hour', hours, pause)), ...(await rows('day', days, pause))]
  const latest = subjectsOf(kept).flatMap((subject) => {
    const newest = head.latest(subject)
    if (newest === undefined) return []
    const { at, received, values } = newest
    return [{ subject, at, received, latest: JSON.stringify(values) }]
  })
  const gone = await lease.mine(async (transaction) => {
    const servers = subjectsOf(kept).filter(isServer)
    const exist = await serversThatExist(transaction, engine, servers)
    const isThere = ({ subject }: { subject: string }) => !isServer(subject) || exist.has(subject)
    await saveSealed(transaction, engine, {
      chunks: chunks.filter(isThere),
      rollups: rollups.filter(isThere),
      latest: latest.filter(isThere),
    })
    return servers.filter((subject) => !exist.has(subject))
  })
  for (const subject of gone) head.forget(subject)
  for (const { subject, bucket, count } of open) head.window(subject)?.sealed(bucket, count)
}

/** By the beginning of a day or month, and by subject. */
type ByStart = Map<number, Map<string, RollupsByTime>>

/** The days of these readings, with the hours of their buckets made anew. */
async function hoursWith(
  db: Context['db'],
  merged: ReadonlyMap<Open, Points>,
  pause: () => Promise<void>,
): Promise<ByStart> {
  const hours: ByStart = new Map()
  for (const [day, some] of Map.groupBy(merged.keys(), ({ bucket }) => dayOf(bucket))) {
    const bySubject = await readRollups(db, 'hour', day, subjectsOf(some), pause)
    hours.set(day, bySubject)
    for (const open of some) {
      const known = bySubject.get(open.subject) ?? new Map()
      bySubject.set(open.subject, known)
      for (let hour = open.bucket; hour < open.bucket + bucketLength; hour += hourLength) known.delete(hour)
      for (const [hour, rollups] of rollUpHours(merged.get(open)!)) known.set(hour, rollups)
      await pause()
    }
  }
  return hours
}

/** The months of these days, with each day made anew of its hours. */
async function daysWith(db: Context['db'], hours: ByStart, pause: () => Promise<void>): Promise<ByStart> {
  const days: ByStart = new Map()
  for (const [month, some] of Map.groupBy(hours.keys(), monthOf)) {
    const subjects = [...new Set(some.flatMap((day) => [...hours.get(day)!.keys()]))]
    const bySubject = await readRollups(db, 'day', month, subjects, pause)
    days.set(month, bySubject)
    for (const day of some)
      for (const [subject, ofDay] of hours.get(day)!) {
        const known = bySubject.get(subject) ?? new Map()
        bySubject.set(subject, known)
        known.set(day, combine(inTime(ofDay)))
        await pause()
      }
  }
  return days
}

async function readRollups(
  db: Context['db'],
  tier: Tier,
  start: number,
  subjects: readonly string[],
  pause: () => Promise<void>,
): Promise<Map<string, RollupsByTime>> {
  const found = new Map<string, RollupsByTime>()
  for (const { subject, payload } of await rollupsOfStart(db, tier, start, subjects)) {
    found.set(subject, decodeRollups(payload))
    await pause()
  }
  return found
}

async function rows(tier: Tier, all: ByStart, pause: () => Promise<void>) {
  const found = []
  for (const [start, bySubject] of all)
    for (const [subject, rollups] of bySubject) {
      found.push({ tier, start, subject, payload: encodeRollups(rollups) })
      await pause()
    }
  return found
}

const inTime = (rollups: RollupsByTime) =>
  [...rollups].toSorted(([one], [other]) => one - other).map(([, each]) => each)

const subjectsOf = (open: readonly { subject: string }[]): string[] => [
  ...new Set(open.map(({ subject }) => subject)),
]

/** Lets others have their turn after a few milliseconds of work. */
function createPause(): () => Promise<void> {
  let begun = performance.now()
  return async () => {
    if (performance.now() - begun < slice) return
    await turn()
    begun = performance.now()
  }
}
