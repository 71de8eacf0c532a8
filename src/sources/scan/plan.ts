import { AppError } from '#kernel/errors.ts'
import type { Link } from '#sources/local/links.ts'
import { holds, parseRange, sizeOf, subnetRange, type AddressRange } from '#sources/scan/ranges.ts'
import type { ScanSettings } from '#sources/scan/settings.ts'
import { ownRanges, sortTargets, usableLinks, type Targets } from '#sources/scan/targets.ts'

export interface ScanPlan {
  targets: Targets
  /** How the ranges read, for messages: `192.0.2.0/24, 198.51.100.7`. */
  ranges: string
  warnings: string[]
}

/** An own subnet larger than this many addresses is scanned only around this machine, unless it is named as a range. */
const largestOwnPrefix = 20

/** All ranges of one scan together. */
const mostAddresses = 2n ** 21n

const parseAll = (texts: readonly string[]): AddressRange[] =>
  texts.map(parseRange).filter((range) => range !== undefined)

/** The own subnets, the large ones cut down to the part around this machine, with a sentence for each cut. */
function automaticRanges(links: readonly Link[], warnings: string[]): AddressRange[] {
  return ownRanges(links).map(({ range, address }) => {
    const cut = subnetRange(address, largestOwnPrefix)
    if (sizeOf(range) <= sizeOf(cut)) return range
    warnings.push(
      `The own subnet ${range.text} is large; only ${sizeOf(cut)} addresses around ${address} are scanned. Name it in ranges to scan all of it.`,
    )
    return cut
  })
}

const overlap = (left: AddressRange, right: AddressRange): boolean =>
  holds(left, right.family, right.first) || holds(right, left.family, left.first)

/** The subnets of container engines, which are left out, with a sentence when a range that a person named touches one. */
function containerRanges(
  links: readonly Link[],
  ranges: readonly AddressRange[],
  warnings: string[],
): AddressRange[] {
  return links
    .filter((link) => link.container)
    .flatMap((link) =>
      link.addresses.map(({ address, prefixLength }) => ({
        link,
        range: subnetRange(address, prefixLength),
      })),
    )
    .filter(({ range, link }) => {
      const touched = ranges.some((each) => overlap(each, range))
      if (touched)
        warnings.push(
          `The container network ${range.text} on ${link.name} is left out; includeContainerBridges scans it too.`,
        )
      return touched
    })
    .map(({ range }) => range)
}

/** Works out whom to ask. INPUT_INVALID when that would be too many; a plan without any address says why in its warnings. */
export function planScan(settings: ScanSettings, links: readonly Link[]): ScanPlan {
  const warnings: string[] = []
  const usable = usableLinks(links, settings)
  if (settings.interface !== undefined && !links.some(({ name }) => name === settings.interface)) {
    warnings.push(`This machine has no interface ${settings.interface}.`)
  }
  const named = parseAll(settings.ranges)
  const ranges = named.length > 0 ? named : automaticRanges(usable, warnings)
  if (ranges.reduce((sum, range) => sum + sizeOf(range), 0n) > mostAddresses) {
    throw new AppError('INPUT_INVALID', `The ranges hold more than ${mostAddresses} addresses together`, {
      complaints: [
        { path: 'ranges', value: settings.ranges, expected: `at most ${mostAddresses} addresses` },
      ],
      hint: 'Split them over several sources of type scan.',
    })
  }
  const containers = settings.includeContainerBridges ? [] : containerRanges(links, ranges, warnings)
  const known = links.filter((link) => link.up && (settings.includeContainerBridges || !link.container))
  const targets = sortTargets(ranges, [...parseAll(settings.exclude), ...containers], known)
  return { targets, ranges: ranges.map(({ text }) => text).join(', '), warnings }
}
