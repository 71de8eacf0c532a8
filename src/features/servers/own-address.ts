import type { JsonObject } from '#kernel/json.ts'
import { isOneMachines, parseIp, primaryAddress } from '#model/ip-address.ts'

/** Where a machine is reached: what it says, else the best address of its cards. */
export function ownAddress(facts: JsonObject): string | undefined {
  const said = facts['ip_address']
  if (typeof said === 'string' && said !== '') return parseIp(said)
  const cards = Array.isArray(facts['interfaces']) ? facts['interfaces'] : []
  return primaryAddress(
    (cards as { addresses?: string[] }[])
      .flatMap((card) => card.addresses ?? [])
      .flatMap((address) => parseIp(address.split('/')[0]!) ?? [])
      .filter(isOneMachines),
  )
}
