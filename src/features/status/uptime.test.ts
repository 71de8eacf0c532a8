import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentOf, uptimeIn } from '#features/status/uptime.ts'

test('up, down and unknown are counted exactly', () => {
  const changes = [
    { at: 100, status: 'online' },
    { at: 300, status: 'offline' },
    { at: 350, status: 'online' },
  ]
  const whole = uptimeIn({ from: 0, to: 1_000 }, changes, [])
  assert.deepEqual(whole, { up: 850, down: 50, unknown: 100 })
  assert.equal(percentOf(whole), (850 / 900) * 100)
  // What it was before counts for the beginning.
  assert.deepEqual(uptimeIn({ from: 320, to: 360 }, changes, []), { up: 10, down: 30, unknown: 0 })
})

test('time in which nobody listened is unknown, once, however gaps overlap', () => {
  const changes = [
    { at: 0, status: 'online' },
    { at: 500, status: 'offline' },
  ]
  const gaps = [
    { from: 400, to: 600 },
    { from: 300, to: 450 },
    { from: 900, to: 2_000 },
  ]
  assert.deepEqual(uptimeIn({ from: 0, to: 1_000 }, changes, gaps), { up: 300, down: 300, unknown: 400 })
})

test('of a server that nobody heard nothing is known', () => {
  const uptime = uptimeIn({ from: 0, to: 10 }, [], [])
  assert.deepEqual(uptime, { up: 0, down: 0, unknown: 10 })
  assert.equal(percentOf(uptime), null)
})
