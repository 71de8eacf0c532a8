import { freshnessOf } from '#features/inventory/freshness-queries.ts'
import type { Freshness } from '#features/inventory/freshness-queries.ts'
import type { Call } from '#features/operation.ts'
import type { Claim, Entry } from '#features/prefixes/address-book.ts'
import { AppError } from '#kernel/errors.ts'
import { parsePrefix } from '#model/ip-prefix.ts'
import type { IpPrefix } from '#model/ip-prefix.ts'

/** The prefix that somebody typed; INPUT_INVALID for what is none. */
export function prefixIn(text: string): IpPrefix {
  const prefix = parsePrefix(text)
  if (prefix !== undefined) return prefix
  throw new AppError('INPUT_INVALID', `${text} is no prefix`, {
    complaints: [{ path: 'prefix', value: text, expected: 'a prefix such as 192.0.2.0/24' }],
  })
}

/** Whose names the actor may not read is somebody. */
function hide(claim: Claim, visible: ReadonlySet<number> | undefined): Claim {
  if (visible === undefined || (claim.device !== null && visible.has(claim.device))) return claim
  return { ...claim, device: null, host: null, name: 'another device', port: null, mac: null }
}

export const shownEntry = (entry: Entry, visible: ReadonlySet<number> | undefined): Entry => ({
  ...entry,
  claims: entry.claims.map((claim) => hide(claim, visible)),
})

/** The sources that the view rests on: those that list prefixes, and those that tell of addresses. */
export const freshness = (call: Call): Promise<Freshness[]> => freshnessOf(call.db, undefined)
