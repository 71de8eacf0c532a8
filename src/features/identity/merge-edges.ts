import type { Transaction } from '#database/schema.ts'
import type { EdgeMemory } from '#features/identity/merge-memory.ts'
import { dropEdges, edgesOf, insertEdges, pointEdge } from '#features/identity/merge-edge-queries.ts'
import { devicesAmong, sourcesOf } from '#features/identity/merge-queries.ts'
import type { OwnPaths } from '#features/identity/own-changes.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/** A device that turned out to be another. */
export interface Merger {
  from: number
  into: number
  /** Tags that people took off since the device was merged before; they are not put on again. */
  without?: readonly number[] | undefined
}

/** The devices on either side of relationships. */
export const sidesOf = (edges: readonly EdgeMemory[]): Set<number> =>
  new Set(edges.flatMap(({ parent, child }) => [parent, child]))

const edgeName = ({ parent, child, type }: EdgeMemory): string => `${parent} ${child} ${type}`

/** Relationships of a device become the other's, unless that has the same or is the other side of it. */
export async function moveEdges(
  transaction: Transaction,
  { engine }: Authorship,
  { from, into }: Merger,
  own: OwnPaths,
  isMeant: (edge: EdgeMemory) => boolean = () => true,
): Promise<EdgeMemory[]> {
  const isOurs = (edge: EdgeMemory) => (edge.parent === from || edge.child === from) && isMeant(edge)
  const edges = await edgesOf(transaction, engine, [from, into])
  const there = new Set(edges.filter((edge) => !isOurs(edge)).map(edgeName))
  const put = (device: number) => (device === from ? into : device)
  const moved = edges.filter(isOurs).map((edge) => {
    const next = { ...edge, parent: put(edge.parent), child: put(edge.child) }
    return { edge, next, dropped: next.parent === next.child || there.has(edgeName(next)) }
  })
  await dropEdges(
    transaction,
    engine,
    moved.filter((each) => each.dropped).map(({ edge }) => edge.id),
  )
  for (const { edge, next, dropped } of moved) {
    own.noteEdge(edge, 'removed')
    if (dropped) continue
    await pointEdge(transaction, next)
    own.noteEdge(next, 'added')
  }
  return moved.map(({ edge, dropped }) => ({ ...edge, dropped }))
}

/**
 * Where records left a device for another, relationships that only their sources can have told go along at once; their
 * next run settles what is left. `since` leaves alone what was told before.
 */
export async function followRecords(
  transaction: Transaction,
  author: Authorship,
  { from, into }: Merger,
  own: OwnPaths,
  since = '',
): Promise<void> {
  const tellers = await sourcesOf(transaction, author.engine, [from, into])
  const tells = (device: number, { system, source }: EdgeMemory) =>
    tellers.some((each) => each.device === device && each.system === system && each.source === source)
  await moveEdges(
    transaction,
    author,
    { from, into },
    own,
    (edge) => edge.createdAt >= since && tells(into, edge) && !tells(from, edge),
  )
}

/** What was moved goes back unless it is gone since; what was dropped is made again. */
export async function returnEdges(
  transaction: Transaction,
  { engine }: Authorship,
  { kept, merged, edges }: { kept: number; merged: number; edges: readonly EdgeMemory[] },
  own: OwnPaths,
): Promise<void> {
  if (edges.length === 0) return
  const present = new Map((await edgesOf(transaction, engine, [kept])).map((edge) => [edge.id, edge]))
  for (const edge of edges.filter((each) => !each.dropped)) {
    const now = present.get(edge.id)
    if (now === undefined) continue
    // Only our own side: the other may be part of yet another device by now.
    const back = edge.parent === merged ? { ...now, parent: merged } : { ...now, child: merged }
    await pointEdge(transaction, back)
    own.noteEdge(now, 'removed')
    own.noteEdge(back, 'added')
  }
  const dropped = edges.filter((each) => each.dropped)
  const alive = await devicesAmong(transaction, engine, [...sidesOf(dropped)])
  const again = dropped.filter(({ parent, child }) => alive.has(parent) && alive.has(child))
  await insertEdges(transaction, engine, again)
  for (const edge of again) own.noteEdge(edge, 'added')
}
