import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { migrate } from '#database/migrate.ts'
import { openDatabase } from '#database/open.ts'
import { readLines } from '#features/ingest/line-protocol.ts'
import { readRemoteWriteV1, readRemoteWriteV2 } from '#features/ingest/read-remote-write.ts'
import type { Sink } from '#features/ingest/sink.ts'
import { createTakeWrites } from '#features/ingest/take-writes.ts'
import { unpackBody } from '#features/ingest/unpack-body.ts'
import { createMetrics } from '#features/metrics/create-metrics.ts'
import { systemClock } from '#kernel/clock.ts'
import { systemActor } from '#model/actor.ts'
import { bodyV1, bodyV2, type WrittenSeries } from '#test/remote-write-body.ts'
import { testContext } from '#test/test-context.ts'

/**
 * How many samples a second are taken from other agents, durably: a Prometheus that sends what it reads of 200
 * machines, a Telegraf relay of 200. Beside each, how fast the same bodies are only unpacked and read; judged by both.
 */
const machines = 200
const rounds = 24
const actor = systemActor('bench')

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-ingest-'))
const opened = await openDatabase({ url: `sqlite:${path.join(folder, 'bench.db')}` })
await migrate(opened)
const context = { ...testContext(opened), clock: systemClock }
const metrics = createMetrics(context)
const take = createTakeWrites({ ...context, metrics })

/** About a hundred of the series that a node_exporter has, of which half are kept. */
function seriesOf(machine: number, at: number): WrittenSeries[] {
  const instance = `machine-${machine}.example.net:9100`
  const one = (name: string, value: number, labels: Record<string, string> = {}): WrittenSeries => ({
    labels: { __name__: name, instance, job: 'node', ...labels },
    samples: [[at, value]],
  })
  const seconds = at / 1_000
  const modes = ['idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user']
  return [
    ...['0', '1', '2', '3'].flatMap((cpu) =>
      modes.map((mode, index) => one('node_cpu_seconds_total', seconds / (index + 2), { cpu, mode })),
    ),
    one('node_memory_MemTotal_bytes', 8_589_934_592),
    one('node_memory_MemAvailable_bytes', 6_442_450_944 - machine),
    ...['/', '/home', '/run'].flatMap((mountpoint) =>
      ['size', 'free', 'avail'].map((kind, index) =>
        one(`node_filesystem_${kind}_bytes`, 1e11 / (index + 1), {
          mountpoint,
          fstype: mountpoint === '/run' ? 'tmpfs' : 'ext4',
          device: '/dev/sda1',
        }),
      ),
    ),
    ...['eth0', 'eth1', 'docker0'].flatMap((device) => [
      one('node_network_receive_bytes_total', seconds, { device }),
      one('node_network_transmit_bytes_total', seconds, { device }),
    ]),
    one('node_load1', 0.5),
    one('node_load5', 0.4),
    one('node_load15', 0.3),
    one('node_boot_time_seconds', seconds - 3_600),
    ...Array.from({ length: 48 }, (_, index) => one(`node_netstat_Other_${index}`, index)),
  ]
}

const linesOf = (machine: number, at: number): string =>
  [
    `cpu,cpu=cpu-total,host=machine-${machine} usage_idle=80.5,usage_iowait=1.2,usage_user=10.1,usage_system=8.2`,
    `mem,host=machine-${machine} total=8589934592i,available=6442450944i,used=2147483648i,free=1i,cached=2i,buffered=3i`,
    `disk,path=/,fstype=ext4,device=sda1,host=machine-${machine} total=100000000000i,used=40000000000i,free=50000000000i`,
    `net,interface=eth0,host=machine-${machine} bytes_recv=1000i,bytes_sent=2000i,err_in=0i,err_out=0i,drop_in=0i`,
    `system,host=machine-${machine} load1=0.5,load5=0.4,load15=0.3,n_cpus=4i,uptime=3600i`,
  ]
    .map((line) => `${line} ${at}`)
    .join('\n')

const nothing: Sink<undefined> = { series: () => undefined, sample: () => {}, ended: () => {} }
const everyMachine = Array.from({ length: machines }, (_, index) => index)
const begin = Date.now() - rounds * 15_000

interface Kind {
  name: string
  goal: number
  bodies: Buffer[]
  read(body: Buffer): Promise<number>
  take(body: Buffer): Promise<unknown>
}

/** Messages of so many machines each, a round after the other. */
function bodies(
  offset: number,
  together: number,
  make: (machines: readonly number[], at: number) => Buffer,
): Buffer[] {
  return Array.from({ length: rounds }, (_, round) => begin + offset + round * 15_000).flatMap((at) =>
    Array.from({ length: machines / together }, (_, group) =>
      make(everyMachine.slice(group * together, (group + 1) * together), at),
    ),
  )
}

const v2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request'
const kinds: Kind[] = [
  {
    name: 'remote write 1.0',
    goal: 150_000,
    bodies: bodies(0, 20, (some, at) => bodyV1(some.flatMap((each) => seriesOf(each, at)))),
    read: async (body) => readRemoteWriteV1(await unpackBody(body, 'snappy'), nothing).samples,
    take: (body) =>
      take.remoteWrite(actor, { body, contentType: 'application/x-protobuf', contentEncoding: 'snappy' }),
  },
  {
    name: 'remote write 2.0',
    goal: 300_000,
    bodies: bodies(1_000, 20, (some, at) => bodyV2(some.flatMap((each) => seriesOf(each, at)))),
    read: async (body) => readRemoteWriteV2(await unpackBody(body, 'snappy'), nothing).samples,
    take: (body) => take.remoteWrite(actor, { body, contentType: v2, contentEncoding: 'snappy' }),
  },
  {
    name: 'line protocol',
    goal: 200_000,
    // Telegraf sends a thousand lines at a time.
    bodies: bodies(2_000, 200, (some, at) => Buffer.from(some.map((each) => linesOf(each, at)).join('\n'))),
    read: async (body) =>
      readLines(body.toString(), 'ms', { series: () => undefined, field: () => {} }).fields,
    take: (body) => take.lines(actor, { body, contentType: undefined, contentEncoding: undefined }, 'ms'),
  },
]

/** Samples a second, with four messages under way as senders have. */
async function rate(given: readonly Buffer[], samples: number, work: (body: Buffer) => Promise<unknown>) {
  const start = performance.now()
  let next = 0
  const sender = async () => {
    while (next < given.length) {
      const body = given[next]!
      next += 1
      await work(body)
    }
  }
  await Promise.all(Array.from({ length: 4 }, sender))
  return samples / ((performance.now() - start) / 1_000)
}

let isBelow = false
for (const { name, goal, bodies: all, read, take: work } of kinds) {
  let samples = 0
  for (const body of all) samples += await read(body)
  const perMessage = samples / all.length
  // The first round makes the servers and learns the series.
  const first = all.length / rounds
  const known = all.slice(first)
  for (const body of all.slice(0, first)) await work(body)
  const decoded = await rate(known, perMessage * known.length, read)
  const taken = await rate(known, perMessage * known.length, work)
  const share = Math.round((taken / decoded) * 100)
  isBelow ||= taken < goal
  const shown = (value: number) => Math.round(value).toLocaleString('en').padStart(10)
  console.log(
    `${name.padEnd(18)}${shown(taken)} samples/s durable (goal ${goal.toLocaleString('en')} on a quiet machine), ` +
      `${shown(decoded)} only read: ${share} %`,
  )
}
await metrics.close()
await opened.close()
rmSync(folder, { recursive: true, force: true })
process.exit(isBelow ? 1 : 0)
