import { readFile } from 'node:fs/promises'

/** What the system's neighbour table can take, and how long it takes to give an address up. */
export interface NeighbourLimits {
  /** Addresses that may be unresolved at once without crowding out the machine's own traffic. */
  window: number
  /** Milliseconds after which an unanswered address has been asked as often as the system ever asks. */
  patience: number
}

async function readNumber(path: string, fallback: number): Promise<number> {
  const number = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10)
  return Number.isNaN(number) || number <= 0 ? fallback : number
}

/** Linux asks three times, a second apart, and then drops the entry; macOS and Windows give up sooner. */
const usualPatience = 3000

/** Longest wait worth granting to a system that was told to ask for very long. */
const longestPatience = 10_000

/**
 * The limits of one family on these links. Linux keeps at most gc_thresh3 entries for the whole machine (1,024
 * unless set otherwise, and not readable in a container): four fifths are ours while we scan.
 */
export async function readNeighbourLimits(family: 4 | 6, links: readonly string[]): Promise<NeighbourLimits> {
  const base = `/proc/sys/net/ipv${family}/neigh`
  const capacity = await readNumber(`${base}/default/gc_thresh3`, 1024)
  let patience = 0
  for (const link of links) {
    const tries = await readNumber(`${base}/${link}/mcast_solicit`, 3)
    patience = Math.max(patience, tries * (await readNumber(`${base}/${link}/retrans_time_ms`, 1000)))
  }
  return {
    window: Math.max(16, Math.floor(capacity * 0.8)),
    patience: Math.min(longestPatience, patience || usualPatience),
  }
}
