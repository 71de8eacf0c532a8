import {
  core,
  extra,
  isFilesystemCounted,
  isInterfaceCounted,
  leftOut,
  notCounted,
  part,
  type Meaning,
  unit,
} from '#features/ingest/meaning.ts'
import type { Labels } from '#features/ingest/sink.ts'
import { seriesKey } from '#model/sample.ts'

type Read = (labels: Labels) => Meaning

const filesystem =
  (name: string): Read =>
  ({ mountpoint = '', fstype }) =>
    isFilesystemCounted(mountpoint, fstype) ? part(`filesystem:${mountpoint}`, name) : notCounted

const network =
  (direction: 'rx' | 'tx'): Read =>
  ({ device = '' }) =>
    isInterfaceCounted(device) ? part('network', `${direction}/${device}`) : notCounted

const always =
  (meaning: Meaning): Read =>
  () =>
    meaning

/** What node_exporter's series mean, by their names. */
const reads = new Map<string, Read>([
  ['node_cpu_seconds_total', ({ cpu = '', mode = '' }) => part('cpu', `${cpu}/${mode}`)],
  ['node_memory_MemTotal_bytes', always(part('memory', 'total'))],
  ['node_memory_MemAvailable_bytes', always(part('memory', 'available'))],
  ['node_zfs_arc_size', always(part('memory', 'arc'))],
  ['node_zfs_arc_c_min', always(part('memory', 'arc least'))],
  ['node_systemd_unit_state', ({ name = '', state = '' }) => unit(name, state, true)],
  ['node_filesystem_size_bytes', filesystem('size')],
  ['node_filesystem_free_bytes', filesystem('free')],
  ['node_filesystem_avail_bytes', filesystem('available')],
  ['node_network_receive_bytes_total', network('rx')],
  ['node_network_transmit_bytes_total', network('tx')],
  ['node_load1', always(core('load_1m'))],
  ['node_load5', always(core('load_5m'))],
  ['node_load15', always(core('load_15m'))],
  ['node_boot_time_seconds', always(part('uptime', 'boot'))],
  ['node_time_seconds', always(part('uptime', 'now'))],
  [
    'node_hwmon_temp_celsius',
    ({ chip = '', sensor = '' }) => extra(seriesKey('temperature_celsius', { sensor: `${chip} ${sensor}` })),
  ],
  [
    'node_thermal_zone_temp',
    ({ type = '', zone = '' }) => extra(seriesKey('temperature_celsius', { sensor: `${type} ${zone}` })),
  ],
  [
    'node_uname_info',
    ({ nodename, release, machine }) =>
      facts({ hostname: nodename, kernel_version: release, architecture: machine }),
  ],
  [
    'node_os_info',
    ({ name, id, version_id, version }) =>
      facts({ os_distribution: name ?? id, os_version: version_id ?? version }),
  ],
  [
    'node_dmi_info',
    ({ product_uuid, product_serial, system_vendor, product_name }) =>
      facts({ product_uuid, serial: product_serial, vendor: system_vendor, model: product_name }),
  ],
  [
    'node_network_info',
    ({ device = '', address }) =>
      isInterfaceCounted(device) && address ? { is: 'card', name: device, mac: address } : notCounted,
  ],
])

/** What else is kept of the thousand series of a machine: what explains why it is slow. */
const kept =
  /^node_(disk_(read|written)_bytes_total|disk_io_time_seconds_total|pressure_.*|memory_(Swap(Total|Free)|Buffers|Cached|Dirty)_bytes|procs_(running|blocked)|vmstat_(oom_kill|pgmajfault)|netstat_Tcp_(CurrEstab|RetransSegs)|nf_conntrack_entries(_limit)?|filefd_allocated|timex_(offset_seconds|sync_status)|md_disks|md_state|systemd_units|power_supply_.*|textfile_scrape_error|network_(receive|transmit)_(errs|drop)_total|reboot_required|edac_.*)$/

/** What a series of node_exporter means; undefined for another's. */
export function meaningOfNodeSeries(labels: Labels): Meaning | undefined {
  const name = labels['__name__'] ?? ''
  if (!name.startsWith('node_')) return undefined
  const read = reads.get(name)
  if (read !== undefined) return read(labels)
  if (/^node_(scrape_collector|exporter)_/.test(name))
    return leftOut('tells of the exporter or of Prometheus, not of the machine')
  if (labels['cpu'] !== undefined) return leftOut('stands for each processor, which cpu_percent sums up')
  if (!kept.test(name))
    return leftOut('not among what is kept of this exporter unless monitoring.ingest.keep names it')
  return labels['device'] !== undefined && !isDeviceCounted(name, labels['device'])
    ? notCounted
    : { is: 'unknown' }
}

const isDeviceCounted = (name: string, device: string): boolean =>
  name.startsWith('node_network_') ? isInterfaceCounted(device) : !/^(loop|ram|zram|sr|fd)\d/.test(device)

const nothing = /^(|none|unknown|not specified|to be filled by o\.e\.m\.|default string)$/i

function facts(told: Record<string, string | undefined>): Meaning {
  const entries = Object.entries(told).filter(([, value]) => value !== undefined && !nothing.test(value))
  return { is: 'fact', facts: Object.fromEntries(entries) as Record<string, string> }
}
