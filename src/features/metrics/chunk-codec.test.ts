import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodePoints, encodePoints } from '#features/metrics/chunk-codec.ts'
import type { Points } from '#features/metrics/points.ts'

const pointsOf = (values: readonly number[]): Points => ({
  times: values.map((_, index) => 1_767_225_600_000 + index * 60_000 + (index % 3)),
  columns: new Map([['cpu_percent', values]]),
})

/** Object.is for each value: -0 is not 0, and NaN is nothing told. */
function same(points: Points): void {
  const back = decodePoints(encodePoints(points))
  assert.deepEqual(back.times, points.times)
  assert.deepEqual([...back.columns.keys()], [...points.columns.keys()])
  for (const [name, values] of points.columns)
    for (const [index, value] of values.entries())
      assert.ok(Object.is(back.columns.get(name)![index], value), `${name} ${index}: ${value}`)
}

test('the same doubles come back, whatever they are', () => {
  const double = fc.double({ noDefaultInfinity: false })
  const decimal = fc
    .tuple(fc.integer(), fc.integer({ min: 0, max: 9 }))
    .map(([whole, scale]) => whole / 10 ** scale)
  const summed = fc.integer({ min: 0, max: 1_000 }).map((whole) => whole * 0.1 + 0.7 - 0.1)
  const values = fc.array(fc.oneof(double, decimal, summed), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(values, (given) => same(pointsOf(given))),
    { numRuns: 300 },
  )
})

test('so do those that no decimal is short for, the largest, the smallest, and nothing', () => {
  const odd = [94.79799999999999, 93.72200000000001, 0.1 + 0.2, 1 / 3, Math.PI]
  const large = [Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53, 2 ** 53 - 1, -(2 ** 60), 1e300, -1e-300]
  const zeros = [0, -0, 0, -0]
  for (const some of [odd, large, zeros, [...odd, ...large, ...zeros]]) {
    same(pointsOf(some))
    same(pointsOf([...Array.from({ length: 50 }, (_, index) => index / 10), ...some]))
    same(pointsOf([...some, Number.NaN, ...some]))
  }
  same(pointsOf([Number.NaN, Number.NaN]))
  same({ times: [], columns: new Map() })
})

test('times need not be regular, and columns of any name stand beside the core ones', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 8.64e12 }), { maxLength: 30 }),
      fc.string({ minLength: 1 }),
      (given, name) => {
        const times = given.toSorted((one, other) => one - other)
        same({ times, columns: new Map([[`x${name}`, times.map((time) => time / 7)]]) })
      },
    ),
    { numRuns: 100 },
  )
})

test('only what is asked for is read', () => {
  const points = {
    times: [1, 2],
    columns: new Map([
      ['a', [1, 2]],
      ['b', [3, 4]],
      ['c', [5, 6]],
    ]),
  }

  const back = decodePoints(encodePoints(points), new Set(['b']))

  assert.deepEqual([...back.columns], [['b', [3, 4]]])
})

test('a chunk of a later Rollcall is refused, and so is a torn one', () => {
  const bytes = encodePoints(pointsOf([1, 2, 3]))

  assert.throws(() => decodePoints(Buffer.concat([Buffer.of(2), bytes.subarray(1)])), /does not know/)
  assert.throws(() => decodePoints(bytes.subarray(0, -3)))
})
