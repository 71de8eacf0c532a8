import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '#test/each-database.ts'
import { dumpDevices } from '#test/merge-dump.ts'
import { mergeWorld, numbersOf } from '#test/merge-world.ts'

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
      const next = numbersOf(seed)
      const standing = [...world.ids]
      const held: { id: number; merged: number }[] = []
      const steps: string[] = []
      for (let step = 0; step < 6; step += 1) {
        if (next(3) === 0 && held.length > 0) {
          const [undone] = held.splice(next(held.length), 1)
          await world.unmerge(undone!.id)
          standing.push(undone!.merged)
          steps.push(`undo ${undone!.id}`)
        } else {
          const [merged] = standing.splice(next(standing.length), 1)
          const into = standing[next(standing.length)]!
          held.push({ id: await world.merge(into, merged!), merged: merged! })
          steps.push(`${merged} into ${into}`)
        }
      }
      while (held.length > 0) {
        const [undone] = held.splice(next(held.length), 1)
        await world.unmerge(undone!.id)
        steps.push(`undo ${undone!.id}`)
      }
      assert.deepEqual(differing(before, await dumpDevices(db)), [], `seed ${seed}: ${steps.join(', ')}`)
    }
  })
})
