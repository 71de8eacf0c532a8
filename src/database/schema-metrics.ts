import type { Generated } from 'kysely'

export interface MetricsTable {
  id: Generated<number>
  server_id: string
  timestamp: string
  cpu_percent: number | null
  memory_percent: number | null
  memory_total_mb: number | null
  memory_used_mb: number | null
  disk_percent: number | null
  disk_total_gb: number | null
  disk_used_gb: number | null
  network_rx_bytes: number | null
  network_tx_bytes: number | null
  load_1m: number | null
  load_5m: number | null
  load_15m: number | null
  uptime_seconds: number | null
}

/** What was received and is not yet sealed: groups that became durable together. */
export interface MetricsLogTable {
  id: Generated<number>
  payload: Uint8Array
}

/** The readings of one subject in one bucket, compressed. */
export interface MetricChunksTable {
  /** Milliseconds since 1970. */
  start: number
  subject: string
  points: number
  payload: Uint8Array
}

/** What one subject was over the hours of a day, or over the days of a month. */
export interface MetricRollupsTable {
  tier: string
  /** The beginning of the day or month, in UTC; milliseconds since 1970. */
  start: number
  subject: string
  payload: Uint8Array
}

/** The newest values of a subject, as of when it was last sealed. */
export interface MetricLatestTable {
  subject: string
  at: number
  received: number
  /** JSON: by metric name or series key. */
  latest: string
}

/** Readings: the log, recent rows, sealed chunks, roll-ups. */
export interface MetricsSchema {
  metrics: MetricsTable
  metrics_log: MetricsLogTable
  metric_chunks: MetricChunksTable
  metric_rollups: MetricRollupsTable
  metric_latest: MetricLatestTable
}
