import { z } from 'zod'
import { ServerId } from '#features/servers/server-id.ts'

/** The largest whole number that survives JSON. */
const largest = Number.MAX_SAFE_INTEGER

// What a complaint says was expected stands beside each: it is read by whoever wrote the sender.

/** Text of a stranger that is shown and kept: bounded, and without control characters. */
const textOf = (expected: string, most: number) =>
  z
    .string(expected)
    .max(most, expected)
    .regex(/^\P{Cc}*$/u, expected)
const text = (most: number) => textOf(`text of at most ${most} characters, none of them of control`, most)
function name(most: number) {
  const expected = `text of 1 to ${most} characters, none of them of control`
  return textOf(expected, most).min(1, expected)
}
const numberFrom = (least: number, most: number, expected: string) =>
  z.number(expected).min(least, expected).max(most, `a number of at most ${most}`)
const range = (least: number, most: number, expected = `a number from ${least} to ${most}`) =>
  z.number(expected).min(least, expected).max(most, expected)
const amount = numberFrom(0, largest, 'a number of at least 0')
const wholeAtLeast = 'a whole number of at least 0'
const count = numberFrom(0, largest, wholeAtLeast).int(wholeAtLeast)
/** Adding up shares of a whole rounds; more than that is no share. */
const percent = range(0, 100.1, 'a number from 0 to 100')
const yesOrNo = z.boolean('true or false')
const listOf = <Item extends z.ZodType>(item: Item, most: number) =>
  z.array(item, 'a list').max(most, `a list of at most ${most}`)

/** The metrics of requirement 001, and others by their names. */
const Metrics = z.looseObject(
  {
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
  },
  'an object of numbers by the names of their metrics',
)

const Filesystem = z.object(
  {
    mount_point: name(1_000),
    device: text(1_000).nullish(),
    fs_type: text(100).nullish(),
    total_bytes: count.nullish(),
    used_bytes: count.nullish(),
    available_bytes: count.nullish(),
    percent: percent.nullish(),
  },
  'an object',
)

const Interface = z.object(
  {
    name: name(100),
    rx_bytes: count.nullish(),
    tx_bytes: count.nullish(),
    rx_errors: count.nullish(),
    tx_errors: count.nullish(),
    is_up: yesOrNo.nullish(),
    mac: text(64).nullish(),
    addresses: listOf(text(64), 64).nullish(),
  },
  'an object',
)

const Service = z.object(
  {
    name: name(255),
    status: z.enum(['running', 'stopped', 'failed', 'unknown'], 'one of running, stopped, failed, unknown'),
    status_reason: text(500).nullish(),
  },
  'an object',
)

const Container = z.object({ name: name(255), image: text(500).nullish(), state: name(50) }, 'an object')

export const timeExpected = 'ISO 8601 with a zone, or milliseconds since 1970'

/** One heartbeat, with the names of requirement 001. Only `server_id` is required, and unknown fields are let be. */
export const Heartbeat = z.looseObject({
  server_id: ServerId,
  timestamp: z
    .union([text(40).min(1), z.number()], timeExpected)
    .nullish()
    .describe('When it was measured: ISO 8601 with a zone, or milliseconds since 1970; now when left out.'),
  backfill: yesOrNo
    .nullish()
    .describe('True for what was stored and is sent late, false for what was just measured.'),
  metrics: Metrics.nullish(),
  interval_seconds: range(1, 86_400).nullish(),
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
  filesystems: listOf(Filesystem, 500).nullish(),
  interfaces: listOf(Interface, 500).nullish(),
  temperatures: listOf(
    z.object({ sensor: name(200), celsius: range(-274, 10_000) }, 'an object'),
    200,
  ).nullish(),
  power_watts: range(0, 1_000_000).nullish(),
  power_covers: z
    .enum(['machine', 'parts'], 'machine or parts')
    .nullish()
    .describe('parts where only the processor and the like are measured; the machine when left out.'),
  services: listOf(Service, 1_000).nullish(),
  containers: listOf(Container, 1_000).nullish(),
  updates_available: count.nullish(),
  security_updates: count.nullish(),
  reboot_required: yesOrNo.nullish(),
})
export type Heartbeat = z.infer<typeof Heartbeat>
