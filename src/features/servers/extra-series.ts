import type { Heartbeat } from '#features/servers/heartbeat-shape.ts'
import type { Refusal } from '#features/servers/receipt.ts'
import { coreMetrics, seriesKey } from '#model/sample.ts'

type Reason = Omit<Refusal, 'index'>

const isCore = new Set<string>(coreMetrics)
const metricName = /^[a-zA-Z][a-zA-Z0-9_:.]{0,199}$/

/** The series of a heartbeat beside those of requirement 001; undefined when there are none. */
export function extraSeries(heartbeat: Heartbeat, rejected: Reason[]): Record<string, number> | undefined {
  const series: Record<string, number> = {}
  addOthers(series, heartbeat.metrics, rejected)
  for (const each of heartbeat.filesystems ?? []) {
    const labels = { mount: each.mount_point }
    add(series, 'filesystem_size_bytes', labels, each.total_bytes)
    add(series, 'filesystem_used_bytes', labels, each.used_bytes)
    add(series, 'filesystem_available_bytes', labels, each.available_bytes)
    add(series, 'filesystem_used_percent', labels, each.percent ?? usedPercent(each))
  }
  for (const each of heartbeat.interfaces ?? []) {
    const labels = { interface: each.name }
    add(series, 'interface_rx_bytes', labels, each.rx_bytes)
    add(series, 'interface_tx_bytes', labels, each.tx_bytes)
    add(series, 'interface_rx_errors', labels, each.rx_errors)
    add(series, 'interface_tx_errors', labels, each.tx_errors)
    if (typeof each.is_up === 'boolean') add(series, 'interface_up', labels, Number(each.is_up))
  }
  for (const { sensor, celsius } of heartbeat.temperatures ?? [])
    add(series, 'temperature_celsius', { sensor }, celsius)
  // Of the processor is not of the machine: what it costs is more.
  const covers = heartbeat.power_covers === 'parts' ? { covers: 'parts' } : undefined
  add(series, 'power_watts', covers, heartbeat.power_watts)
  add(series, 'updates_available', undefined, heartbeat.updates_available)
  add(series, 'security_updates', undefined, heartbeat.security_updates)
  for (const _ in series) return series
  return undefined
}

/** As `df` has it: what only root may still use is neither used nor free. */
function usedPercent({
  used_bytes: used,
  available_bytes: available,
}: Pick<NonNullable<Heartbeat['filesystems']>[number], 'used_bytes' | 'available_bytes'>):
  | number
  | undefined {
  if (typeof used !== 'number' || typeof available !== 'number' || used + available <= 0) return undefined
  return Math.round((used / (used + available)) * 1_000) / 10
}

function add(
  series: Record<string, number>,
  name: string,
  labels: Record<string, string> | undefined,
  value: number | null | undefined,
): void {
  if (value !== undefined && value !== null) series[seriesKey(name, labels)] = value
}

/** Metrics that requirement 001 does not know are kept under their own names. */
function addOthers(series: Record<string, number>, metrics: Heartbeat['metrics'], rejected: Reason[]): void {
  for (const name in metrics) {
    if (isCore.has(name)) continue
    const value = metrics[name]
    if (value === null) continue
    if (!metricName.test(name))
      rejected.push(refused(name, name.slice(0, 100), 'a name of up to 200 letters, digits and underscores'))
    else if (typeof value === 'number' && Number.isFinite(value)) series[name] = value
    else if (typeof value === 'boolean') series[name] = Number(value)
    else
      rejected.push(
        refused(name, typeof value === 'string' ? value.slice(0, 100) : typeof value, 'a finite number'),
      )
  }
}

const refused = (name: string, value: unknown, expected: string): Reason => ({
  code: 'INPUT_INVALID',
  path: `metrics.${name.slice(0, 100)}`,
  value,
  expected,
})
