import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentsOf, placeOf, timeAt } from './as-of.ts'

const moments = momentsOf([
  { at: '2026-03-01' },
  { at: '2026-01-01' },
  { at: '2026-03-01' },
  { at: '2026-02-01' },
])

test('the slider has one place for each time something changed, and one for now', () => {
  assert.deepEqual(moments, ['2026-01-01', '2026-02-01', '2026-03-01'])
  assert.equal(placeOf(moments, undefined), 3)
  assert.equal(timeAt(moments, 3), undefined)
})

test('a time between two changes is at the place of the one before', () => {
  assert.equal(placeOf(moments, '2026-02-14'), 1)
  assert.equal(placeOf(moments, '2026-03-01'), 2)
})

test('a time before everything is at the beginning', () => {
  assert.equal(placeOf(moments, '2025-01-01'), 0)
})
