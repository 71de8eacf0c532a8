import {
  core,
  isFilesystemCounted,
  isInterfaceCounted,
  leftOut,
  notCounted,
  part,
  type Meaning,
} from '#features/ingest/meaning.ts'
import type { Labels } from '#features/ingest/sink.ts'

const directions: Readonly<Record<string, string>> = { receive: 'rx', transmit: 'tx' }
const loads = { '1m': 'load_1m', '5m': 'load_5m', '15m': 'load_15m' } as const

/**
 * What a series of OpenTelemetry's hostmetrics receiver means; undefined for another's. Its names come with or without
 * units at their ends, as whoever translates them to Prometheus is set.
 */
export function meaningOfHostMetric(labels: Labels): Meaning | undefined {
  const name = (labels['__name__'] ?? '').replaceAll('.', '_')
  if (!name.startsWith('system_')) return undefined
  const { state = '', cpu = '' } = labels
  const plain = name.replace(/(_(bytes|seconds|ratio|total))+$/, '')
  switch (plain) {
    case 'system_cpu_time':
      return part('cpu', `${cpu}/${state === 'wait' ? 'iowait' : state}`)
    case 'system_cpu_utilization':
      return part('cpu share', `${cpu}/${state === 'wait' ? 'iowait' : state}`)
    case 'system_memory_usage':
      return part('memory', `state/${state}`)
    case 'system_filesystem_usage':
      return filesystem(labels, state)
    case 'system_network_io':
      return network(labels)
    case 'system_uptime':
      return core('uptime_seconds')
    case 'system_memory_utilization':
    case 'system_filesystem_utilization':
    case 'system_cpu_logical_count':
    case 'system_cpu_physical_count':
      return leftOut('not among what is kept of this exporter unless monitoring.ingest.keep names it')
    default:
  }
  const load = /^system_cpu_load_average_(1m|5m|15m)$/.exec(plain)?.[1]
  if (load !== undefined) return core(loads[load as keyof typeof loads])
  return cpu === '' ? { is: 'unknown' } : leftOut('stands for each processor, which cpu_percent sums up')
}

function filesystem({ mountpoint = '', type }: Labels, state: string): Meaning {
  return isFilesystemCounted(mountpoint, type)
    ? part(`filesystem:${mountpoint}`, `state/${state}`)
    : notCounted
}

function network({ device = '', direction = '' }: Labels): Meaning {
  const short = directions[direction]
  return short !== undefined && isInterfaceCounted(device)
    ? part('network', `${short}/${device}`)
    : notCounted
}
