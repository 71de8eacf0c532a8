import type { Transaction } from '#database/schema.ts'
import { daysIn, monthsIn } from '#features/metrics/calendar.ts'
import { deleteLatest, deleteSealed, oldestChunk, oldestRollups } from '#features/metrics/chunk-queries.ts'
import { encodeGroup } from '#features/metrics/log-codec.ts'
import { insertGroup } from '#features/metrics/log-queries.ts'
import { bucketLength, bucketOf } from '#features/metrics/points.ts'
import { dayLength } from '#features/metrics/rollup.ts'
import { type Timestamp, toMilliseconds } from '#kernel/clock.ts'

/**
 * Deletes all that subjects told: servers that are deleted in the same transaction, or checks (`check:12`). The log says
 * so too, so that what it still holds of them is not sealed later, and whoever keeps them in memory hears it.
 */
export async function forgetMetrics(
  transaction: Transaction,
  subjects: readonly string[],
  now: Timestamp,
): Promise<void> {
  if (subjects.length === 0) return
  const until = toMilliseconds(now) + dayLength
  const [chunk, hour, day] = [
    await oldestChunk(transaction),
    await oldestRollups(transaction, 'hour'),
    await oldestRollups(transaction, 'day'),
  ]
  await deleteSealed(transaction, subjects, {
    chunks: chunk === undefined ? [] : bucketsIn(chunk, until),
    hour: hour === undefined ? [] : daysIn(hour, until),
    day: day === undefined ? [] : monthsIn(day, until),
  })
  await deleteLatest(transaction, subjects)
  await insertGroup(transaction, encodeGroup({ entries: [], forget: subjects }))
}

function bucketsIn(from: number, to: number): number[] {
  const buckets: number[] = []
  for (let bucket = bucketOf(from); bucket < to; bucket += bucketLength) buckets.push(bucket)
  return buckets
}
