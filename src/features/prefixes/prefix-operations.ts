import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { AnyOperation } from '#features/operation.ts'
import { decodeCursor, encodeCursor, pageInput, pageOf } from '#features/page.ts'
import type { Entry } from '#features/prefixes/address-book.ts'
import { freshness, prefixIn, shownEntry } from '#features/prefixes/asked-prefix.ts'
import { visibleIds } from '#features/prefixes/claim-queries.ts'
import { loadView } from '#features/prefixes/load-view.ts'
import type { PrefixView } from '#features/prefixes/load-view.ts'
import { AddressItem, PrefixDetail, PrefixItem, PrefixText, Vrf } from '#features/prefixes/prefix-shapes.ts'
import { prefixText } from '#features/prefixes/prefix-text.ts'
import { conflictsOf, entriesIn, freeRanges, usageOf } from '#features/prefixes/prefix-view.ts'
import type { KnownPrefix } from '#features/prefixes/prefix-view.ts'
import { parseIp } from '#model/ip-address.ts'
import { blocksOf, holdsPrefix, ipOfNumber, singleOf } from '#model/ip-prefix.ts'
import type { IpPrefix } from '#model/ip-prefix.ts'

function itemOf(view: PrefixView, known: KnownPrefix): z.input<typeof PrefixItem> {
  const { prefix, ...rest } = known
  const conflicts = view.conflictsIn(known)
  return { ...rest, prefix: prefix.text, family: prefix.family, ...usageOf(view.book, known), conflicts }
}

/** An address finds the prefixes that hold it. */
const searched = (known: KnownPrefix, words: readonly string[]): boolean => {
  const text = [
    known.prefix.text,
    known.vrf,
    known.site,
    ...known.names,
    ...known.sources,
    `vlan ${known.vlan}`,
  ]
    .join(' ')
    .toLowerCase()
  return words.every((word) => {
    const address = parseIp(word)
    return text.includes(word) || (address !== undefined && holdsPrefix(known.prefix, singleOf(address)))
  })
}

/** The known prefix, or one of nobody's that is asked about all the same. */
function knownOr(view: PrefixView, prefix: IpPrefix, vrf: string): KnownPrefix {
  const known = view.prefixes.find((each) => each.vrf === vrf && each.prefix.text === prefix.text)
  if (known !== undefined) return known
  const parent = view.prefixes.findLast((each) => each.vrf === vrf && holdsPrefix(each.prefix, prefix))
  return {
    prefix,
    vrf,
    names: [],
    site: null,
    vlan: null,
    status: null,
    sources: [],
    interfaces: 0,
    depth: parent === undefined ? 0 : parent.depth + 1,
    parent: parent?.prefix.text ?? null,
  }
}

/** Prefixes and free addresses, as a view of what is known. */
export const prefixOperations: readonly AnyOperation[] = [
  operation({
    name: 'prefix.list',
    summary: 'List the prefixes that sources list or interfaces are in, with how much of each is used.',
    http: 'GET /prefixes',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({
      ...pageInput,
      q: z
        .string()
        .max(200)
        .exactOptional()
        .describe('Words in prefix, name, site, source or routing table, or an address that lies in it.'),
      vrf: z
        .string()
        .max(200)
        .exactOptional()
        .describe('Only of this routing table; empty for the global one.'),
      family: z.coerce
        .number()
        .pipe(z.literal([4, 6]))
        .exactOptional(),
      conflicts: z.boolean().default(false).describe('Only those with conflicts.'),
      sort: z.enum(['address', '-used']).default('address').describe('By address, or the fullest first.'),
    }),
    output: pageOf(PrefixItem),
    cli: {
      arguments: ['q'],
      columns: ['prefix', 'vrf', 'names', 'site', 'vlan', 'used', 'total', 'conflicts', 'sources'],
    },
    async run(call, { q = '', vrf, family, conflicts, sort, limit, cursor }, signal) {
      const view = await loadView(call, signal)
      const words = q.toLowerCase().split(/\s+/).filter(Boolean)
      const found = view.prefixes
        .filter((known) => vrf === undefined || known.vrf === vrf)
        .filter((known) => family === undefined || known.prefix.family === family)
        .filter((known) => searched(known, words))
        .filter((known) => !conflicts || view.conflictsIn(known) > 0)
        .map((known) => itemOf(view, known))
      const share = ({ used, total }: z.input<typeof PrefixItem>) => used / total
      const items = sort === '-used' ? found.toSorted((left, right) => share(right) - share(left)) : found
      const start = cursor === undefined ? 0 : decodeCursor(cursor, z.tuple([z.number().int().min(0)]))[0]
      const end = start + limit
      return {
        items: items.slice(start, end),
        nextCursor: end < items.length ? encodeCursor([end]) : null,
        ...(cursor === undefined ? { total: items.length } : {}),
      }
    },
  }),
  operation({
    name: 'prefix.show',
    summary: 'Show one prefix: how much of it is used, what it holds, and what is wrong in it.',
    http: 'GET /prefixes/:prefix',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ prefix: PrefixText, vrf: Vrf }),
    output: PrefixDetail,
    cli: { arguments: ['prefix'], show: prefixText },
    async run(call, { prefix: text, vrf }, signal) {
      const view = await loadView(call, signal)
      const visible = await visibleIds(call, signal)
      const known = knownOr(view, prefixIn(text), vrf)
      const mask = view.maskConflicts.get(`${vrf}\u0000${known.prefix.text}`)
      const problems = entriesIn(view.book, known.prefix, vrf).flatMap((entry) =>
        conflictsOf(shownEntry(entry, visible)),
      )
      const children = view.prefixes.filter(
        (each) =>
          each.vrf === vrf && each.parent === known.prefix.text && each.prefix.text !== known.prefix.text,
      )
      return {
        ...itemOf(view, known),
        children: children.map((child) => itemOf(view, child)),
        blocks: blocksOf(known.prefix).map((prefix) => {
          const { used, total } = usageOf(view.book, { prefix, vrf })
          return { prefix: prefix.text, used, total, conflicts: view.conflictsIn({ prefix, vrf }) }
        }),
        problems: [...(mask === undefined ? [] : [mask]), ...problems].slice(0, 200),
        freshness: await freshness(call),
      }
    },
  }),
  operation({
    name: 'prefix.addresses',
    summary: 'List the addresses of a prefix in order: who has each, and the free stretches between.',
    http: 'GET /prefixes/:prefix/addresses',
    effect: 'read',
    permission: 'inventory.read',
    paged: true,
    input: z.object({ ...pageInput, prefix: PrefixText, vrf: Vrf }),
    output: pageOf(AddressItem),
    cli: { arguments: ['prefix'], columns: ['address', 'last', 'state', 'claims.0.name', 'claims.0.seen'] },
    async run(call, { prefix: text, vrf, limit, cursor }, signal) {
      const view = await loadView(call, signal)
      const visible = await visibleIds(call, signal)
      const prefix = prefixIn(text)
      const from =
        cursor === undefined
          ? prefix.first
          : BigInt(decodeCursor(cursor, z.tuple([z.string().regex(/^\d+$/)]))[0])
      const used = entriesIn(view.book, prefix, vrf).map((entry) => ({
        at: entry.number,
        item: usedItem(shownEntry(entry, visible)),
      }))
      const free = freeRanges(view.book, prefix, vrf).map(({ first, last }) => ({
        at: first,
        item: {
          address: ipOfNumber(first, prefix.family),
          last: ipOfNumber(last, prefix.family),
          state: 'free' as const,
          claims: [],
          conflicts: [],
        },
      }))
      const rows = [...used, ...free]
        .filter(({ at }) => at >= from)
        .toSorted((left, right) => (left.at < right.at ? -1 : 1))
      const next = rows[limit]
      return {
        items: rows.slice(0, limit).map(({ item }) => item),
        nextCursor: next === undefined ? null : encodeCursor([String(next.at)]),
        ...(cursor === undefined ? { total: rows.length } : {}),
      }
    },
  }),
]

const usedItem = (entry: Entry): z.input<typeof AddressItem> => ({
  address: entry.address,
  last: null,
  state: 'used',
  claims: entry.claims,
  conflicts: conflictsOf(entry),
})
