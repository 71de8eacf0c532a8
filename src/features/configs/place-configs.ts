import type { Timestamp } from '#kernel/clock.ts'

/** A version as it stands in the table, without its text. */
export interface StoredVersion {
  id: number
  version: number
  hash: string
  retrievedAt: Timestamp
  revision: string | null
}

/** A version that a source tells. */
export interface ToldVersion {
  hash: string
  retrievedAt: Timestamp
  revision: string | null
}

/** What has to be written so that the told versions have their places among the stored ones. */
export interface Placement<Told extends ToldVersion> {
  added: { told: Told; version: number }[]
  /** Stored versions whose number changes, because older ones came in before them. */
  renumbered: { id: number; version: number }[]
  /** Stored versions of which it turns out which revision they are. */
  identified: { id: number; told: Told }[]
}

type Entry<Told> = { is: 'stored'; stored: StoredVersion } | { is: 'told'; told: Told }

/**
 * Places told versions (in their order) among the stored ones of the same device record, by the time they were
 * fetched. A revision that is kept, and a text that the version before already has, is not added again; a stored
 * version of the same text without a revision takes over what the told one knows of it. Where none of the told is
 * older than the newest stored version, that one is enough.
 */
export function placeVersions<Told extends ToldVersion>(
  stored: readonly StoredVersion[],
  told: readonly Told[],
  revisions: ReadonlySet<string>,
): Placement<Told> {
  const entries: Entry<Told>[] = stored
    .toSorted((left, right) => left.version - right.version)
    .map((each) => ({ is: 'stored', stored: each }))
  const known = new Set(revisions)
  const identified = new Map<number, Told>()
  for (const each of told) {
    if (each.revision !== null && known.has(each.revision)) continue
    const at = entries.findLastIndex((entry) => timeOf(entry) <= each.retrievedAt) + 1
    const twin = [at - 1, at].find((index) => isTwin(entries[index], each))
    const named = twin === undefined ? undefined : entries[twin]
    if (named?.is === 'stored') {
      identified.set(named.stored.id, each)
      entries[twin!] = { is: 'stored', stored: { ...named.stored, ...each } }
    } else if (at === 0 || hashOf(entries[at - 1]!) !== each.hash)
      entries.splice(at, 0, { is: 'told', told: each })
    else continue
    if (each.revision !== null) known.add(each.revision)
  }
  return numbered(entries, identified)
}

/** The same text, of which nobody knows the revision yet. */
const isTwin = <Told extends ToldVersion>(entry: Entry<Told> | undefined, told: Told): boolean =>
  told.revision !== null &&
  entry?.is === 'stored' &&
  entry.stored.hash === told.hash &&
  entry.stored.revision === null

const hashOf = <Told extends ToldVersion>(entry: Entry<Told>): string =>
  entry.is === 'stored' ? entry.stored.hash : entry.told.hash

const timeOf = <Told extends ToldVersion>(entry: Entry<Told>): Timestamp =>
  entry.is === 'stored' ? entry.stored.retrievedAt : entry.told.retrievedAt

/** A version keeps its number unless older ones take it. */
function numbered<Told extends ToldVersion>(
  entries: readonly Entry<Told>[],
  identified: ReadonlyMap<number, Told>,
): Placement<Told> {
  const placement: Placement<Told> = { added: [], renumbered: [], identified: [] }
  let next = 1
  for (const entry of entries) {
    if (entry.is === 'told') {
      placement.added.push({ told: entry.told, version: next })
      next += 1
      continue
    }
    const { id, version } = entry.stored
    const place = Math.max(next, version)
    if (place !== version) placement.renumbered.push({ id, version: place })
    next = place + 1
  }
  for (const [id, told] of identified) placement.identified.push({ id, told })
  return placement
}
