import { ipSortKey, type IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import type { ReportedSighting } from '#model/record.ts'
import type { NearestPort } from '#sources/nearest-port.ts'
import { vendorOf } from '#sources/oui/vendor-of.ts'

type Told = Pick<ReportedSighting, 'hostname' | 'deviceType' | 'seenAt' | 'facts' | 'volatile' | 'switchPort'>

/** Everything that the network's own devices tell of one MAC, gathered from whatever table comes. */
export interface SeenMachines {
  /** Later words fill what earlier ones left open; addresses add up. */
  add(mac: Mac, told?: Told & { addresses?: readonly IpAddress[] | undefined }): void
  /**
   * One sighting a MAC, in order, with the port that it hangs on. `mayHangStill` says of those on no port whether that
   * says nothing: tables of ports forget within minutes whoever is silent, tables of addresses within hours.
   */
  sightings(ports: ReadonlyMap<Mac, NearestPort>, mayHangStill: (mac: Mac) => boolean): ReportedSighting[]
}

export function createSeenMachines(): SeenMachines {
  const seen = new Map<Mac, Told & { addresses: Set<IpAddress> }>()
  return {
    add(mac, { addresses = [], ...told } = {}) {
      const known = seen.get(mac)
      if (known === undefined) {
        seen.set(mac, { ...told, addresses: new Set(addresses) })
        return
      }
      for (const address of addresses) known.addresses.add(address)
      for (const [key, value] of Object.entries(told))
        if (known[key as keyof Told] === undefined) Object.assign(known, { [key]: value })
    },
    sightings: (ports, mayHangStill) =>
      [...seen]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([mac, { addresses, ...told }]) => {
          const vendor = vendorOf(mac)
          const port = ports.get(mac)
          const defined = Object.entries(told).filter(([, value]) => value !== undefined)
          return {
            kind: 'sighting',
            sourceId: mac,
            mac,
            addresses: inOrder(addresses),
            ...(vendor === undefined ? {} : { vendor }),
            ...(Object.fromEntries(defined) as Told),
            ...placeOf(port),
            ...(port === undefined && mayHangStill(mac) ? { unread: ['port', 'switchPort'] } : {}),
          }
        }),
  }
}

const inOrder = (addresses: ReadonlySet<IpAddress>): IpAddress[] =>
  [...addresses].toSorted((left, right) => (ipSortKey(left) < ipSortKey(right) ? -1 : 1))

function placeOf(nearest: NearestPort | undefined): Pick<ReportedSighting, 'switchPort' | 'port'> {
  if (nearest === undefined) return {}
  const { switch: on, port, addresses, vlan } = nearest
  return {
    switchPort: `${on.name} ${port}`,
    port: {
      deviceSourceId: on.sourceId,
      interface: port,
      addresses,
      ...(vlan === undefined ? {} : { vlan }),
    },
  }
}
