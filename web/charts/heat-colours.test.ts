import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heatColour } from './heat-colours.ts'

const brightness = ([red, green, blue]: readonly number[]) => 0.3 * red! + 0.6 * green! + 0.1 * blue!

test('more is always darker on a light ground and brighter on a dark one', () => {
  for (const isDark of [false, true]) {
    const steps = Array.from({ length: 21 }, (_, at) => brightness(heatColour(at / 20, isDark)))
    const turned = isDark ? steps : steps.toReversed()
    assert.deepEqual(
      turned,
      turned.toSorted((one, other) => one - other),
    )
  }
})

test('what is beyond the ends has the colour of the end', () => {
  assert.deepEqual(heatColour(7, false), heatColour(1, false))
  assert.deepEqual(heatColour(-1, false), heatColour(0, false))
})
