import { z } from 'zod'
import { ServerId } from '#features/servers/server-id.ts'

/** The largest whole number that survives JSON. */
const largest = Number.MAX_SAFE_INTEGER

/** Text of a stranger that is shown and kept: bounded, and without control characters. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^\P{Cc}*$/u)
const name = (most: number) => text(most).min(1)
const amount = z.number().min(0).max(largest)
const count = z.number().int().min(0).max(largest)
/** Adding up shares of a whole rounds; more than that is no share. */
const percent = z.number().min(0).max(100.1)

/** The metrics of requirement 001, and others by their names. */
const Metrics = z.looseObject({
  cpu_percent: percent.nullish(),
  memory_percent: percent.nullish(),
  memory_total_mb: amount.nullish(),
  memory_used_mb: amount.nullish(),
  disk_percent: percent.nullish(),
  disk_total_gb: amount.nullish(),
  disk_used_gb: amount.nullish(),
  network_rx_bytes: amount.nullish(),
  network_tx_bytes: amount.nullish(),
  load_1m: amount.nullish(),
  load_5m: amount.nullish(),
  load_15m: amount.nullish(),
  uptime_seconds: amount.nullish(),
})

const Filesystem = z.object({
  mount_point: name(1_000),
  device: text(1_000).nullish(),
  fs_type: text(100).nullish(),
  total_bytes: count.nullish(),
  used_bytes: count.nullish(),
  available_bytes: count.nullish(),
  percent: percent.nullish(),
})

const Interface = z.object({
  name: name(100),
  rx_bytes: count.nullish(),
  tx_bytes: count.nullish(),
  rx_errors: count.nullish(),
  tx_errors: count.nullish(),
  is_up: z.boolean().nullish(),
  mac: text(64).nullish(),
  addresses: z.array(text(64)).max(64).nullish(),
})

const Service = z.object({
  name: name(255),
  status: z.enum(['running', 'stopped', 'failed', 'unknown']),
  status_reason: text(500).nullish(),
})

const Container = z.object({ name: name(255), image: text(500).nullish(), state: name(50) })

/** One heartbeat, with the names of requirement 001. Only `server_id` is required, and unknown fields are let be. */
export const Heartbeat = z.looseObject({
  server_id: ServerId,
  timestamp: z
    .union([text(40).min(1), z.number()])
    .nullish()
    .describe('When it was measured: ISO 8601 with a zone, or milliseconds since 1970; now when left out.'),
  backfill: z
    .boolean()
    .nullish()
    .describe('True for what was stored and is sent late, false for what was just measured.'),
  metrics: Metrics.nullish(),
  interval_seconds: z.number().min(1).max(86_400).nullish(),
  agent_version: text(50).nullish(),
  boot_id: text(100).nullish(),
  hostname: name(255).nullish(),
  os_distribution: text(200).nullish(),
  os_version: text(200).nullish(),
  kernel_version: text(200).nullish(),
  architecture: text(50).nullish(),
  ip_address: text(64).nullish(),
  machine_id: text(100).nullish(),
  product_uuid: text(100).nullish(),
  serial: text(200).nullish(),
  vendor: text(200).nullish(),
  model: text(200).nullish(),
  filesystems: z.array(Filesystem).max(500).nullish(),
  interfaces: z.array(Interface).max(500).nullish(),
  temperatures: z
    .array(z.object({ sensor: name(200), celsius: z.number().min(-274).max(10_000) }))
    .max(200)
    .nullish(),
  power_watts: z.number().min(0).max(1_000_000).nullish(),
  services: z.array(Service).max(1_000).nullish(),
  containers: z.array(Container).max(1_000).nullish(),
  updates_available: count.nullish(),
  security_updates: count.nullish(),
  reboot_required: z.boolean().nullish(),
})
export type Heartbeat = z.infer<typeof Heartbeat>
