import type { Transaction } from '#database/schema.ts'
import { giveBack, takeBelongings } from '#features/identity/merge-belongings.ts'
import type { LinkMemory, StoredMerge } from '#features/identity/merge-memory.ts'
import {
  currentMergesOf,
  endLinksOf,
  insertLinksOf,
  keysOf,
  linksOf,
  rememberAgain,
} from '#features/identity/merge-queries.ts'
import type { OwnPaths } from '#features/identity/own-changes.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/** A merge that was taken back for a moment: how its links were, and which tags people had taken off. */
export interface Unwound {
  merge: StoredMerge
  links: LinkMemory[]
  without: number[]
}

/**
 * The merges made later that touch the same devices, or devices related to them: they are taken back first and made
 * again afterwards, so that any merge can be undone as if it had been the last. The latest come last.
 */
export async function laterMerges(
  transaction: Transaction,
  { engine }: Authorship,
  merge: StoredMerge,
): Promise<StoredMerge[]> {
  const devices = new Set(devicesOf(merge))
  const found = new Map<number, StoredMerge>()
  for (;;) {
    const more = await currentMergesOf(transaction, engine, [...devices], merge.id)
    const news = more.filter((each) => !found.has(each.id))
    if (news.length === 0) return [...found.values()].toSorted((left, right) => left.id - right.id)
    for (const each of news) {
      found.set(each.id, each)
      for (const device of devicesOf(each)) devices.add(device)
    }
  }
}

const devicesOf = ({ kept, merged, memory }: StoredMerge): number[] => [
  kept,
  merged,
  ...memory.edges.flatMap(({ parent, child }) => [parent, child]),
]

/** Moves back what a merge moved, with the records that it moved and those that came since and are the merged device's. */
export async function unwind(
  transaction: Transaction,
  author: Authorship,
  merge: StoredMerge,
  own: OwnPaths,
): Promise<Unwound> {
  const { kept, merged, memory } = merge
  const now = (await linksOf(transaction, author.engine, [kept])).map(({ device: _, ...link }) => link)
  const before = new Map(memory.links.map((link) => [link.record, link]))
  const since = await cameSince(transaction, author, merge, now)
  const links = now.filter(({ record }) => before.has(record) || since.has(record))
  const records = links.map(({ record }) => record)
  await endLinksOf(transaction, author, kept, records, `unmerge:${merged}`)
  await insertLinksOf(
    transaction,
    author,
    merged,
    links.map((link) => before.get(link.record) ?? link),
  )
  const without = await giveBack(transaction, author, merge, records, own)
  return { merge, links, without }
}

/** Records that came after the merge and share more with the merged device's than with the kept one's. */
async function cameSince(
  transaction: Transaction,
  { engine }: Authorship,
  { memory }: StoredMerge,
  now: readonly LinkMemory[],
): Promise<Set<number>> {
  const [ours, theirs] = [new Set(memory.links.map(({ record }) => record)), new Set(memory.keptRecords)]
  const fresh = now.map(({ record }) => record).filter((id) => !ours.has(id) && !theirs.has(id))
  if (fresh.length === 0) return new Set()
  const rows = await keysOf(transaction, engine, [...ours, ...theirs, ...fresh])
  const keys = Map.groupBy(rows, (row) => row.record)
  const keysOfAll = (ids: Iterable<number>) =>
    new Set([...ids].flatMap((id) => (keys.get(id) ?? []).map((row) => row.key)))
  const [own, other] = [keysOfAll(ours), keysOfAll(theirs)]
  return new Set(
    fresh.filter((id) => {
      const carried = (keys.get(id) ?? []).map((row) => row.key)
      const shared = (side: ReadonlySet<string>) => carried.filter((key) => side.has(key)).length
      return shared(own) > shared(other)
    }),
  )
}

/** Makes a merge again that was only in the way of undoing an earlier one. */
export async function rewind(
  transaction: Transaction,
  author: Authorship,
  { merge, links, without }: Unwound,
  own: OwnPaths,
): Promise<void> {
  const { kept, merged, memory } = merge
  const [taken] = await takeBelongings(transaction, author, [{ from: merged, into: kept, without }], own)
  const { decisions, ended, reviews, reason } = memory
  await rememberAgain(transaction, merge.id, { ...taken!, decisions, ended, reviews, reason })
  const moved = taken!.links.map(({ record }) => record)
  await endLinksOf(transaction, author, merged, moved, `merge:${kept}`)
  const known = new Map(links.map((link) => [link.record, link]))
  await insertLinksOf(
    transaction,
    author,
    kept,
    taken!.links.map((link) => known.get(link.record) ?? link),
  )
}
