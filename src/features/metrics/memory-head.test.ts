import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryHead } from '#features/metrics/memory-head.ts'
import { mergePoints, type Points } from '#features/metrics/points.ts'
import { reading } from '#test/metric-readings.ts'

const minute = 60_000

test('readings in any order lie in memory by time, and are forgotten only when they are old and sealed', () => {
  const head = new MemoryHead()
  const order = Array.from({ length: 150 }, (_, index) => (index * 67) % 150)
  for (const index of order)
    assert.ok(head.add(reading('a', index * minute, { cpu_percent: index }, { [`x${index % 2}`]: index }), 1))
  assert.equal(head.add(reading('a', 0), 2), false)

  const all = Array.from({ length: 150 }, (_, index) => index)
  assert.deepEqual(head.recent('a', 'cpu_percent', 0).values, all)
  assert.deepEqual(
    head.recent('a', 'x1', 0).times,
    all.filter((index) => index % 2 === 1).map((index) => index * minute),
  )
  head.trim(100 * minute)
  assert.equal(head.recent('a', 'cpu_percent', 0).values.length, 150, 'nothing is sealed yet')
  head.window('a')!.sealed(0, 120)
  head.window('a')!.sealed(120 * minute, 29)
  head.trim(140 * minute)
  assert.equal(
    head.recent('a', 'cpu_percent', 0).values[0],
    120,
    'of the second bucket one more came meanwhile',
  )
  assert.deepEqual(head.latest('a')!.values.x0, 148)
})

test('what one time is told of may come in parts, and of what comes twice the first stays', () => {
  const head = new MemoryHead()

  const part = (core: (number | null)[], extra: Record<string, number>) => ({
    ...reading('a', minute, {}, extra),
    core,
  })

  const news = [
    head.add(part([5, null], { x: 1 }), 1),
    head.add(part([9, 2], { x: 7, y: 3 }), 2),
    head.add(part([9, null], { y: 4 }), 3),
  ]

  assert.deepEqual(news, [true, true, false])
  assert.deepEqual(head.latest('a')!.values, { cpu_percent: 5, memory_percent: 2, x: 1, y: 3 })
  assert.deepEqual(head.points('a', 0, 2 * minute).times, [minute])
  head.window('a')!.sealed(0, 1)
  assert.equal(head.window('a')!.unsealed.size, 1, 'a part that came after sealing is still to seal')
})

test('parts of one time that lie in a chunk and in memory are one', () => {
  const sealed: Points = { times: [1, 2], columns: new Map([['load_1m', [1, 2]]]) }
  const fresh: Points = {
    times: [2, 3],
    columns: new Map([
      ['load_1m', [9, 3]],
      ['x', [7, Number.NaN]],
    ]),
  }

  assert.deepEqual(mergePoints(sealed, fresh), {
    times: [1, 2, 3],
    columns: new Map([
      ['load_1m', [1, 2, 3]],
      ['x', [Number.NaN, 7, Number.NaN]],
    ]),
  })
})

test('everything that was acknowledged is kept, and series are counted', () => {
  const head = new MemoryHead()
  for (let index = 0; index < 20; index += 1) {
    const extra = Object.fromEntries(Array.from({ length: 40 }, (_, key) => [`series${index}_${key}`, 1]))
    head.add(reading('a', index * minute, {}, extra), 1)
  }

  assert.equal(head.seriesCount, 800)
  assert.equal(
    head
      .points('a', 0, 20 * minute)
      .columns.get('series19_39')
      ?.at(-1),
    1,
  )
  head.forget('a')
  assert.equal(head.seriesCount, 0)
})
