import { counted, formatNumber } from '../format.ts'
import type { PrefixItem } from './prefix-types.ts'

/** Beyond this nobody counts addresses any more (IPv6). */
const countable = 1e7

/** `12 of 254 used`; of what is too large to count only how many are used. */
export function usedWords({ used, total }: Pick<PrefixItem, 'used' | 'total'>): string {
  return total > countable ? `${formatNumber(used)} used` : `${formatNumber(used)} of ${formatNumber(total)}`
}

/** How full in percent: no more than 99 while there is room, and no less than 1 once there is somebody. */
export function fullness({ used, total }: Pick<PrefixItem, 'used' | 'total'>): number | undefined {
  if (total > countable || total === 0) return undefined
  if (used === 0 || used >= total) return used === 0 ? 0 : 100
  return Math.min(99, Math.max(1, Math.round((used / total) * 100)))
}

/** `254 addresses`, `about 10^19 addresses`. */
export const addressesWords = (count: number): string =>
  count > countable
    ? `about 10^${Math.round(Math.log10(count))} addresses`
    : counted(count, 'address', 'addresses')

/** What tells a block from those beside it: the part of its address that its length ends in. */
export function blockLabel(prefix: string): string {
  const [address = '', length] = prefix.split('/')
  if (!address.includes(':')) return address.split('.')[Math.ceil(Number(length) / 8) - 1]!
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter(Boolean))
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after][Math.ceil(Number(length) / 16) - 1]!
}

/** How far in each prefix stands: one step further than the one shown that holds it. */
export function indents(items: readonly Pick<PrefixItem, 'prefix' | 'vrf' | 'parent'>[]): number[] {
  const depths = new Map<string, number>()
  return items.map(({ prefix, vrf, parent }) => {
    const above = parent === null ? undefined : depths.get(`${vrf} ${parent}`)
    const depth = above === undefined ? 0 : above + 1
    depths.set(`${vrf} ${prefix}`, depth)
    return depth
  })
}

/** What lists of prefixes can be ordered by, as the address has it. */
export const prefixSorts = [
  ['', 'By address'],
  ['-used', 'Fullest first'],
] as const
