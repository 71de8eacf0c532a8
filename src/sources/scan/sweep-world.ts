import type { Clock } from '#kernel/clock.ts'
import type { IpAddress } from '#model/ip-address.ts'
import { glanceAtArpTable, readNeighbours } from '#sources/local/neighbours.ts'
import { readNeighbourLimits } from '#sources/scan/neighbour-limits.ts'
import type { SweepWorld } from '#sources/scan/neighbour-sweep.ts'
import type { Poker } from '#sources/scan/poke.ts'

export interface SweepWorldOptions {
  clock: Clock
  poker: Poker
  family: 4 | 6
  /** Names of the links the addresses are on. */
  links: readonly string[]
  rate: number
  /** A faster way to learn that some of these live; none when left out. */
  quick?: SweepWorld['quick']
  /** The link of each IPv6 link-local address. */
  zones?: ReadonlyMap<IpAddress, string>
}

/** This machine's own neighbour table, for a sweep of one family. */
export async function openSweepWorld({ poker, zones, ...options }: SweepWorldOptions): Promise<SweepWorld> {
  const linux = process.platform === 'linux'
  return {
    clock: options.clock,
    poke: (address) => poker.poke(address, zones?.get(address)),
    look: readNeighbours,
    glance: linux && options.family === 4 ? glanceAtArpTable : readNeighbours,
    showsUnresolved: linux,
    limits: await readNeighbourLimits(options.family, options.links),
    rate: options.rate,
    quick: options.quick ?? (() => Promise.resolve(new Set())),
  }
}
