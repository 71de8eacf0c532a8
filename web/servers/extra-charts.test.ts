import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seriesKey } from '#model/sample.ts'
import { extraCharts } from './extra-charts.ts'

test('a family of series is one chart, with a line a place', () => {
  const keys = ['eth1', 'eth0'].map((name) => seriesKey('interface_rx_bytes', { interface: name }))

  const [chart, ...more] = extraCharts([...keys, 'cpu_percent', 'something_else'])

  assert.deepEqual(more, [])
  assert.equal(chart!.title, 'Interfaces, received')
  assert.deepEqual(
    chart!.metrics.map((key) => chart!.nameOf!(key)),
    ['eth0', 'eth1'],
  )
})

test('a chart has as many lines as can be told apart', () => {
  const keys = Array.from({ length: 60 }, (_, at) =>
    seriesKey('temperature_celsius', { sensor: `core ${at}` }),
  )

  assert.equal(extraCharts(keys)[0]!.metrics.length, 12)
})
