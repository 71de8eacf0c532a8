import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forecastMonth } from '#features/cost/forecast-month.ts'

const days = (cents: readonly number[], first = 1) =>
  cents.map((each, at) => ({
    day: `2026-06-${String(first + at).padStart(2, '0')}`,
    currency: 'EUR',
    cents: each,
  }))

test('what is to come is what the same days of the week cost, and the band how much days differ', () => {
  // The first of June 2026 is a Monday: two whole weeks, dearer at the week's end.
  const week = [100, 100, 100, 100, 100, 300, 300]
  const [forecast] = forecastMonth(days([...week, ...week, 0]), '2026-06-15')

  assert.equal(forecast?.spentCents, 2_200)
  // Two weeks from today on, and Monday and Tuesday.
  assert.equal(forecast.forecastCents, 2_200 + 2_200 + 200)
  assert.ok(forecast.lowCents >= 2_200 && forecast.lowCents < forecast.forecastCents)
  assert.ok(forecast.highCents > forecast.forecastCents)
})

test('one day is no measure of how days differ, and the band says so', () => {
  const [forecast] = forecastMonth(days([100, 0], 14), '2026-06-15')

  assert.deepEqual(forecast, {
    currency: 'EUR',
    spentCents: 100,
    forecastCents: 1_700,
    lowCents: 100,
    highCents: 3_300,
  })
})
