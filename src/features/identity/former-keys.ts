import { isTellingKey, kindOfKey, valueOfKey } from '#features/identity/record-traits.ts'
import { isVirtualMac } from '#model/mac.ts'

/** A record that changes its card every week is not known by the cards of last year. */
const keysRemembered = 16

/** Addresses and random MACs pass from machine to machine; what names a machine is remembered. */
const isLasting = (key: string): boolean => {
  const kind = kindOfKey(key)
  if (kind === 'ip' || kind === 'bare') return false
  return isTellingKey(key) && (kind !== 'nic' || isVirtualMac(valueOfKey(key)))
}

/** What a record is remembered by: what it just lost, then what it had lost before, without what it has again. */
export function keysToRemember(
  now: readonly string[],
  before: readonly string[],
  former: readonly string[],
): string[] {
  const lost = before.filter((key) => isLasting(key) && !now.includes(key))
  const older = former.filter((key) => !now.includes(key) && !lost.includes(key))
  return [...lost, ...older].slice(0, keysRemembered)
}
