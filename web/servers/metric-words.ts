import { capitalised, inWords } from '../format.ts'
import type { Unit } from '../charts/unit.ts'
import { readSeriesName } from './series-name.ts'

interface MetricWords {
  label: string
  unit: Unit
}

const known: Readonly<Record<string, MetricWords>> = {
  cpu_percent: { label: 'CPU', unit: 'percent' },
  memory_percent: { label: 'Memory', unit: 'percent' },
  disk_percent: { label: 'Disk', unit: 'percent' },
  network_rx_bytes: { label: 'Received', unit: 'rate' },
  network_tx_bytes: { label: 'Sent', unit: 'rate' },
  load_1m: { label: '1 min', unit: 'number' },
  load_5m: { label: '5 min', unit: 'number' },
  load_15m: { label: '15 min', unit: 'number' },
  uptime_seconds: { label: 'Uptime', unit: 'seconds' },
  memory_used_mb: { label: 'Memory used, MB', unit: 'number' },
  memory_total_mb: { label: 'Memory, MB', unit: 'number' },
  disk_used_gb: { label: 'Disk used, GB', unit: 'number' },
  disk_total_gb: { label: 'Disk, GB', unit: 'number' },
  interface_rx_bytes: { label: 'Received', unit: 'rate' },
  interface_tx_bytes: { label: 'Sent', unit: 'rate' },
  temperature_celsius: { label: 'Temperature', unit: 'celsius' },
  power_watts: { label: 'Power', unit: 'watts' },
}

/** What a unit at the end of a name says. */
const endings: readonly (readonly [ending: string, unit: Unit])[] = [
  ['_percent', 'percent'],
  ['_bytes', 'bytes'],
  ['_celsius', 'celsius'],
  ['_watts', 'watts'],
  ['_seconds', 'seconds'],
  ['_ms', 'milliseconds'],
]

/** A metric or a series as people read it, and its unit. */
export function metricWords(key: string): MetricWords {
  const { name, labels } = readSeriesName(key)
  const place = Object.values(labels).join(', ')
  const words = known[name]
  const unit = words?.unit ?? endings.find(([ending]) => name.endsWith(ending))?.[1] ?? 'number'
  const label = words?.label ?? capitalised(inWords(name))
  return { label: place === '' ? label : `${label}, ${place}`, unit }
}

/** What servers can be compared in and looked at side by side; those that every server tells. */
export const comparedMetrics = [
  ['cpu_percent', 'CPU'],
  ['memory_percent', 'Memory'],
  ['disk_percent', 'Disk'],
  ['network_rx_bytes', 'Network received'],
  ['network_tx_bytes', 'Network sent'],
  ['load_1m', 'Load, 1 min'],
  ['load_15m', 'Load, 15 min'],
] as const

export type ComparedMetric = (typeof comparedMetrics)[number][0]

export const isCompared = (name: string | undefined): name is ComparedMetric =>
  comparedMetrics.some(([each]) => each === name)
