import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sparkPath } from './spark-path.ts'

test('a line is broken where nothing was told, and a value on its own is a dot', () => {
  assert.equal(sparkPath([0, 100, null, 50], 100, 8, 12), 'M1.0 11.0L3.0 1.0M7.0 6.0h0')
})

test('what is beyond the top stays within', () => {
  assert.equal(sparkPath([150, -3], 100, 4, 12), 'M1.0 1.0L3.0 11.0')
})
