import { timeText } from '#agent/clock.ts'
import type { FactInterface, Interface, Reading } from '#agent/reading.ts'

/** What a heartbeat says beside what was measured. */
export interface HeartbeatHead {
  serverId: string
  /** Milliseconds since 1970 by this machine's clock. */
  at: number
  interval: number
  version: string
  /** How far this clock is behind the hub's, in milliseconds; negative when it is ahead. */
  skew?: number | undefined
  /** Heartbeats that were thrown away because the store was full. */
  dropped?: number | undefined
}

/** A heartbeat as the hub takes it: the names of requirement 001, and what could not be measured left out. */
export function heartbeatBody(head: HeartbeatHead, reading: Reading): Record<string, unknown> {
  const { metrics, facts, interfaces = [], updates, warnings } = reading
  const { network_interfaces = [], ...machine } = facts ?? {}
  return {
    server_id: head.serverId,
    timestamp: timeText(head.at),
    interval_seconds: head.interval,
    agent_version: head.version,
    boot_id: reading.boot_id,
    metrics: {
      ...metrics,
      ...(head.skew === undefined ? {} : { clock_skew_seconds: Math.round(head.skew / 100) / 10 }),
      ...(head.dropped ? { agent_dropped_heartbeats: head.dropped } : {}),
    },
    ...machine,
    filesystems: reading.filesystems,
    interfaces: withAddresses(interfaces, network_interfaces),
    temperatures: reading.temperatures,
    power_watts: reading.power && totalWatts(reading.power),
    power_covers: reading.power && (wholeOf(reading.power) ? 'machine' : 'parts'),
    services: reading.services?.map(({ name, status, reason }) => ({ name, status, status_reason: reason })),
    containers: reading.containers,
    updates_available: updates?.available,
    security_updates: updates?.security,
    reboot_required: updates?.reboot_required,
    warnings: warnings.length > 0 ? warnings : undefined,
  }
}

/** Counters and addresses of an interface are one thing to the hub. */
function withAddresses(counted: readonly Interface[], known: readonly FactInterface[]): object[] {
  const facts = new Map(known.map((each) => [each.name, each]))
  const both = counted.map((each) => ({ ...each, ...facts.get(each.name) }))
  const names = new Set(counted.map(({ name }) => name))
  return [...both, ...known.filter(({ name }) => !names.has(name))]
}

/**
 * One figure for the machine: what measures all of it where there is such a meter, else the sum of the parts. A
 * part that a larger one contains is not among the sources.
 */
export function totalWatts(power: NonNullable<Reading['power']>): number {
  const parts = power.reduce((sum, { watts }) => sum + watts, 0)
  return Math.round((wholeOf(power)?.watts ?? parts) * 10) / 10
}

/** What measures all of the machine; where there is no such meter, the sum is that of processor, memory and cards. */
const wholeOf = (power: NonNullable<Reading['power']>) =>
  power.find(({ source }) => source.startsWith('power_meter/')) ??
  power.find(({ source }) => source === 'psys')
