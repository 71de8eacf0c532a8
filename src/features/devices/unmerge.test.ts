import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { dumpDevices } from '#test/merge-dump.ts'
import { mergeAndUndo, mergeWorld } from '#test/merge-world.ts'

/** More of them are undone in `bench identity`. */
const sequences = 4

/** The lines that are in one of the dumps only. */
function differing(left: string, right: string): string[] {
  if (left === right) return []
  const [lefts, rights] = [left.split('\n'), right.split('\n')]
  const only = (lines: string[], others: string[], sign: string) =>
    lines.filter((line) => !others.includes(line)).map((line) => `${sign} ${line}`)
  return [...only(lefts, rights, '-'), ...only(rights, lefts, '+'), 'or their number or order']
}

onEachDatabase('merges by people', (fresh) => {
  test('undone one by one, in whatever order, leave everything as it was', async () => {
    const world = await mergeWorld(await fresh())
    const { db } = world.context
    const before = await dumpDevices(db)
    for (let seed = 1; seed <= sequences; seed += 1) {
      const { steps } = await mergeAndUndo(world, seed)
      assert.deepEqual(differing(before, await dumpDevices(db)), [], `seed ${seed}: ${steps}`)
    }
  })
})
