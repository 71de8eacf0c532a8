import { ipSortKey, type IpAddress } from '#model/ip-address.ts'
import { isSharedMac, type Mac } from '#model/mac.ts'
import type { ReportedSighting } from '#model/record.ts'
import type { Gateway } from '#sources/local/default-gateways.ts'
import type { Link } from '#sources/local/links.ts'
import type { Neighbour } from '#sources/local/neighbours.ts'
import { vendorOf } from '#sources/oui/vendor-of.ts'

const inOrder = (addresses: Iterable<IpAddress>): IpAddress[] =>
  [...new Set(addresses)].sort((left, right) => (ipSortKey(left) < ipSortKey(right) ? -1 : 1))

/** The resolved entries of the table as sightings, one per MAC; `skip` says which links and MACs are not others'. */
export function toNeighbourSightings(
  neighbours: readonly Neighbour[],
  gateways: readonly Gateway[],
  skip: { links: ReadonlySet<string>; macs: ReadonlySet<Mac> },
): ReportedSighting[] {
  const usable = neighbours.filter(
    ({ mac, state, ...entry }) =>
      mac !== undefined && state !== 'failed' && !skip.links.has(entry.interface) && !skip.macs.has(mac),
  )
  return [...Map.groupBy(usable, ({ mac }) => mac!)].map(([mac, entries]): ReportedSighting => {
    const addresses = inOrder(entries.map(({ address }) => address))
    const routes = entries.some(
      ({ router, address }) => router || gateways.some((each) => each.address === address),
    )
    return {
      kind: 'sighting',
      sourceId: mac,
      mac,
      addresses,
      vendor: vendorOf(mac),
      deviceType: routes && !isSharedMac(mac) ? 'network_device' : undefined,
      facts: { interfaces: [...new Set(entries.map((entry) => entry.interface))].sort() },
    }
  })
}

/** Two things said of one thing as one: addresses together, the first known word for the rest. */
function join(first: ReportedSighting, second: ReportedSighting): ReportedSighting {
  return {
    ...first,
    addresses: inOrder([...first.addresses, ...second.addresses]),
    hostname: first.hostname ?? second.hostname,
    vendor: first.vendor ?? second.vendor,
    deviceType: first.deviceType ?? second.deviceType,
    facts: { ...second.facts, ...first.facts },
    volatile: { ...second.volatile, ...first.volatile },
  }
}

/** One sighting per source id, in the order in which each first came. */
export function joinSightings(sightings: readonly ReportedSighting[]): ReportedSighting[] {
  const joined = new Map<string, ReportedSighting>()
  for (const sighting of sightings) {
    const known = joined.get(sighting.sourceId)
    joined.set(sighting.sourceId, known === undefined ? sighting : join(known, sighting))
  }
  return [...joined.values()]
}

/** The names of the links whose neighbours are containers on this machine. */
export const containerLinks = (links: readonly Link[]): Set<string> =>
  new Set(links.filter(({ container }) => container).map(({ name }) => name))
