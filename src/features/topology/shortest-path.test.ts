import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shortestPath } from '#features/topology/shortest-path.ts'
import type { Hop } from '#features/topology/shortest-path.ts'

type Line = [from: number, to: number, cost: number]

const expandOf = (lines: readonly Line[]) => (places: readonly number[]) =>
  Promise.resolve(
    lines.flatMap(([from, to, cost]): Hop<string>[] => [
      ...(places.includes(from) ? [{ from, to, cost, detail: `${from}-${to}` }] : []),
      ...(places.includes(to) ? [{ from: to, to: from, cost, detail: `${from}-${to}` }] : []),
    ]),
  )

const walk = async (lines: readonly Line[], start: number, goal: number, most = 1000) => {
  const path = await shortestPath(start, goal, expandOf(lines), most)
  return Array.isArray(path) ? [start, ...path.map((hop) => hop.to)] : path
}

test('the way that costs least is taken, not that of fewest steps', async () => {
  assert.deepEqual(await walk([[1, 4, 9], [1, 2, 2], [2, 3, 2], [3, 4, 2]], 1, 4), [1, 2, 3, 4]) // prettier-ignore
})

test('a place is no way from itself, and what does not hang together has none', async () => {
  assert.deepEqual(await walk([[1, 2, 1]], 1, 1), [1])
  assert.equal(await walk([[1, 2, 1], [3, 4, 1]], 1, 4), undefined) // prettier-ignore
})

test('what would take too long is given up', async () => {
  const chain = Array.from({ length: 100 }, (_, at): Line => [at, at + 1, 1])
  assert.equal(await walk(chain, 0, 100, 20), 'too far')
})

test('it is as cheap as the cheapest there is, and the same both ways round', async () => {
  const line = fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 4 }))
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 25 }), async (lines) => {
      const path = await shortestPath(0, 9, expandOf(lines), 1000)
      const back = await shortestPath(9, 0, expandOf(lines), 1000)
      const cost = (found: typeof path) =>
        Array.isArray(found) ? found.reduce((sum, hop) => sum + hop.cost, 0) : Infinity
      const expected = byFloyd(lines)
      assert.equal(cost(path), expected)
      assert.equal(cost(back), expected)
      if (!Array.isArray(path)) return
      const places = [0, ...path.map((hop) => hop.to)]
      assert.deepEqual(path.map((hop) => hop.from), places.slice(0, -1)) // prettier-ignore
      assert.equal(places.at(-1), 9)
    }),
  )
})

/** What the cheapest way from 0 to 9 costs, by trying all (Floyd and Warshall). */
function byFloyd(lines: readonly Line[]): number {
  const costs = Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (__, column) => (row === column ? 0 : Infinity)),
  )
  for (const [from, to, cost] of lines) {
    costs[from]![to] = Math.min(costs[from]![to]!, cost)
    costs[to]![from] = costs[from]![to]!
  }
  for (const row of costs) costs[costs.indexOf(row)]![costs.indexOf(row)] = 0
  for (let over = 0; over < 10; over += 1)
    for (let from = 0; from < 10; from += 1)
      for (let to = 0; to < 10; to += 1)
        costs[from]![to] = Math.min(costs[from]![to]!, costs[from]![over]! + costs[over]![to]!)
  return costs[0]![9]!
}
