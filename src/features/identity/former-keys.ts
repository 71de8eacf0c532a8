import { isTellingKey, kindOfKey, valueOfKey } from '#features/identity/record-traits.ts'
import { isVirtualMac } from '#model/mac.ts'

/** A record that changes its card every week is not known by the cards of last year. */
const keysRemembered = 16

/** A list kept by hand learns of a new address late, but not years late. */
const addressesRemembered = 2

/** Random MACs pass from machine to machine; what names a machine is remembered. */
const isLasting = (key: string): boolean => {
  const kind = kindOfKey(key)
  if (kind === 'ip' || kind === 'bare') return false
  return isTellingKey(key) && (kind !== 'nic' || isVirtualMac(valueOfKey(key)))
}

const isAddress = (key: string): boolean => kindOfKey(key) === 'ip'

/** What a record is remembered by: what it just lost, then what it had lost before, without what it has again. */
export function keysToRemember(
  now: readonly string[],
  before: readonly string[],
  former: readonly string[],
): string[] {
  const gone = [...before, ...former].filter((key) => !now.includes(key))
  const lasting = gone.filter(isLasting).slice(0, keysRemembered)
  return [...new Set([...lasting, ...gone.filter(isAddress).slice(0, addressesRemembered)])]
}
