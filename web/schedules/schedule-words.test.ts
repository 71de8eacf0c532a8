import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronWords, localWords, windowWords } from './schedule-words.ts'

test('a pattern is said in words where there are some', () => {
  assert.equal(cronWords('0 * * * *'), 'Every hour')
  assert.equal(cronWords('7 4 * * 2'), '7 4 * * 2')
})

test('a time is said as the clocks of its zone show it, whatever the zone of the browser', () => {
  assert.equal(localWords('2026-03-29T03:00:00+02:00'), 'Sun, 29 Mar 2026, 03:00')
  assert.equal(localWords('2026-03-29T23:59:30-09:30'), 'Sun, 29 Mar 2026, 23:59:30')
})

test('a window names its days as short as it can', () => {
  const window = (days: Parameters<typeof windowWords>[0]['days']) =>
    windowWords({ days, from: '22:00', to: '04:00' })

  assert.equal(window(['tue', 'mon', 'wed', 'thu', 'fri']), 'Mon to Fri 22:00–04:00')
  assert.equal(window(['sat', 'mon']), 'Mon, Sat 22:00–04:00')
  assert.equal(window(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), 'every day 22:00–04:00')
})
