import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawnColumns, gapSecondsOf, newestTold, summaryOf, type ChartData } from './chart-data.ts'

const data: ChartData = {
  times: [0, 60_000, 120_000, 180_000],
  step: 60_000,
  unit: 'percent',
  series: [
    { name: 'cpu', avg: [1, null, 3, null], min: [0, null, 2, null], max: [2, null, 9, null] },
    { name: 'steal', avg: [0, null, 0, null] },
  ],
}

test('a line with a band is three columns, and one without is one; gaps stay gaps', () => {
  const columns = drawnColumns(data, new Set())

  assert.deepEqual(columns, [
    [0, 60, 120, 180],
    [1, null, 3, null],
    [0, null, 2, null],
    [2, null, 9, null],
    [0, null, 0, null],
  ])
})

test('a line that is put away keeps its place, so that the others keep their colours', () => {
  const columns = drawnColumns(data, new Set(['cpu']))

  assert.deepEqual(columns[1], [null, null, null, null])
  assert.deepEqual(columns[4], [0, null, 0, null])
})

test('the newest bucket is the last one that tells anything', () => {
  assert.equal(newestTold(data), 2)
  assert.equal(newestTold({ ...data, series: [] }), -1)
})

test('a summary takes the lowest of the lowest and the highest of the highest', () => {
  assert.deepEqual(summaryOf(data.series[0]!), { low: 0, mean: 2, high: 9 })
  assert.equal(summaryOf({ name: 'none', avg: [null] }), undefined)
})

test('values that come seldom are no gaps, an outage is one, whatever else is known of the interval', () => {
  const minute = 60_000
  const times = Array.from({ length: 40 }, (_, at) => at * 5 * minute + (at > 20 ? 120 * minute : 0))
  const seldom: ChartData = {
    times,
    step: minute,
    unit: 'percent',
    series: [{ name: 'cpu', avg: times.map(() => 1) }],
  }

  assert.equal(gapSecondsOf(seldom), 2.5 * 300)
  assert.equal(gapSecondsOf({ ...seldom, times: [], series: [] }, 60), 150)
})
