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

const notKept = leftOut('not among what is kept of this exporter unless monitoring.ingest.keep names it')

const shares: Readonly<Record<string, string>> = { usage_idle: 'idle', usage_iowait: 'iowait' }
const spaces: Readonly<Record<string, string>> = { total: 'size', used: 'used', free: 'available' }
const memories = new Set(['total', 'available'])
const directions: Readonly<Record<string, string>> = { bytes_recv: 'rx', bytes_sent: 'tx' }
const ofSystem: Readonly<Record<string, Meaning>> = {
  load1: core('load_1m'),
  load5: core('load_5m'),
  load15: core('load_15m'),
  uptime: core('uptime_seconds'),
}

const zfsParts: Readonly<Record<string, Meaning>> = {
  arcstats_size: part('memory', 'arc'),
  arcstats_c_min: part('memory', 'arc least'),
}

type Read = (field: string, tags: Labels) => Meaning

/** What the fields of Telegraf's inputs mean, by measurement. */
const reads = new Map<string, Read>([
  [
    'cpu',
    (field, { cpu }) => {
      if (cpu !== undefined && cpu !== 'cpu-total')
        return leftOut('stands for each processor, which cpu_percent sums up')
      const share = shares[field]
      return share === undefined ? notKept : part('cpu share', `percent/${share}`)
    },
  ],
  ['mem', (field) => (memories.has(field) ? part('memory', field) : notKept)],
  [
    'disk',
    (field, { path = '', fstype }) => {
      const space = spaces[field]
      if (space === undefined) return notKept
      return isFilesystemCounted(path, fstype) ? part(`filesystem:${path}`, space) : notCounted
    },
  ],
  [
    'net',
    (field, { interface: name = '' }) => {
      const direction = directions[field]
      if (direction === undefined) return notKept
      return isInterfaceCounted(name) ? part('network', `${direction}/${name}`) : notCounted
    },
  ],
  ['system', (field) => ofSystem[field] ?? notKept],
  [
    'systemd_units',
    (field, { name = '', active = '', sub }) =>
      field === 'active_code' ? unit(name, sub === 'exited' ? 'inactive' : active, false) : notKept,
  ],
  ['zfs', (field) => zfsParts[field] ?? notKept],
  [
    'temp',
    (field, { sensor = '' }) =>
      field === 'temp' ? extra(seriesKey('temperature_celsius', { sensor })) : notKept,
  ],
])

/** What a field of a line that Telegraf sends means. */
export const meaningOfField = (measurement: string, field: string, tags: Labels): Meaning =>
  reads.get(measurement)?.(field, tags) ?? { is: 'unknown' }
