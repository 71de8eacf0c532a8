import type { ReportedSighting } from '#model/record.ts'
import { noise } from './cases.ts'
import type { Seen } from './seen.ts'
import { fqdn } from './world.ts'

/** A lease, an answer to a scan, a neighbour of a router: one card or one address. */
export function tellSighting({ machine, telling, view, random, note }: Seen): ReportedSighting {
  const card = view.cards[telling.card!]!
  const isNamed = view.hostname !== undefined || !random.chance(noise.namelessSighting)
  const canBeNamed = machine.kind !== 'virtual-address' && telling.system !== 'snmp' && card.kind !== 'bmc'
  const hostname = view.hostname ?? (isNamed && canBeNamed ? hostnameOf() : undefined)
  const addresses = view.addresses ?? card.addresses
  if (telling.isRouted && hostname === undefined) note('no-key')
  if (addresses.length > 1) note('C13')
  return {
    kind: 'sighting',
    sourceId: telling.sourceId,
    ...(telling.isRouted ? {} : { mac: card.mac }),
    addresses,
    ...(hostname === undefined ? {} : { hostname }),
    ...(telling.system === 'snmp' ? { switchPort: `sw-${machine.site} Gi1/0/${1 + random.below(48)}` } : {}),
  }

  /** Clients tell their own name, DNS the full one. */
  function hostnameOf(): string {
    if (telling.system === 'scan') return fqdn(view)
    if (random.chance(0.25)) note('C7')
    return random.chance(0.25) ? view.label.toUpperCase() : view.label
  }
}
