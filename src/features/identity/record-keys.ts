import { isRandomMac, isSharedMac } from '#model/mac.ts'
import type { Mac } from '#model/mac.ts'

/** A key that names one network card in the world. */
const isMacKey = (key: string): boolean => key.startsWith('mac:')

/** A card's address that finds a record again, but is too weak to join machines: random, shared or local. */
const isWeakKey = (key: string): boolean => key.startsWith('nic:')

/** An id that the machine itself or its maker gave it. */
export const isNativeKey = (key: string): boolean => !isMacKey(key) && !isWeakKey(key)

/** A random or shared MAC does not stand for a machine. */
export const standsForMachine = (mac: Mac | null | undefined): boolean =>
  mac === null || mac === undefined || !(isRandomMac(mac) || isSharedMac(mac))

/**
 * The keys that may join a record to others: native ids and universally administered MACs. Sightings of one MAC are
 * one thing even where the MAC is local, as a hypervisor gives it.
 */
export function joiningKeys(
  kind: 'device' | 'sighting',
  mac: Mac | null | undefined,
  keys: readonly string[],
): string[] {
  if (kind === 'device') return keys.filter((key) => !isWeakKey(key))
  return standsForMachine(mac) ? [...keys] : []
}
