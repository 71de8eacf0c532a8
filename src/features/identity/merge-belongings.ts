import { reserveIds } from '#database/bulk.ts'
import type { Transaction } from '#database/schema.ts'
import { edgesOf } from '#features/identity/merge-edge-queries.ts'
import { moveEdges, returnEdges, sidesOf } from '#features/identity/merge-edges.ts'
import type { Merger } from '#features/identity/merge-edges.ts'
import { emptyMemory } from '#features/identity/merge-memory.ts'
import type { MergeMemory, StoredMerge } from '#features/identity/merge-memory.ts'
import {
  currentMergesOf,
  endMerges,
  fieldRulesOf,
  insertMerges,
  linksOf,
  moveRows,
  moveServers,
  rowsOf,
  serversOf,
  tagsOf,
} from '#features/identity/merge-queries.ts'
import type { OwnPaths } from '#features/identity/own-changes.ts'
import { moveTold, namesOfRecords, toldOf } from '#features/identity/told-queries.ts'
import { addTags, removeTags } from '#features/inventory/tag-queries.ts'
import type { Authorship } from '#features/inventory/save-devices.ts'

/**
 * What hangs on devices that turned out to be others goes along: tags, notes, relationships, rules about fields, hosts,
 * servers, facts and configurations. Remembers all of it as a merge by `by`, so that it can be taken back exactly, and
 * notes in `own` what became of tags and relationships. Links are not moved here (volumes follow them by themselves).
 * To be called before the links end, in the same transaction.
 */
export async function moveBelongings(
  transaction: Transaction,
  author: Authorship,
  mergers: readonly Merger[],
  by: string,
  own: OwnPaths,
): Promise<{ id: number; kept: number; merged: number; by: string; memory: MergeMemory }[]> {
  if (mergers.length === 0) return []
  const memories = await takeBelongings(transaction, author, mergers, own)
  const ids = await reserveIds(transaction, author.engine, 'device_merges', mergers.length)
  const merges = mergers.map(({ from, into }, index) => ({
    id: ids[index]!,
    kept: into,
    merged: from,
    by,
    memory: memories[index]!,
  }))
  await insertMerges(transaction, author, merges)
  return merges
}

/** The same without a merge of its own: gives what has to be remembered. */
export async function takeBelongings(
  transaction: Transaction,
  author: Authorship,
  mergers: readonly Merger[],
  own: OwnPaths,
): Promise<MergeMemory[]> {
  const { engine } = author
  const memories: MergeMemory[] = mergers.map(() => emptyMemory())
  const sides = mergers.flatMap(({ from, into }) => [from, into])
  const links = Map.groupBy(await linksOf(transaction, engine, sides), (each) => each.device)
  const from = mergers.map((each) => each.from)
  const tagged = Map.groupBy(await tagsOf(transaction, engine, from), (each) => each.device)
  const hasEdges = sidesOf(await edgesOf(transaction, engine, from))
  const rules = Map.groupBy(await fieldRulesOf(transaction, engine, from), (each) => each.device)
  const told = Map.groupBy(await toldOf(transaction, engine, from), (each) => each.device)
  const servers = Map.groupBy(await serversOf(transaction, engine, from), (each) => each.device)
  const rows = async (table: Parameters<typeof rowsOf>[2]) =>
    Map.groupBy(await rowsOf(transaction, engine, table, from), (each) => each.device)
  const [notes, hosts] = [await rows('device_notes'), await rows('hosts')]
  for (const [index, merger] of mergers.entries()) {
    const move = { from: merger.from, to: merger.into }
    const memory = memories[index]!
    const idsOf = (list: typeof notes) => (list.get(merger.from) ?? []).map((row) => row.id)
    memory.links = (links.get(merger.from) ?? []).map(({ device: _, ...link }) => link)
    memory.keptRecords = (links.get(merger.into) ?? []).map((link) => link.record)
    memory.notes = idsOf(notes)
    memory.hosts = idsOf(hosts)
    memory.servers = (servers.get(merger.from) ?? []).map((row) => row.id)
    memory.told = (told.get(merger.from) ?? []).map(({ device: _, ...key }) => key)
    if (tagged.has(merger.from)) memory.tags = await giveTags(transaction, author, merger, own)
    if (rules.has(merger.from)) memory.fieldRules = await freeRules(transaction, author, merger)
    if (hasEdges.has(merger.from)) memory.edges = await moveEdges(transaction, author, merger, own)
    await moveRows(transaction, engine, 'device_notes', memory.notes, move)
    await moveRows(transaction, engine, 'hosts', memory.hosts, move)
    await moveRows(transaction, engine, 'field_rules', memory.fieldRules, move)
    await moveServers(transaction, memory.servers, move)
    await moveTold(transaction, engine, memory.told, move)
  }
  return memories
}

/** The merged device keeps its tags, the other gets those that it lacks. */
async function giveTags(
  transaction: Transaction,
  author: Authorship,
  { from, into, without = [] }: Merger,
  own: OwnPaths,
): Promise<number[]> {
  const tags = await tagsOf(transaction, author.engine, [from, into])
  const has = new Set(tags.filter((each) => each.device === into).map((each) => each.tag))
  const given = tags.filter(({ device, tag }) => device === from && !has.has(tag) && !without.includes(tag))
  await addTags(
    transaction,
    author.engine,
    author.now,
    given.map(({ tag }) => ({ device: into, tag })),
  )
  for (const { name } of given) own.note(into, `tags/${name}`, null, true)
  return given.map(({ tag }) => tag)
}

/** The rules of the merged device about fields that the other has no rule about. */
async function freeRules(
  transaction: Transaction,
  { engine }: Authorship,
  { from, into }: Merger,
): Promise<number[]> {
  const rules = await fieldRulesOf(transaction, engine, [from, into])
  const ruled = new Set(rules.filter((each) => each.device === into).map((each) => each.field))
  return rules.filter(({ device, field }) => device === from && !ruled.has(field)).map(({ id }) => id)
}

/**
 * The inverse of `moveBelongings` for merges of these devices that hold now, when a rule no longer joins them: every
 * thing goes back to where it was, what people added since stays. Links are not moved here.
 */
export async function returnBelongings(
  transaction: Transaction,
  author: Authorship,
  mergers: readonly Merger[],
  by: string,
  own: OwnPaths,
): Promise<void> {
  if (mergers.length === 0) return
  const merged = mergers.map((each) => each.from)
  const merges = await currentMergesOf(transaction, author.engine, merged)
  const ended = merges.filter((merge) => merged.includes(merge.merged)).toReversed()
  for (const merge of ended) {
    const records = merge.memory.links.map((link) => link.record)
    await giveBack(transaction, author, merge, records, own)
  }
  await endMerges(
    transaction,
    author,
    ended.map((merge) => merge.id),
    by,
  )
}

/** Moves back what one merge moved, and what is of these records; gives the tags that people took off meanwhile. */
export async function giveBack(
  transaction: Transaction,
  author: Authorship,
  { kept, merged, memory }: Pick<StoredMerge, 'kept' | 'merged' | 'memory'>,
  records: readonly number[],
  own: OwnPaths,
): Promise<number[]> {
  const { engine } = author
  const move = { from: kept, to: merged }
  await moveRows(transaction, engine, 'device_notes', memory.notes, move)
  await moveRows(transaction, engine, 'hosts', memory.hosts, move)
  await moveRows(transaction, engine, 'field_rules', memory.fieldRules, move)
  await moveServers(transaction, memory.servers, move)
  const told = new Map(
    [...memory.told, ...(await namesOfRecords(transaction, engine, records))].map((key) => [
      JSON.stringify([key.system, key.source, key.sourceId]),
      key,
    ]),
  )
  await moveTold(transaction, engine, [...told.values()], move)
  await returnEdges(transaction, author, { kept, merged, edges: memory.edges }, own)
  return takeTags(transaction, author, kept, memory.tags, own)
}

async function takeTags(
  transaction: Transaction,
  { engine }: Authorship,
  kept: number,
  tags: readonly number[],
  own: OwnPaths,
): Promise<number[]> {
  if (tags.length === 0) return []
  const present = (await tagsOf(transaction, engine, [kept])).filter(({ tag }) => tags.includes(tag))
  await removeTags(
    transaction,
    engine,
    [kept],
    present.map(({ tag }) => tag),
  )
  for (const { name } of present) own.note(kept, `tags/${name}`, true, null)
  return tags.filter((tag) => !present.some((each) => each.tag === tag))
}
