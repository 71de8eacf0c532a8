import { lineHash } from '#features/audit/line-hash.ts'
import { readLines } from '#features/audit/page-queries.ts'
import type { AuditLogsTable, Database } from '#database/schema.ts'

/** How many lines are looked at to say what happened. */
const window = 500

/** Says what is wrong with the first line that does not follow `previous`, the hash of line `id` - 1. */
export async function explainBreak(
  db: Database,
  id: number,
  previous: string,
  head: { hash: string; id: number },
): Promise<string> {
  const rows = await readLines(db, id, window)
  const [row, next] = rows
  if (!row) return 'deleted: this line and all after it are missing'
  if (row.id > id) return `deleted: lines ${id} to ${row.id - 1} are missing`
  return (
    movedHere(rows, id, previous) ??
    deletedBefore(rows) ??
    editedSomehow(row, next, previous, head) ??
    'edited, or put in: neither its words nor the line after it fit'
  )
}

/** Whether the line that belongs here stands further down. */
function movedHere(rows: readonly AuditLogsTable[], id: number, previous: string): string | undefined {
  const [row, ...later] = rows as [AuditLogsTable, ...AuditLogsTable[]]
  const index = later.findIndex((each) => each.hash === lineHash(previous, { ...each, id }))
  if (index < 0) return undefined
  const found = later[index]!
  const before = index === 0 ? found : later[index - 1]!
  if (row.hash === lineHash(before.hash, { ...row, id: found.id }))
    return `out of order: this line and line ${found.id} have changed places`
  return found.id === id + 1
    ? 'inserted: the line that belongs here is the one after it'
    : `out of order: the line that belongs here is ${found.id}`
}

/** Whether the lines from here on were counted anew after one was taken away. */
function deletedBefore([row, next]: readonly AuditLogsTable[]): string | undefined {
  if (!next) return undefined
  for (let gap = 1; gap <= 50; gap += 1) {
    if (lineHash(row!.hash, { ...next, id: next.id + gap }) === next.hash)
      return `deleted: ${gap === 1 ? 'a line' : `${gap} lines`} before this one, and those after were numbered anew`
  }
  return undefined
}

function editedSomehow(
  row: AuditLogsTable,
  next: AuditLogsTable | undefined,
  previous: string,
  head: { hash: string; id: number },
): string | undefined {
  const isFollowed = next
    ? lineHash(row.hash, next) === next.hash
    : row.id === head.id && row.hash === head.hash
  if (isFollowed)
    return row.removed_by === null
      ? 'edited: its words are not those that were written'
      : 'edited: it counts as purged'
  const own = lineHash(previous, row)
  const isOwnFollowed = next ? lineHash(own, next) === next.hash : own === head.hash
  return isOwnFollowed ? 'edited: its hash is not the one that was written' : undefined
}
