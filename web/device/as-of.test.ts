import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentsOf, placeOf, timeAt } from './as-of.ts'

const moments = momentsOf([
  { at: '2026-03-01' },
  { at: '2026-01-01' },
  { at: '2026-03-01' },
  { at: '2026-02-01' },
])

test('the slider has one place for each time something changed; the last one is now', () => {
  assert.deepEqual(moments, ['2026-01-01', '2026-02-01', '2026-03-01'])
  assert.equal(placeOf(moments, undefined), 2)
  assert.equal(timeAt(moments, 2), undefined)
})

test('one change back from now is before the newest change', () => {
  assert.equal(timeAt(moments, placeOf(moments, undefined) - 1), '2026-02-01')
})

test('a device of which nothing is known to have changed has only now', () => {
  assert.equal(placeOf([], undefined), 0)
  assert.equal(timeAt([], 0), undefined)
})

test('a time between two changes is at the place of the one before', () => {
  assert.equal(placeOf(moments, '2026-02-14'), 1)
  assert.equal(placeOf(moments, '2026-03-01'), 2)
})

test('a time before everything is at the beginning', () => {
  assert.equal(placeOf(moments, '2025-01-01'), 0)
})
