import type { OpenDatabase } from '#database/open.ts'
import { createTakeWrites, type TakeWrites } from '#features/ingest/take-writes.ts'
import type { Actor } from '#model/actor.ts'
import { coreMetrics, type Entry } from '#model/sample.ts'
import { bodyV1, type WrittenSeries } from '#test/remote-write-body.ts'
import { actorOf } from '#test/sample-server.ts'
import { testConfig, type ConfigOverrides } from '#test/test-config.ts'
import { testContext, type TestContext } from '#test/test-context.ts'

/** Who may write. */
export const operator = actorOf('operator')
/** When the sample pages begin. */
export const start = Date.parse('2026-01-01T00:00:00.000Z')

/** What takes metrics of other agents, over a real database. */
export interface World extends TakeWrites {
  context: TestContext
  entries: Entry[]
  /** Sends as Prometheus does. */
  send(series: readonly WrittenSeries[], actor?: Actor): Promise<number>
  /** Sends as Telegraf does. */
  write(lines: string, actor?: Actor): Promise<readonly { line: number; message: string }[]>
  /** The values of the readings of a server since the last question, the newest of each. */
  told(server: string): Record<string, number>
}

export function worldOver(opened: OpenDatabase, config: ConfigOverrides = {}): World {
  const entries: Entry[] = []
  const context = testContext(opened, {
    config: testConfig(config),
    metrics: {
      append: async (some) => void entries.push(...some),
      latest: async () => new Map(),
      read: async () => ({ tier: 'raw', step: 60_000, times: [], series: {} }),
    },
  })
  const take = createTakeWrites(context)
  const plain = { contentType: undefined, contentEncoding: undefined }
  return {
    ...take,
    context,
    entries,
    async send(series, actor = operator) {
      const body = { body: bodyV1(series), contentType: 'application/x-protobuf', contentEncoding: 'snappy' }
      return (await take.remoteWrite(actor, body)).samples
    },
    async write(text, actor = operator) {
      return (await take.lines(actor, { ...plain, body: Buffer.from(text) }, 'ms')).errors
    },
    told(server) {
      const values: Record<string, number> = {}
      for (const { subject, core, extra } of entries) {
        if (subject !== server) continue
        for (const [index, value] of core.entries()) if (value !== null) values[coreMetrics[index]!] = value
        Object.assign(values, extra)
      }
      entries.length = 0
      return values
    },
  }
}

export const GiB = 1_073_741_824

/** Two processors, of which so many seconds were idle, and all else of a machine at a time. */
export function page(
  at: number,
  instance: string,
  { idle, busy }: { idle: number; busy: number },
): WrittenSeries[] {
  const one = (name: string, value: number, labels: Record<string, string> = {}): WrittenSeries => ({
    labels: { __name__: name, instance, job: 'node', ...labels },
    samples: [[at, value]],
  })
  const cpus = ['0', '1'].flatMap((cpu) => [
    one('node_cpu_seconds_total', idle, { cpu, mode: 'idle' }),
    one('node_cpu_seconds_total', idle / 4, { cpu, mode: 'iowait' }),
    one('node_cpu_seconds_total', busy, { cpu, mode: 'user' }),
  ])
  const space = (mountpoint: string, fstype: string) => [
    one('node_filesystem_size_bytes', 100 * GiB, { mountpoint, fstype }),
    one('node_filesystem_free_bytes', 60 * GiB, { mountpoint, fstype }),
    one('node_filesystem_avail_bytes', 40 * GiB, { mountpoint, fstype }),
  ]
  return [
    ...cpus,
    one('node_memory_MemTotal_bytes', 8 * GiB),
    one('node_memory_MemAvailable_bytes', 6 * GiB),
    ...space('/', 'ext4'),
    ...space('/run', 'tmpfs'),
    one('node_network_receive_bytes_total', 1_000, { device: 'eth0' }),
    one('node_network_transmit_bytes_total', 2_000, { device: 'eth0' }),
    one('node_network_receive_bytes_total', 500, { device: 'docker0' }),
    one('node_load1', 0.5),
    one('node_load5', 0.4),
    one('node_load15', 0.3),
    one('node_boot_time_seconds', at / 1_000 - 3_600),
    one('node_hwmon_temp_celsius', 41.5, { chip: 'platform_coretemp_0', sensor: 'temp1' }),
    one('node_uname_info', 1, { nodename: 'nas', release: '6.1.0', machine: 'x86_64', sysname: 'Linux' }),
    one('up', 1),
    one('go_goroutines', 7),
    one('node_disk_written_bytes_total', 10, { device: 'sda' }),
    one('node_netstat_Icmp_InErrors', 10),
    one('http_seconds_bucket', 3, { le: '0.5' }),
  ]
}
