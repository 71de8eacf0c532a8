import type { Database } from '#database/schema.ts'

const kept = 512
const byDatabase = new WeakMap<Database, number[]>()

/** Notes how long a commit of readings took, in milliseconds; the newest are kept. */
export function noteCommit(db: Database, milliseconds: number): void {
  let times = byDatabase.get(db)
  if (times === undefined) byDatabase.set(db, (times = []))
  times.push(milliseconds)
  if (times.length > 2 * kept) times.splice(0, kept)
}

/** How long the slowest of a hundred commits of this process took lately, in milliseconds; undefined before the first. */
export function slowCommit(db: Database): number | undefined {
  const times = byDatabase
    .get(db)
    ?.slice(-kept)
    .toSorted((one, other) => one - other)
  return times?.[Math.floor(times.length * 0.99)]
}
