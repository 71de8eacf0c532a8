import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawnRange, liveStep, movedRange, readRange, scaledRange } from './time-range.ts'

const now = Date.parse('2026-03-01T12:00:00.000Z')
const hour = 3_600_000

test('an address without a range means the last day, and one with nonsense too', () => {
  assert.deepEqual(readRange({}, now), { from: now - 24 * hour, to: now, live: true })
  assert.deepEqual(readRange({ range: 'soon' }, now), { from: now - 24 * hour, to: now, live: true })
  assert.deepEqual(readRange({ from: 'x', to: 'y', range: '1h' }, now), {
    from: now - hour,
    to: now,
    live: true,
  })
})

test('what was drawn is read back as it was, and stands still', () => {
  const drawn = drawnRange(now - 3 * hour, now - hour, now)

  assert.deepEqual(readRange(drawn, now + 5 * hour), { from: now - 3 * hour, to: now - hour, live: false })
})

test('a stretch is never shorter than a minute and never in the future', () => {
  const tiny = readRange(drawnRange(now - 10, now + 10, now), now)
  const beyond = readRange(movedRange({ from: now - 2 * hour, to: now - hour, live: false }, 4, now), now)

  assert.equal(tiny.to - tiny.from, 60_000)
  assert.equal(tiny.to, now)
  assert.deepEqual([beyond.from, beyond.to], [now - hour, now])
})

test('zooming keeps the middle', () => {
  const range = { from: now - 4 * hour, to: now - 2 * hour, live: false }

  const near = readRange(scaledRange(range, 0.5, now), now)

  assert.deepEqual([near.from, near.to], [now - 3.5 * hour, now - 2.5 * hour])
})

test('a long stretch is not read again every few seconds', () => {
  assert.equal(liveStep({ from: now - hour, to: now, live: true }, 720), 5_000)
  assert.equal(liveStep({ from: now - 720 * hour, to: now, live: true }, 720), hour)
})
