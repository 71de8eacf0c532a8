import { z } from 'zod'
import { operation } from '#features/operation.ts'
import type { AnyOperation, Call } from '#features/operation.ts'
import { freshness, prefixIn, shownEntry } from '#features/prefixes/asked-prefix.ts'
import { visibleIds } from '#features/prefixes/claim-queries.ts'
import { lastHolders } from '#features/prefixes/last-holder-queries.ts'
import type { LastHolder } from '#features/prefixes/last-holder-queries.ts'
import { loadView, staleAfter } from '#features/prefixes/load-view.ts'
import { AddressDetail, FreeAddresses, PrefixText, Vrf } from '#features/prefixes/prefix-shapes.ts'
import { addressText, freeText } from '#features/prefixes/prefix-text.ts'
import { conflictsOf, entriesIn, freeRanges } from '#features/prefixes/prefix-view.ts'
import type { FreeRange } from '#features/prefixes/prefix-view.ts'
import { shift } from '#kernel/clock.ts'
import { AppError } from '#kernel/errors.ts'
import { parseIp } from '#model/ip-address.ts'
import { holdsPrefix, ipOfNumber, singleOf, usableOf } from '#model/ip-prefix.ts'

/** Single addresses: which are free, and who has one. */
export const addressOperations: readonly AnyOperation[] = [
  operation({
    name: 'prefix.free',
    summary: 'Find addresses of a prefix that nobody is known to have, those that nobody ever had first.',
    http: 'GET /prefixes/:prefix/free',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({
      prefix: PrefixText,
      vrf: Vrf,
      count: z.number().int().min(1).max(1000).default(1).describe('How many.'),
      together: z.boolean().default(false).describe('One after another, without a gap.'),
    }),
    output: FreeAddresses,
    cli: { arguments: ['prefix'], show: freeText },
    async run(call, { prefix: text, vrf, count, together }, signal) {
      const prefix = prefixIn(text)
      const view = await loadView(call, signal)
      const ranges = freeRanges(view.book, prefix, vrf)
      const candidates = together ? firstRun(ranges, count) : firstOf(ranges, count * 4 + 64)
      const addresses = candidates.map((number) => ipOfNumber(number, prefix.family))
      const holders = await holdersOf(call, addresses, signal)
      const ordered = together
        ? addresses
        : addresses.toSorted((left, right) =>
            (holders.get(left)?.seen ?? '') < (holders.get(right)?.seen ?? '')
              ? -1
              : (holders.get(left)?.seen ?? '') > (holders.get(right)?.seen ?? '')
                ? 1
                : 0,
          )
      const usable = usableOf(prefix)
      return {
        addresses: ordered.slice(0, count).map((address) => ({
          address,
          lastHolder: holders.get(address)?.name ?? null,
          lastSeen: holders.get(address)?.seen ?? null,
        })),
        free: Math.min(
          Number(usable.last - usable.first + 1n),
          ranges.reduce((sum, { first, last }) => sum + Number(last - first + 1n), 0),
        ),
        freshness: await freshness(call),
      }
    },
  }),
  operation({
    name: 'address.show',
    summary: 'Show who has an address, in which prefixes it lies, and what is wrong with it.',
    http: 'GET /addresses/:address',
    effect: 'read',
    permission: 'inventory.read',
    input: z.object({ address: z.string().trim().min(2).max(60) }),
    output: AddressDetail,
    cli: { arguments: ['address'], show: addressText },
    async run(call, { address: text }, signal) {
      const address = parseIp(text)
      if (address === undefined)
        throw new AppError('INPUT_INVALID', `${text} is no address`, {
          complaints: [{ path: 'address', value: text, expected: 'an IPv4 or IPv6 address' }],
        })
      const view = await loadView(call, signal)
      const visible = await visibleIds(call, signal)
      const single = singleOf(address)
      const around = view.prefixes.filter((each) => holdsPrefix(each.prefix, single))
      const tables = new Set([
        ...around.map((each) => each.vrf),
        ...view.book.entries.filter((entry) => entry.address === address).map((entry) => entry.vrf),
      ])
      const places = [...tables].toSorted().map((vrf) => {
        const entry = entriesIn(view.book, single, vrf)[0]
        const shown = entry && shownEntry(entry, visible)
        return {
          vrf,
          claims: shown?.claims ?? [],
          prefixes: around.filter((each) => each.vrf === vrf).map((each) => each.prefix.text),
          conflicts: shown === undefined ? [] : conflictsOf(shown),
        }
      })
      const isFree = places.every(({ claims }) => claims.length === 0)
      const last = isFree ? (await holdersOf(call, [address], signal)).get(address) : undefined
      return {
        address,
        places,
        lastHolder: last?.name ?? null,
        lastSeen: last?.seen ?? null,
        freshness: await freshness(call),
      }
    },
  }),
]

/** Who had addresses last; nobody is told who may not read all names. */
const holdersOf = async (call: Call, addresses: readonly string[], signal: AbortSignal) =>
  call.actor.tags === undefined
    ? lastHolders(call, addresses, shift(call.clock.now(), -staleAfter), signal)
    : new Map<string, LastHolder>()

/** The first free addresses, at most so many. */
function firstOf(ranges: readonly FreeRange[], most: number): bigint[] {
  const found: bigint[] = []
  for (const { first, last } of ranges) {
    for (let number = first; number <= last && found.length < most; number += 1n) found.push(number)
  }
  return found
}

/** The first stretch that is long enough; NOT_FOUND where there is none. */
function firstRun(ranges: readonly FreeRange[], count: number): bigint[] {
  const range = ranges.find(({ first, last }) => last - first + 1n >= BigInt(count))
  if (range === undefined)
    throw new AppError('NOT_FOUND', `There are no ${count} free addresses one after another`, {
      hint: 'Ask for fewer, or without `together`.',
    })
  return Array.from({ length: count }, (_, at) => range.first + BigInt(at))
}
