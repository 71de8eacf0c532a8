import { setImmediate as turn } from 'node:timers/promises'
import type { Context } from '#features/context.ts'
import { decodeGroupOf } from '#features/metrics/log-codec.ts'
import { groupsAfter } from '#features/metrics/log-queries.ts'
import { MemoryHead } from '#features/metrics/memory-head.ts'

const groupsAtOnce = 200
/** Milliseconds of work before others have their turn. */
const slice = 10

/** What the log holds of some subjects, for a process that does not watch. */
export async function scanLog(
  { db }: Pick<Context, 'db'>,
  subjects: readonly string[],
  signal: AbortSignal,
): Promise<MemoryHead> {
  const head = new MemoryHead()
  const wanted = new Set(subjects)
  let begun = performance.now()
  for (let last = 0; ;) {
    signal.throwIfAborted()
    const groups = await groupsAfter(db, last, groupsAtOnce)
    if (groups.length === 0) return head
    for (const { id, payload } of groups) {
      const group = decodeGroupOf(payload, subjects)
      for (const subject of group?.forget ?? []) head.forget(subject)
      for (const entry of group?.entries ?? []) if (wanted.has(entry.subject)) head.add(entry, id)
      if (performance.now() - begun < slice) continue
      await turn()
      begun = performance.now()
    }
    last = groups.at(-1)!.id
  }
}
