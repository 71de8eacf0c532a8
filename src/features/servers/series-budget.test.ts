import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeriesBudget } from '#features/servers/series-budget.ts'

const limits = { maxSeriesPerServer: 3, maxSeries: 5 }
const series = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 1]))
const hour = 3_600_000

test('what is more than a server may have is refused by name, with the limit and the remedy; the rest is taken', () => {
  const budget = new SeriesBudget()

  const first = budget.admit('a', series('w', 'x'), 0, limits)
  const second = budget.admit('a', series('w', 'x', 'y', 'z', 'zz'), 1, limits)

  assert.deepEqual(first, { extra: series('w', 'x') })
  assert.deepEqual(second.extra, series('w', 'x', 'y'))
  assert.deepEqual(second.refusal, {
    code: 'INPUT_INVALID',
    path: 'metrics.z',
    value: 2,
    expected:
      'at most 3 series of one server beside the usual metrics; this one and 1 more are left out, the rest was taken. Send fewer, or raise monitoring.maxSeriesPerServer',
  })
  assert.equal(budget.count, 3)
})

test('what is more than all may have together is refused too', () => {
  const budget = new SeriesBudget()
  budget.admit('a', series('x', 'y', 'z'), 0, limits)
  budget.admit('b', series('x', 'y'), 0, limits)

  const { extra, refusal } = budget.admit('c', series('x'), 0, limits)

  assert.deepEqual(extra, {})
  assert.match(
    refusal!.expected,
    /at most 5 series of all servers together.*this one is.*monitoring\.maxSeries$/,
  )
  assert.deepEqual(budget.admit('a', series('x', 'y', 'z'), 0, limits), { extra: series('x', 'y', 'z') })
})

test('a series that was silent for an hour gives its place to another, of its server and of all', () => {
  const budget = new SeriesBudget()
  budget.admit('a', series('x', 'y', 'z'), 0, limits)
  budget.admit('b', series('x', 'y'), 0, limits)
  budget.admit('a', series('x'), hour, limits)

  assert.deepEqual(budget.admit('a', series('new'), hour + 1, limits), { extra: series('new') })
  assert.deepEqual(budget.admit('c', series('p', 'q', 'r'), hour + 1, limits), {
    extra: series('p', 'q', 'r'),
  })
  assert.equal(budget.count, 5)
})
