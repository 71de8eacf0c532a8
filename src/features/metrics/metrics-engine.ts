import type { Metrics } from '#features/context.ts'
import type { Lease } from '#features/monitoring/lease.ts'
import type { Head, WatchPart } from '#features/monitoring/watch.ts'

/** Metrics as this process keeps them, and what the one node that watches does beside. */
export interface MetricsEngine extends Metrics {
  /** Begins a session of the node whose turn it is: from now on it hears every entry, its own and other nodes'. */
  begin(lease: Lease, hear: NonNullable<WatchPart['hear']>): MetricsSession
  /** What is waiting goes to disk. */
  close(): Promise<void>
}

export interface MetricsSession {
  head: Head
  /** Reads what is in the log and not yet sealed; entries are heard as replayed. */
  replay(signal: AbortSignal): Promise<void>
  /** Once a second: hears what other nodes logged, writes recent rows, seals, forgets what is too old. */
  tick(signal: AbortSignal): Promise<void>
  end(): Promise<void>
}
