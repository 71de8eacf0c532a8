import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { addressBook } from '#features/prefixes/address-book.ts'
import type { AddressBook } from '#features/prefixes/address-book.ts'
import { deviceRows, hostRows, prefixRows, stateOf } from '#features/prefixes/claim-queries.ts'
import { conflictsOf, knownPrefixes, maskConflicts, spanOf } from '#features/prefixes/prefix-view.ts'
import type { AddressConflict, KnownPrefix } from '#features/prefixes/prefix-view.ts'
import { shift } from '#kernel/clock.ts'
import type { Actor } from '#model/actor.ts'

/** Everything that is known of prefixes and addresses, worked out at once. */
export interface PrefixView {
  book: AddressBook
  prefixes: readonly KnownPrefix[]
  /** By routing table and prefix. */
  maskConflicts: ReadonlyMap<string, AddressConflict>
  /** How many conflicts there are in a prefix. */
  conflictsIn(prefix: Pick<KnownPrefix, 'prefix' | 'vrf'>): number
}

/** What has not been seen on the network for this long has its address no longer, in milliseconds. */
export const staleAfter = 30 * 86_400_000

type Asking = Pick<Context, 'db' | 'reports' | 'engine' | 'clock'> & { actor: Pick<Actor, 'tags'> }

/** Working it out reads all interfaces; it stays the same until something is read or edited. */
const latest = new WeakMap<Database, { state: string; view: PrefixView }>()

export async function loadView(asking: Asking, signal: AbortSignal): Promise<PrefixView> {
  // What grows old makes itself free without anybody writing anything: once an hour is often enough.
  const state = `${await stateOf(asking, signal)} ${asking.clock.now().slice(0, 13)}`
  const kept = latest.get(asking.reports)
  if (kept?.state === state) return kept.view
  const since = shift(asking.clock.now(), -staleAfter)
  const [devices, hosts, rows] = await Promise.all([
    deviceRows(asking, since, signal),
    hostRows(asking, since, signal),
    prefixRows(asking, signal),
  ])
  const view = viewOf(addressBook(devices, hosts), rows)
  latest.set(asking.reports, { state, view })
  return view
}

function viewOf(book: AddressBook, rows: Parameters<typeof knownPrefixes>[0]): PrefixView {
  const prefixes = knownPrefixes(rows, book)
  const masks = maskConflicts(prefixes)
  // Sums up to each entry: what lies in a prefix is the difference of two of them.
  const sums = new Uint32Array(book.entries.length + 1)
  book.entries.forEach((entry, at) => (sums[at + 1] = sums[at]! + conflictsOf(entry).length))
  return {
    book,
    prefixes,
    maskConflicts: masks,
    conflictsIn({ prefix, vrf }) {
      const { from, to } = spanOf(book, prefix, vrf)
      return sums[to]! - sums[from]! + (masks.has(`${vrf}\u0000${prefix.text}`) ? 1 : 0)
    },
  }
}
