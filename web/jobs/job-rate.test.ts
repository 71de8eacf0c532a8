import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rateOf, rateText, timeLeft, withSample, type Sample } from './job-rate.ts'

const after = (...samples: Sample[]) =>
  samples.reduce<readonly Sample[]>((all, sample) => withSample(all, sample), [])

test('the rate is that of the last seconds', () => {
  const samples = after({ at: 0, done: 0 }, { at: 1_000, done: 50 }, { at: 20_000, done: 60 })

  assert.equal(rateOf(samples), 10 / 19)
  assert.equal(rateOf(after({ at: 0, done: 0 }, { at: 2_000, done: 40 })), 20)
})

test('what cannot be said yet is not said', () => {
  assert.equal(rateOf([]), undefined)
  assert.equal(rateOf(after({ at: 0, done: 3 })), undefined)
  assert.equal(rateOf(after({ at: 0, done: 0 }, { at: 100, done: 9 })), undefined)
  assert.equal(rateOf(after({ at: 0, done: 4 }, { at: 5_000, done: 4 })), undefined)
  assert.equal(timeLeft(10, undefined), undefined)
})

test('rows that are tried again begin a new count', () => {
  assert.deepEqual(after({ at: 0, done: 90 }, { at: 1_000, done: 100 }, { at: 2_000, done: 80 }), [
    { at: 2_000, done: 80 },
  ])
})

test('slow and fast are said in words that fit', () => {
  assert.equal(rateText(1234.4), '1,234 rows/s')
  assert.equal(rateText(2.25), '2.3 rows/s')
  assert.equal(rateText(0.1), '6 rows/min')
  assert.equal(timeLeft(50, 10), 5_000)
})
