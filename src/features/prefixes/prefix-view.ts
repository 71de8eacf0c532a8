import type { AddressBook, Claim, Entry } from '#features/prefixes/address-book.ts'
import { holdsPrefix, parsePrefix, usableOf } from '#model/ip-prefix.ts'
import type { IpPrefix } from '#model/ip-prefix.ts'

/** A prefix that something tells of. */
export interface KnownPrefix {
  prefix: IpPrefix
  vrf: string
  names: string[]
  site: string | null
  vlan: number | null
  status: string | null
  /** Sources that list it; none for one that only interfaces are in. */
  sources: string[]
  interfaces: number
  /** How many known prefixes hold it. */
  depth: number
  /** The narrowest that holds it. */
  parent: string | null
}

interface PrefixRow {
  prefix: string
  vrf: string | null
  name: string | null
  site: string | null
  vlan: number | null
  status: string | null
  source: string
}

/** Something that is not right with an address or a prefix. */
export interface AddressConflict {
  kind: 'two-devices' | 'two-masks' | 'mask-differs'
  address: string
  /** What is wrong, in one sentence. */
  text: string
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const inOrder = (left: KnownPrefix, right: KnownPrefix): number =>
  compareText(left.vrf, right.vrf) ||
  left.prefix.family - right.prefix.family ||
  (left.prefix.first < right.prefix.first ? -1 : left.prefix.first > right.prefix.first ? 1 : 0) ||
  left.prefix.length - right.prefix.length

/** Every prefix that is known, each once for a routing table, in the order of addresses, wider ones first. */
export function knownPrefixes(rows: readonly PrefixRow[], book: AddressBook): KnownPrefix[] {
  const known = new Map<string, KnownPrefix>()
  const entry = (prefix: IpPrefix, vrf: string): KnownPrefix => {
    const key = `${vrf}\u0000${prefix.text}`
    const found = known.get(key) ?? { prefix, vrf, ...nothing(), depth: 0, parent: null }
    known.set(key, found)
    return found
  }
  for (const row of rows) {
    const prefix = parsePrefix(row.prefix)
    if (prefix === undefined) continue
    const found = entry(prefix, row.vrf ?? '')
    if (row.name !== null && !found.names.includes(row.name)) found.names.push(row.name)
    if (!found.sources.includes(row.source)) found.sources.push(row.source)
    found.site ??= row.site
    found.vlan ??= row.vlan
    found.status ??= row.status
  }
  for (const { prefix, vrf, interfaces } of book.networks) entry(prefix, vrf).interfaces += interfaces
  return nest([...known.values()].toSorted(inOrder))
}

const nothing = () => ({
  names: [] as string[],
  site: null as string | null,
  vlan: null as number | null,
  status: null as string | null,
  sources: [] as string[],
  interfaces: 0,
})

/** In order, what holds a prefix stands before it and nothing between ends later. */
function nest(sorted: KnownPrefix[]): KnownPrefix[] {
  const open: KnownPrefix[] = []
  for (const each of sorted) {
    while (open.length > 0 && !isAround(open.at(-1)!, each)) open.pop()
    each.depth = open.length
    each.parent = open.at(-1)?.prefix.text ?? null
    open.push(each)
  }
  return sorted
}

const isAround = (outer: KnownPrefix, inner: KnownPrefix): boolean =>
  outer.vrf === inner.vrf && holdsPrefix(outer.prefix, inner.prefix)

/** Where the entries of a block begin and end among all. */
export function spanOf(
  { entries }: AddressBook,
  { family, first, last }: Pick<IpPrefix, 'family' | 'first' | 'last'>,
  vrf: string,
): { from: number; to: number } {
  return { from: position(entries, vrf, family, first), to: position(entries, vrf, family, last + 1n) }
}

/** The entries of a prefix, in order. */
export function entriesIn(book: AddressBook, prefix: IpPrefix, vrf: string): readonly Entry[] {
  const { from, to } = spanOf(book, prefix, vrf)
  return book.entries.slice(from, to)
}

/** The place of the first entry that does not come before this address (binary search). */
function position(entries: readonly Entry[], vrf: string, family: 4 | 6, number: bigint): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]!
    const isBefore =
      entry.vrf !== vrf
        ? entry.vrf < vrf
        : entry.family !== family
          ? entry.family < family
          : entry.number < number
    if (isBefore) low = middle + 1
    else high = middle
  }
  return low
}

/** Of how many addresses of a prefix somebody is known to have how many. Sizes beyond 2^53 are rounded. */
export function usageOf(book: AddressBook, { prefix, vrf }: Pick<KnownPrefix, 'prefix' | 'vrf'>) {
  const usable = usableOf(prefix)
  const { from, to } = spanOf(book, { family: prefix.family, ...usable }, vrf)
  const used = to - from
  const total = Number(usable.last - usable.first + 1n)
  return { used, total, free: total - used }
}

/** A stretch of addresses that nobody is known to have. */
export interface FreeRange {
  first: bigint
  last: bigint
}

/** The free stretches of a prefix, in order: together with the used addresses they are all usable ones. */
export function freeRanges(book: AddressBook, prefix: IpPrefix, vrf: string): FreeRange[] {
  const usable = usableOf(prefix)
  const ranges: FreeRange[] = []
  let next = usable.first
  for (const { number } of entriesIn(book, prefix, vrf)) {
    if (number > usable.last) break
    if (number > next) ranges.push({ first: next, last: number - 1n })
    if (number >= next) next = number + 1n
  }
  if (next <= usable.last) ranges.push({ first: next, last: usable.last })
  return ranges
}

/** What is wrong with an address itself. */
export function conflictsOf(entry: Entry): AddressConflict[] {
  if (entry.claims.length < 2) return []
  const own = entry.claims.filter((claim) => !claim.isShared)
  const owners = new Map(own.map((claim) => [claim.device ?? `host ${claim.host}`, claim]))
  const lengths = [...new Set(own.flatMap((claim) => claim.length ?? []))].toSorted(
    (left, right) => left - right,
  )
  const conflicts: AddressConflict[] = []
  if (owners.size > 1)
    conflicts.push({
      kind: 'two-devices',
      address: entry.address,
      text: `${entry.address} is claimed by ${listed([...owners.values()].map(nameOf))}.`,
    })
  if (lengths.length > 1)
    conflicts.push({
      kind: 'two-masks',
      address: entry.address,
      text: `${entry.address} has the masks ${listed(lengths.map((length) => `/${length}`))}.`,
    })
  return conflicts
}

const nameOf = ({ name, port, mac }: Claim): string =>
  port === null ? (mac === null || mac === name ? name : `${name} (${mac})`) : `${name} (${port})`

const listed = (words: readonly string[]): string =>
  words.length < 3 ? words.join(' and ') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/**
 * Interfaces of one network whose masks differ: a network that interfaces say they are in, inside of a narrower or wider
 * one that interfaces say too. Where a source lists both, the nesting is meant.
 */
export function maskConflicts(prefixes: readonly KnownPrefix[]): Map<string, AddressConflict> {
  const conflicts = new Map<string, AddressConflict>()
  const open: KnownPrefix[] = []
  for (const each of prefixes) {
    while (open.length > 0 && !isAround(open.at(-1)!, each)) open.pop()
    const outer = open.findLast((other) => other.interfaces > 0)
    if (
      outer !== undefined &&
      each.interfaces > 0 &&
      (outer.sources.length === 0 || each.sources.length === 0)
    ) {
      const text = `${count(each.interfaces)} in ${each.prefix.text} and ${count(outer.interfaces)} in ${outer.prefix.text}: one of the masks is wrong, or the networks overlap.`
      conflicts.set(`${each.vrf}\u0000${each.prefix.text}`, {
        kind: 'mask-differs',
        address: each.prefix.text,
        text,
      })
    }
    open.push(each)
  }
  return conflicts
}

const count = (interfaces: number): string =>
  interfaces === 1 ? '1 interface is' : `${interfaces} interfaces are`
