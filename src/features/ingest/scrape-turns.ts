import type { ScrapeRow } from '#features/ingest/scrape-queries.ts'

/** Pages are read at fixed times, spread over the interval so that not all are read at once. */
export function nextTurn(
  { id, interval_seconds }: Pick<ScrapeRow, 'id' | 'interval_seconds'>,
  after: number,
): number {
  const interval = interval_seconds * 1_000
  // The golden section spreads neighbours in number far from each other.
  const phase = Math.floor(((id * 0.618_033_988_75) % 1) * interval)
  return Math.floor((after - phase) / interval + 1) * interval + phase
}
