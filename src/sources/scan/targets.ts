import { isIpv6, type IpAddress } from '#model/ip-address.ts'
import type { Mac } from '#model/mac.ts'
import type { Link } from '#sources/local/links.ts'
import { holds, isReserved, sizeOf, subnetRange, toAddress, type AddressRange } from '#sources/scan/ranges.ts'

/** Which addresses a scan asks, by the way each can be asked. */
export interface Targets {
  /** On a link of this machine that resolves addresses: the neighbour table answers for them. */
  onLink: IpAddress[]
  /** Behind a router, on a tunnel or on the loopback: only the machine itself can answer. */
  routed: IpAddress[]
  /** This machine's own addresses within the ranges, and the card that carries each. */
  own: Map<IpAddress, Mac | undefined>
  /** The links whose subnets the scan touches. */
  links: Link[]
}

interface OwnSubnet {
  link: Link
  range: AddressRange
}

const subnetsOf = (links: readonly Link[]): OwnSubnet[] =>
  links.flatMap((link) =>
    link.addresses.map(({ address, prefixLength }) => ({ link, range: subnetRange(address, prefixLength) })),
  )

/** The most specific own subnet that holds the address, as the routing table would choose. */
function subnetFor(subnets: readonly OwnSubnet[], family: 4 | 6, number: bigint): OwnSubnet | undefined {
  let best: OwnSubnet | undefined
  for (const subnet of subnets) {
    if (!holds(subnet.range, family, number)) continue
    if (best === undefined || sizeOf(subnet.range) < sizeOf(best.range)) best = subnet
  }
  return best
}

/** Links a scan may use: up, and no container engine's own unless asked for, and only the named one if one is named. */
export const usableLinks = (
  links: readonly Link[],
  options: { interface?: string | undefined; includeContainerBridges: boolean },
): Link[] =>
  links.filter(
    (link) =>
      link.up &&
      (options.includeContainerBridges || !link.container) &&
      (options.interface === undefined || link.name === options.interface),
  )

/** The IPv4 subnets this machine itself stands in, without loopback and link-local ones. */
export function ownRanges(links: readonly Link[]): { range: AddressRange; address: IpAddress }[] {
  const ranges = links
    .filter((link) => !link.loopback && link.resolves)
    .flatMap((link) => link.addresses)
    .filter(
      ({ address, prefixLength }) => !isIpv6(address) && !address.startsWith('169.254.') && prefixLength < 32,
    )
    .map(({ address, prefixLength }) => ({ range: subnetRange(address, prefixLength), address }))
  const seen = new Set<string>()
  return ranges.filter(({ range }) => {
    const key = `${range.first}-${range.last}`
    return !seen.has(key) && seen.add(key)
  })
}

/** Sorts every address of the ranges, without the excluded ones, by how it can be asked; each address once. */
export function sortTargets(
  ranges: readonly AddressRange[],
  exclude: readonly AddressRange[],
  links: readonly Link[],
): Targets {
  const subnets = subnetsOf(links)
  const own = new Map(
    links.flatMap((link) => link.addresses.map(({ address }) => [address, link.mac] as const)),
  )
  const targets: Targets = { onLink: [], routed: [], own: new Map(), links: [] }
  const seen = new Set<IpAddress>()
  const touched = new Set<Link>()
  for (const range of ranges) {
    for (let number = range.first; number <= range.last; number += 1n) {
      if (exclude.some((each) => holds(each, range.family, number))) continue
      const address = toAddress(range.family, number)
      if (seen.has(address)) continue
      const home = subnetFor(subnets, range.family, number)
      const reserved =
        home === undefined ? range.subnet && isReserved(range, number) : isReserved(home.range, number)
      if (reserved) continue
      seen.add(address)
      if (home !== undefined) touched.add(home.link)
      if (home !== undefined && !home.link.loopback && own.has(address))
        targets.own.set(address, own.get(address))
      else if (home?.link.resolves) targets.onLink.push(address)
      else targets.routed.push(address)
    }
  }
  return { ...targets, links: [...touched] }
}
