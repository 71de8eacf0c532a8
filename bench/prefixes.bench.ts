import { prefixOperations } from '#features/prefixes/prefix-operations.ts'
import { addressOperations } from '#features/prefixes/address-operations.ts'
import type { OpenDatabase } from '#database/open.ts'
import { callBy, testContext } from '#test/test-context.ts'
import { onBothEngines } from './bench-databases.ts'
import { fillInventory } from './large-inventory.ts'

/**
 * How soon prefixes are listed and shown where 20,000 devices have 100,000 interfaces: the first time, when everything
 * is worked out, and again. Figure: 500 ms for the list. The fastest of all tells what the rest lost to other work on the machine.
 */
const devices = 20_000
const cards = 5
const figure = 500
const times = 8
let isBelow = false

const questions: readonly (readonly [name: string, input: object])[] = [
  ['prefix.list', {}],
  ['prefix.list', { sort: '-used' }],
  ['prefix.list', { conflicts: true }],
  ['prefix.show', { prefix: '10.0.0.0/16' }],
  ['prefix.addresses', { prefix: '10.0.0.0/16' }],
  ['prefix.free', { prefix: '10.102.7.0/24', count: 10 }],
  ['address.show', { address: '10.0.3.7' }],
]

function asking(opened: OpenDatabase) {
  const call = callBy(testContext(opened))
  const all = [...prefixOperations, ...addressOperations]
  return {
    /** What was worked out holds for an hour where nothing is read. */
    forget: () => call.clock.advance(3_600_000),
    ask: async (name: string, input: object): Promise<number> => {
      const operation = all.find((each) => each.name === name)!
      const start = performance.now()
      await operation.run(call, operation.input.parse(input) as never, new AbortController().signal)
      return performance.now() - start
    },
  }
}

const at =
  (share: number) =>
  (values: readonly number[]): number =>
    values.toSorted((left, right) => left - right)[Math.floor(values.length * share)]!
const median = at(0.5)
const p95 = at(0.95)

await onBothEngines(async (opened) => {
  await fillInventory(opened, devices, cards)
  const { ask, forget } = asking(opened)
  for (const [name, input] of questions) {
    const cold: number[] = []
    const warm: number[] = []
    for (let at = 0; at < times; at += 1) {
      forget()
      cold.push(await ask(name, input))
      for (let more = 0; more < 4; more += 1) warm.push(await ask(name, input))
    }
    const figures = [median(cold), p95(cold), median(warm), p95(warm)]
    const holds = name !== 'prefix.list' || figures.every((each) => each <= figure)
    isBelow ||= !holds
    const [coldMedian, coldP95, warmMedian, warmP95] = figures.map((each) => each.toFixed(0))
    console.log(
      `${opened.engine} ${name} ${JSON.stringify(input)}: worked out ${coldMedian} ms (fastest ${Math.min(...cold).toFixed(0)}, p95 ${coldP95}), again ${warmMedian} ms (p95 ${warmP95})${holds ? '' : ` MORE THAN ${figure} ms`}`,
    )
  }
})
process.exitCode = isBelow ? 1 : 0
