import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QuietHours, quietUntil } from '#features/notices/quiet-hours.ts'

const berlin = { zone: 'Europe/Berlin', from: '22:00', to: '07:00' }

test('quiet hours end on the clock of their zone, also in the nights in which it changes', () => {
  // 29 March 2026: the night is an hour shorter. 25 October: an hour longer.
  assert.equal(quietUntil(berlin, '2026-03-28T22:00:00.000Z'), '2026-03-29T05:00:00.000Z')
  assert.equal(quietUntil(berlin, '2026-10-24T21:00:00.000Z'), '2026-10-25T06:00:00.000Z')
  assert.equal(quietUntil(berlin, '2026-10-25T06:00:00.000Z'), undefined)
  assert.equal(quietUntil(berlin, '2026-07-01T19:59:59.999Z'), undefined)
  assert.equal(quietUntil(berlin, '2026-07-01T20:00:00.000Z'), '2026-07-02T05:00:00.000Z')
})

test('quiet hours of a day end on that day', () => {
  const noon = { zone: 'UTC', from: '12:00', to: '13:00' }
  assert.equal(quietUntil(noon, '2026-07-01T12:30:00.000Z'), '2026-07-01T13:00:00.000Z')
  assert.equal(quietUntil(noon, '2026-07-01T13:00:00.000Z'), undefined)
})

test('a zone that nobody knows, or a time that no clock shows, is refused', () => {
  assert.equal(QuietHours.safeParse({ ...berlin, zone: 'Europe/Atlantis' }).success, false)
  assert.equal(QuietHours.safeParse({ ...berlin, zone: '+01:00' }).success, false)
  assert.equal(QuietHours.safeParse({ ...berlin, to: '24:00' }).success, false)
})
