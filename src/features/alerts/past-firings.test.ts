import assert from 'node:assert/strict'
import { test } from 'node:test'
import { termsOf } from '#features/alerts/alert-rule.ts'
import {
  firingsOfChanges,
  firingsOfPoints,
  statesOfStatus,
  valuesOfSeries,
  type StatusAt,
} from '#features/alerts/past-firings.ts'

const minute = 60_000
const termsFor = (state: 'server_offline' | 'server_flapping', forSeconds = 0) =>
  termsOf({
    condition: { on: 'state', state },
    levels: { critical: 1 },
    clearAt: null,
    forSeconds,
    clearForSeconds: 0,
  })

const answer = (values: (number | null)[], step = minute) => ({
  tier: 'raw' as const,
  step,
  times: values.map((_, index) => index * step),
  series: { x: { avg: values, min: values.map((value) => value && value - 1), max: values } },
})

test('a rate of the past goes over restarts of a counter and over points further apart than its window', () => {
  const window = { aggregate: 'rate', minutes: 2 } as const
  const seen = valuesOfSeries(answer([0, 600, 1_200, 60, null, 660]), 'x', 1, window)
  assert.deepEqual(
    seen.map(({ value }) => value),
    [undefined, 10, 10, (600 + 60) / 120, undefined, 600 / 120],
  )
  const apart = valuesOfSeries(answer([0, 3_000, 6_000], 5 * minute), 'x', 1, window)
  assert.deepEqual(
    apart.map(({ value }) => value),
    [undefined, 10, 10],
  )
})

test('an average of the past is one over its window, and the lowest rests on the lowest', () => {
  const values = [0, 90, 90, 90]
  const read = (aggregate: 'avg' | 'min') =>
    valuesOfSeries(answer(values), 'x', 1, { aggregate, minutes: 1 }).map(({ value }) => value)
  assert.deepEqual(read('avg'), [0, 45, 90, 90])
  assert.deepEqual(read('min'), [0, 0, 89, 89])
  assert.deepEqual(valuesOfSeries(answer(values), 'missing', 1, { aggregate: 'avg', minutes: 1 })[0], {
    at: 0,
    value: undefined,
  })
})

test('a loss of the past fires when it lasted for long enough, and a pause is no recovery', () => {
  const changes: StatusAt[] = [
    { at: 0, status: 'online', condition: null },
    { at: 10 * minute, status: 'offline', condition: null },
    { at: 12 * minute, status: 'online', condition: null },
    { at: 20 * minute, status: 'offline', condition: null },
    { at: 30 * minute, status: 'offline', condition: 'paused' },
    { at: 40 * minute, status: 'offline', condition: null },
  ]
  const past = statesOfStatus.server_offline(changes)
  assert.equal(firingsOfChanges(past, 60 * minute, termsFor('server_offline')).length, 2)
  assert.equal(firingsOfChanges(past, 60 * minute, termsFor('server_offline', 300)).length, 1)
  assert.equal(firingsOfChanges(past, 60 * minute, termsFor('server_offline', 3_600)).length, 0)
})

test('what came and went four times in an hour was flapping, once an hour is not', () => {
  const turns = (pause: number): StatusAt[] =>
    Array.from({ length: 6 }, (_, index) => ({
      at: index * pause,
      status: index % 2 === 0 ? 'online' : 'offline',
      condition: null,
    }))
  const fired = (pause: number) =>
    firingsOfChanges(
      statesOfStatus.server_flapping(turns(pause)),
      12 * 60 * minute,
      termsFor('server_flapping'),
    )
  assert.deepEqual([fired(5 * minute).length, fired(60 * minute).length], [1, 0])
})

test('points without evidence neither begin nor end anything', () => {
  const points = [1, undefined, 1, undefined, 0, 1].map((value, index) => ({ at: index * minute, value }))
  assert.deepEqual(firingsOfPoints(points, termsFor('server_offline')), [0, 5 * minute])
})
