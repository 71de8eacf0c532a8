import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seriesKey } from '#model/sample.ts'
import { byLabel, readSeriesName } from './series-name.ts'

test('a series is taken apart as it was put together', () => {
  for (const labels of [{}, { mount: '/' }, { mount: 'C:\\', note: 'a "b"\n' }, { path: 'x{y="z"}' }])
    assert.deepEqual(readSeriesName(seriesKey('used', labels)), { name: 'used', labels })
})

test('values of one place stand together, places as people count', () => {
  const values = {
    cpu_percent: 3,
    [seriesKey('used', { mount: '/data10' })]: 5,
    [seriesKey('used', { mount: '/data9' })]: 1,
    [seriesKey('size', { mount: '/data9' })]: 2,
    [seriesKey('other', { mount: '/data9' })]: 7,
  }

  assert.deepEqual(
    [...byLabel(values, 'mount', ['used', 'size'])],
    [
      ['/data9', { used: 1, size: 2 }],
      ['/data10', { used: 5 }],
    ],
  )
})
