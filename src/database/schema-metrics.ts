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

/** Readings: the log, recent rows, sealed chunks, roll-ups. */
export interface MetricsSchema {
  metrics: MetricsTable
}
