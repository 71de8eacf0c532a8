import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addPoints, SeriesBuckets } from '#features/metrics/series-buckets.ts'
import { usualPause } from '#features/metrics/series-steps.ts'

/** The averages of one metric that was told at these seconds, in buckets of a minute. */
function chart(metric: string, seconds: readonly number[], values: readonly number[], minutes: number) {
  const buckets = new SeriesBuckets(0, 60_000, minutes)
  const times = seconds.map((second) => second * 1_000)
  addPoints(buckets, { times, columns: new Map([[metric, values]]) }, metric, usualPause(times))
  return buckets.values().avg
}

test('a reading that comes a little late or early leaves no hole, nor does one that was lost', () => {
  const seconds = [0, 59.9, 120.1, 180, 240, 360]

  assert.deepEqual(chart('cpu_percent', seconds, [1, 2, 3, 4, 5, 6], 7), [1.5, 2, 3, 4, 5, 5, 6])
  assert.deepEqual(chart('network_rx_bytes', [0, 60, 119, 181, 240], [0, 60, 119, 181, 240], 5), [
    null,
    1,
    1,
    1,
    1,
  ])
})

test('a longer silence is a gap', () => {
  assert.deepEqual(chart('cpu_percent', [0, 60, 120, 300, 360, 420], [1, 1, 1, 2, 2, 2], 8), [
    1,
    1,
    1,
    null,
    null,
    2,
    2,
    2,
  ])
})

test('what is told less often than the rest, or more slowly than before, is whole', () => {
  const seconds = Array.from({ length: 11 }, (_, minute) => minute * 60)
  const seldom = seconds.map((second) => (second % 180 === 0 ? second : Number.NaN))
  assert.deepEqual(
    chart('updates_available', seconds, seldom, 10),
    [0, 0, 0, 180, 180, 180, 360, 360, 360, 540],
  )

  const slower = [0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 300, 420, 540, 660]
  assert.ok(!chart('cpu_percent', slower, slower, 12).slice(5).includes(null))
})
