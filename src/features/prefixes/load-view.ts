import type { Database } from '#database/schema.ts'
import type { Context } from '#features/context.ts'
import { addressBook } from '#features/prefixes/address-book.ts'
import type { AddressBook } from '#features/prefixes/address-book.ts'
import {
  addressRows,
  hostRows,
  interfaceRows,
  prefixRows,
  stateOf,
} from '#features/prefixes/claim-queries.ts'
import { knownPrefixes, maskConflicts, usageOf } from '#features/prefixes/prefix-view.ts'
import type { AddressConflict, KnownPrefix } from '#features/prefixes/prefix-view.ts'
import { shift } from '#kernel/clock.ts'
import type { Actor } from '#model/actor.ts'

/** Everything that is known of prefixes and addresses, worked out at once. */
export interface PrefixView {
  book: AddressBook
  prefixes: readonly KnownPrefix[]
  /** By routing table and prefix. */
  maskConflicts: ReadonlyMap<string, AddressConflict>
  usage: (prefix: KnownPrefix) => ReturnType<typeof usageOf>
}

/** What has not been seen on the network for this long has its address no longer, in milliseconds. */
export const staleAfter = 30 * 86_400_000

type Asking = Pick<Context, 'reports' | 'clock'> & { actor: Pick<Actor, 'tags'> }

/** Working it out reads all interfaces; it stays the same until something is read or edited. */
const latest = new WeakMap<Database, { state: string; view: PrefixView }>()

export async function loadView(asking: Asking, signal: AbortSignal): Promise<PrefixView> {
  // What grows old makes itself free without anybody writing anything: once an hour is often enough.
  const state = `${await stateOf(asking, signal)} ${asking.clock.now().slice(0, 13)}`
  const kept = latest.get(asking.reports)
  if (kept?.state === state) return kept.view
  const [interfaces, addresses, hosts, rows] = await Promise.all([
    interfaceRows(asking, signal),
    addressRows(asking, signal),
    hostRows(asking, shift(asking.clock.now(), -staleAfter), signal),
    prefixRows(asking, signal),
  ])
  const view = viewOf(addressBook(interfaces, addresses, hosts), rows)
  latest.set(asking.reports, { state, view })
  return view
}

function viewOf(book: AddressBook, rows: Parameters<typeof knownPrefixes>[0]): PrefixView {
  const prefixes = knownPrefixes(rows, book)
  const usages = new Map<KnownPrefix, ReturnType<typeof usageOf>>()
  const usage = (prefix: KnownPrefix) => {
    const known = usages.get(prefix) ?? usageOf(book, prefix)
    usages.set(prefix, known)
    return known
  }
  return { book, prefixes, maskConflicts: maskConflicts(prefixes), usage }
}
