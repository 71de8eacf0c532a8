import type { Migration } from '#database/migration.ts'

/** Servers and their metrics: requirement 001. */
export const monitoring: Migration = {
  up: (t) => [
    `create table servers (
      id ${t.text} primary key,
      hostname ${t.text} not null,
      display_name ${t.text},
      ip_address ${t.text},
      status ${t.text} not null default 'unknown' check (status in ('online', 'offline', 'unknown')),
      condition ${t.text},
      os_distribution ${t.text},
      os_version ${t.text},
      kernel_version ${t.text},
      architecture ${t.text},
      tdp_watts ${t.integer},
      device_id ${t.bigint} references devices (id) on delete set null,
      last_seen ${t.text},
      created_at ${t.text} not null,
      updated_at ${t.text} not null
    )`,
    'create index servers_device on servers (device_id)',
    `create table metrics (
      id ${t.id},
      server_id ${t.text} not null references servers (id) on delete cascade,
      timestamp ${t.text} not null,
      cpu_percent ${t.real},
      memory_percent ${t.real},
      memory_total_mb ${t.bigint},
      memory_used_mb ${t.bigint},
      disk_percent ${t.real},
      disk_total_gb ${t.real},
      disk_used_gb ${t.real},
      network_rx_bytes ${t.bigint},
      network_tx_bytes ${t.bigint},
      load_1m ${t.real},
      load_5m ${t.real},
      load_15m ${t.real},
      uptime_seconds ${t.bigint}
    )`,
    'create unique index idx_metrics_server_timestamp on metrics (server_id, timestamp)',
    'create index idx_metrics_timestamp on metrics (timestamp)',
  ],
  down: () => ['drop table metrics', 'drop table servers'],
}
