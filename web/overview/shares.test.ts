import assert from 'node:assert/strict'
import { test } from 'node:test'
import { piecesOf, sharesOf } from './shares.ts'

test('the largest kind of device comes first and fills its row', () => {
  const shares = sharesOf({ server: 5, vm: 20, phone: 0, iot: 5 })

  assert.deepEqual(shares, [
    { name: 'vm', count: 20, ofLargest: 1 },
    { name: 'iot', count: 5, ofLargest: 0.25 },
    { name: 'server', count: 5, ofLargest: 0.25 },
  ])
})

test('one of ten thousand is still seen in the bar, which stays whole', () => {
  const [many, one, none] = piecesOf([9_999, 1, 0]) as [number, number, number]

  assert.ok(one > 0.9)
  assert.equal(none, 0)
  assert.ok(Math.abs(many + one - 100) < 1e-9)
})

test('a bar of nothing has no pieces', () => {
  assert.deepEqual(piecesOf([0, 0]), [0, 0])
})
