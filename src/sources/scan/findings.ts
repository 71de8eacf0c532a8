import { ipSortKey, type IpAddress } from '#model/ip-address.ts'
import { isSharedMac, type Mac } from '#model/mac.ts'
import type { ReportedSighting } from '#model/record.ts'
import { vendorOf } from '#sources/oui/vendor-of.ts'

/** Who answered: `neighbour` by ARP or NDP, `icmp`, `tcp`, `nmap` by whatever it tried, `own` is this machine itself. */
export type AnsweredBy = 'neighbour' | 'icmp' | 'tcp' | 'nmap' | 'own'

/** One living address. */
export interface Finding {
  address: IpAddress
  mac: Mac | undefined
  by: AnsweredBy
}

/** One card answering for at least this many addresses, and for this share of all asked, answers for others (proxy ARP). */
const proxyCount = 64
const proxyShare = 0.25

/** The cards that answer for a whole network on behalf of others, so that their answers prove nobody alive. */
export function proxies(alive: ReadonlyMap<IpAddress, Mac>, asked: number): Set<Mac> {
  const counts = new Map<Mac, number>()
  for (const mac of alive.values()) counts.set(mac, (counts.get(mac) ?? 0) + 1)
  const answersForOthers = (count: number) => count >= proxyCount && count >= asked * proxyShare
  return new Set([...counts].filter(([, count]) => answersForOthers(count)).map(([mac]) => mac))
}

/** Findings of one card are one machine's; a card that software gives to many machines says nothing of the machine. */
const keyOf = ({ mac, address }: Finding): string =>
  mac === undefined || isSharedConstant(mac) ? `ip:${address}` : mac

/** A virtual router's MAC moves as one thing; a constant like Calico's stands on every machine at once. */
const isSharedConstant = (mac: Mac): boolean => isSharedMac(mac) && mac === 'ee:ee:ee:ee:ee:ee'

/** The sightings of a scan: one per card, or per address where no card was seen; in the order of their addresses. */
export function toSightings(
  findings: readonly Finding[],
  names: ReadonlyMap<IpAddress, string>,
): ReportedSighting[] {
  const groups = Map.groupBy(findings, keyOf)
  const sightings = [...groups].map(([sourceId, group]): ReportedSighting => {
    const addresses = [...new Set(group.map(({ address }) => address))].sort(byAddress)
    const mac = group[0]!.mac
    return {
      kind: 'sighting',
      sourceId,
      mac,
      addresses,
      hostname: addresses.map((address) => names.get(address)).find((name) => name !== undefined),
      vendor: mac === undefined ? undefined : vendorOf(mac),
      volatile: { answeredBy: [...new Set(group.map(({ by }) => by))].sort() },
    }
  })
  return sightings.sort((left, right) => byAddress(left.addresses[0]!, right.addresses[0]!))
}

const byAddress = (left: IpAddress, right: IpAddress): number => (ipSortKey(left) < ipSortKey(right) ? -1 : 1)
