import type { OpenDatabase } from '#database/open.ts'
import { DatabaseClass } from '#database/sqlite/sqlite-handle.ts'
import { onBothEngines } from './bench-databases.ts'

/**
 * Small durable transactions a second: one after the other, and many asked for at the same time, which on SQLite share
 * a commit. Figure: together at least twice as many as alone, and alone at least half of what the engine does by itself.
 */
const total = 2_000
const together = 100
let isBelow = false

const tag = (name: string) => ({ name, type: 'label', created_at: 'x', version: 1 })

const write = ({ db }: OpenDatabase, name: string) =>
  db.transaction().execute((transaction) => transaction.insertInto('tags').values(tag(name)).execute())

async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return Math.round((count / (performance.now() - start)) * 1_000)
}

async function alone(opened: OpenDatabase): Promise<void> {
  for (let number = 0; number < total; number += 1) await write(opened, `alone ${number}`)
}

async function crowd(opened: OpenDatabase): Promise<void> {
  let number = 0
  const one = async () => {
    while (number < total * 5) await write(opened, `together ${(number += 1)}`)
  }
  await Promise.all(Array.from({ length: together }, one))
}

/** What SQLite itself does, with the same durability, one commit a row. */
function bare(path: string): number {
  const database = new DatabaseClass(path)
  database.exec('pragma synchronous = full')
  const insert = database.prepare(
    `insert into tags (name, type, created_at, version) values (?, 'label', 'x', 1)`,
  )
  const start = performance.now()
  for (let number = 0; number < total; number += 1) insert.run(`bare ${number}`)
  const found = Math.round((total / (performance.now() - start)) * 1_000)
  database.close()
  return found
}

await onBothEngines(async (opened) => {
  await write(opened, 'warm')
  const single = await rate(total, () => alone(opened))
  const shared = await rate(total * 5, () => crowd(opened))
  const itself = opened.path === undefined ? undefined : bare(opened.path)
  const holds = shared >= single * 2 && (itself === undefined || single >= itself / 2)
  if (opened.engine === 'sqlite') isBelow ||= !holds
  console.log(
    `${opened.engine}: ${single} transactions a second alone, ${shared} with ${together} at a time ` +
      `(ratio ${(shared / single).toFixed(1)})${itself === undefined ? '' : `; the engine by itself ${itself}`}` +
      (opened.engine === 'sqlite' && !holds ? '  TOO SLOW' : ''),
  )
})

process.exitCode = isBelow ? 1 : 0
