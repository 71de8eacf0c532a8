import { dumpDevices } from '#test/merge-dump.ts'
import { mergeAndUndo, mergeWorld } from '#test/merge-world.ts'
import { atLeast } from '../figures.ts'
import { withDatabase } from './estate-database.ts'

/** Whether merging and undoing at random leaves every byte that belongs to devices as it was. */
export async function benchUnmerge(seed: number, options: { merges: number }): Promise<void> {
  await withDatabase(async (_context, opened) => {
    const world = await mergeWorld(opened)
    const before = await dumpDevices(opened.db)
    let [merges, same] = [0, 0]
    for (let round = 0; merges < options.merges; round += 1) {
      const done = await mergeAndUndo(world, seed + round)
      merges += done.merges
      if ((await dumpDevices(opened.db)) === before) same += done.merges
    }
    atLeast(
      `of ${merges} random merges, undone in any order, all is as it was`,
      (same / merges) * 100,
      100,
      '%',
    )
  })
}
