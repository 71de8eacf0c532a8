import type { JsonObject } from '#kernel/json.ts'

/** What every server tells of itself: the columns of `metrics`, in their order (requirement 001). */
export const coreMetrics = [
  'cpu_percent',
  'memory_percent',
  'memory_total_mb',
  'memory_used_mb',
  'disk_percent',
  'disk_total_gb',
  'disk_used_gb',
  'network_rx_bytes',
  'network_tx_bytes',
  'load_1m',
  'load_5m',
  'load_15m',
  'uptime_seconds',
] as const
export type CoreMetric = (typeof coreMetrics)[number]

/** One reading of one subject: a server by its id, or something else that is watched, such as `check:12`. */
export interface Sample {
  subject: string
  /** Milliseconds since 1970 by the sender's clock: a label, never a proof of life. */
  at: number
  /** In the order of coreMetrics; null where it was not told. Empty for what is no server. */
  core: readonly (number | null)[]
  /** Other series, by seriesKey(). */
  extra?: Readonly<Record<string, number>> | undefined
}

/** A sample as it was received, and as it lies in the log. */
export interface Entry extends Sample {
  /** Milliseconds since 1970 by our clock. */
  received: number
  /** Sent late out of the sender's store: tells of the past, and nothing of who is alive. */
  backfill: boolean
  /** What a server says beside numbers; left out where it is as before. */
  told?: Told | undefined
}

/** What a server says of itself beside numbers. Every field may be missing, which tells nothing. */
export interface Told {
  /** Seconds between two heartbeats. */
  interval?: number | undefined
  agentVersion?: string | undefined
  /** Differs after every start of the machine, and between two copies of one. */
  bootId?: string | undefined
  services?: readonly ToldService[] | undefined
  containers?: readonly { name: string; image?: string | undefined; state: string }[] | undefined
  updates?:
    | { available: number; security?: number | undefined; rebootRequired?: boolean | undefined }
    | undefined
  /** Hostname, operating system, addresses, hardware: what identity is worked out from. */
  facts?: JsonObject | undefined
}

export interface ToldService {
  name: string
  status: 'running' | 'stopped' | 'failed' | 'unknown'
  reason?: string | undefined
}

/**
 * One name for a series with labels, which are sorted: `filesystem_used_bytes{mount="/"}`. Quotes, backslashes and
 * line ends in values are escaped as in Prometheus' text format.
 */
export function seriesKey(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))
  if (pairs.length === 0) return name
  return `${name}{${pairs.map(([label, value]) => `${label}="${escaped(value)}"`).join(',')}}`
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }
const escaped = (value: string): string => value.replaceAll(/[\\"\n]/g, (found) => escapes[found]!)
