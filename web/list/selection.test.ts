import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  afterChange,
  chooseAll,
  chooseNone,
  extendBy,
  extendTo,
  moveBy,
  moveTo,
  noSelection,
  targets,
  toggle,
} from './selection.ts'

const order = [10, 20, 30, 40, 50]
const at = (id: number) => moveTo(noSelection, id)
const chosen = (selection: { chosen: ReadonlySet<number> }) => [...selection.chosen].toSorted((a, b) => a - b)

test('the first step goes to the first row, and the ends of the list are ends', () => {
  assert.equal(moveBy(noSelection, order, 1).cursor, 10)
  assert.equal(moveBy(at(50), order, 1).cursor, 50)
  assert.equal(moveBy(at(20), order, -9).cursor, 10)
  assert.equal(moveBy(at(20), [], 1).cursor, null)
})

test('an action is for the row of the cursor unless rows are chosen', () => {
  assert.deepEqual(targets(noSelection), [])
  assert.deepEqual(targets(at(30)), [30])

  const two = toggle(moveTo(toggle(at(10)), 40))

  assert.deepEqual(targets(two), [10, 40])
  assert.deepEqual(targets(toggle(two)), [10])
  assert.deepEqual(targets(chooseNone(two)), [40])
})

test('a range grows from where it began, shrinks again, and leaves other choices alone', () => {
  const begun = moveTo(toggle(at(10)), 30)

  const grown = extendBy(extendBy(begun, order, 1), order, 1)
  const shrunk = extendBy(grown, order, -1)
  const turned = extendTo(shrunk, order, 20)

  assert.deepEqual(chosen(grown), [10, 30, 40, 50])
  assert.deepEqual(chosen(shrunk), [10, 30, 40])
  assert.deepEqual(chosen(turned), [10, 20, 30])
  assert.equal(turned.cursor, 20)
})

test('everything shown can be chosen at once', () => {
  assert.deepEqual(chosen(chooseAll(at(20), order)), order)
})

test('a row that comes in above moves nothing', () => {
  const before = toggle(at(30))

  const after = afterChange(before, order, [5, ...order])

  assert.equal(after, before)
})

test('the cursor goes to the next row when its own leaves the list', () => {
  assert.equal(afterChange(at(30), order, [10, 20, 40, 50]).cursor, 40)
  assert.equal(afterChange(at(30), order, [10, 50]).cursor, 50)
  assert.equal(afterChange(at(50), order, [10, 20]).cursor, 20)
  assert.equal(afterChange(at(50), order, []).cursor, null)
})

test('rows that left the list are not chosen any more', () => {
  const all = chooseAll(at(30), order)

  const after = afterChange(all, order, [10, 30])

  assert.deepEqual(chosen(after), [10, 30])
  assert.equal(after.cursor, 30)
})
