import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forecastFull } from '#features/alerts/forecast-full.ts'

const hour = 3_600_000
const hours = (count: number) => Array.from({ length: count }, (_, index) => index * hour)
/** The same every time, between -1 and 1. */
const noise = (index: number) => Math.sin(index * 12.9898) * Math.cos(index * 78.233)

test('a steady growth says when it is full, noise or not', () => {
  const exact = forecastFull(
    hours(72),
    hours(72).map((_, index) => 20 + index),
    100,
  )
  const noisy = forecastFull(
    hours(72),
    hours(72).map((_, index) => 20 + index + 2 * noise(index)),
    100,
  )

  assert.equal(Math.round(exact!.hours), 9)
  assert.equal(Math.round(exact!.confidence * 100), 100)
  assert.ok(Math.abs(noisy!.hours - 9) < 2.5, `${noisy!.hours}`)
})

test('one leap is no growth', () => {
  assert.equal(
    forecastFull(
      hours(96),
      hours(96).map((_, index) => (index < 60 ? 40 : 70)),
      100,
    ),
    undefined,
  )
})

test('after one clean-up only what came since counts', () => {
  const levels = hours(120).map((_, index) => (index < 60 ? 90 : 20 + (index - 60) * 0.5))
  const found = forecastFull(hours(120), levels, 100)

  assert.equal(Math.round(found!.hours), 101)
})

test('what is cleaned up again and again is never full', () => {
  const levels = hours(168).map((_, index) => 50 + (index % 24) * 1.5)
  assert.equal(forecastFull(hours(168), levels, 100), undefined)
})

test('a short history, an empty one, and what shrinks or stands still say nothing', () => {
  assert.equal(
    forecastFull(
      hours(12),
      hours(12).map((_, index) => 50 + index),
      100,
    ),
    undefined,
  )
  assert.equal(forecastFull([], [], 100), undefined)
  assert.equal(
    forecastFull(
      hours(72),
      hours(72).map((_, index) => 90 - index * 0.1),
      100,
    ),
    undefined,
  )
  assert.equal(
    forecastFull(
      hours(72),
      hours(72).map(() => 99),
      100,
    ),
    undefined,
  )
})

test('gaps in the history are no zeros', () => {
  const levels = hours(72).map((_, index) => (index % 3 === 0 ? null : 20 + index))
  assert.equal(Math.round(forecastFull(hours(72), levels, 100)!.hours), 9)
})
