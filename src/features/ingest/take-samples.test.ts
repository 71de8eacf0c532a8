import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { createTakeWrites, type TakeWrites } from '#features/ingest/take-writes.ts'
import { listSenders } from '#features/ingest/sender-queries.ts'
import { agentRecord } from '#features/servers/agent-record.ts'
import { actorOf } from '#test/sample-server.ts'
import type { Actor } from '#model/actor.ts'
import { coreMetrics, type Entry } from '#model/sample.ts'
import { emptiedBetween, onEachDatabase, onSqlite } from '#test/each-database.ts'
import { bodyV1, bodyV2, type WrittenSeries } from '#test/remote-write-body.ts'
import { testConfig, type ConfigOverrides } from '#test/test-config.ts'
import { testContext, type TestContext } from '#test/test-context.ts'

const operator = actorOf('operator')
const start = Date.parse('2026-01-01T00:00:00.000Z')

interface World extends TakeWrites {
  context: TestContext
  entries: Entry[]
  /** Sends as Prometheus does. */
  send(series: readonly WrittenSeries[], actor?: Actor): Promise<number>
  /** Sends as Telegraf does. */
  write(lines: string, actor?: Actor): Promise<readonly { line: number; message: string }[]>
  /** The values of the readings of a server since the last question, the newest of each. */
  told(server: string): Record<string, number>
}

function worldOver(opened: OpenDatabase, config: ConfigOverrides = {}): World {
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

const GiB = 1_073_741_824

/** Two processors, of which so many seconds were idle, and all else of a machine at a time. */
function page(at: number, instance: string, { idle, busy }: { idle: number; busy: number }): WrittenSeries[] {
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

const expected = {
  cpu_percent: 44.4,
  memory_percent: 25,
  memory_total_mb: 8_192,
  memory_used_mb: 2_048,
  disk_percent: 50,
  disk_total_gb: 100,
  disk_used_gb: 40,
  network_rx_bytes: 1_000,
  network_tx_bytes: 2_000,
  load_1m: 0.5,
  load_5m: 0.4,
  load_15m: 0.3,
  uptime_seconds: 3_600,
  'filesystem_size_bytes{mount="/"}': 100 * GiB,
  'filesystem_used_bytes{mount="/"}': 40 * GiB,
  'filesystem_available_bytes{mount="/"}': 40 * GiB,
  'filesystem_used_percent{mount="/"}': 50,
  'interface_rx_bytes{interface="eth0"}': 1_000,
  'interface_tx_bytes{interface="eth0"}': 2_000,
  'temperature_celsius{sensor="platform_coretemp_0 temp1"}': 41.5,
  'node_disk_written_bytes_total{device="sda"}': 10,
}

onEachDatabase('metrics of other agents', (freshDatabase, engine) => {
  const fresh = emptiedBetween(freshDatabase, engine, ['servers', 'ingest_senders'])

  test('node_exporter through remote write becomes the same metrics as those of our agent', async () => {
    const world = worldOver(await fresh())

    const first = await world.send(page(start, 'nas.example.net:9100', { idle: 100, busy: 10 }))
    const second = await world.send(page(start + 15_000, 'nas.example.net:9100', { idle: 104, busy: 14 }))

    assert.equal(world.entries[0]!.told?.facts?.['hostname'], 'nas')
    assert.deepEqual(world.told('nas'), expected)
    assert.deepEqual([first, second], [first, first], 'what is left out on purpose counts as written')
    const servers = await world.context.db.selectFrom('servers').select(['id', 'hostname']).execute()
    assert.deepEqual({ ...servers[0] }, { id: 'nas', hostname: 'nas.example.net' })
    const [sender] = await listSenders(world.context.db, { after: undefined, limit: 10 })
    assert.equal(sender?.sender, 'token:operator')
    assert.equal(sender.messages, 1, 'counts are written now and then only')
    assert.equal(sender.refused, 0)
    assert.equal(sender.samples, sender.mapped + sender.kept + sender.left_out)
  })
})

onSqlite('what other agents send', (fresh) => {
  test('a round that comes in many messages, in any order, is worked out all the same', async () => {
    const world = worldOver(await fresh())
    const sendApart = async (series: WrittenSeries[]) => {
      for (let place = 0; place < series.length; place += 5) await world.send(series.slice(place, place + 5))
    }

    await sendApart(page(start, 'nas:9100', { idle: 100, busy: 10 }))
    await sendApart(page(start + 15_000, 'nas:9100', { idle: 104, busy: 14 }).toReversed())

    assert.deepEqual([...new Set(world.entries.map(({ at }) => at))], [start, start + 15_000])
    const second = world.entries.filter(({ at }) => at > start)
    // What is told first stays, so nothing may be told before it is known whole.
    for (const metric of coreMetrics.keys())
      assert.ok(new Set(second.flatMap(({ core }) => core[metric] ?? [])).size <= 1, coreMetrics[metric]!)
    assert.deepEqual(world.told('nas'), expected)
  })

  test('version 2 means the same, and a message that is sent again has the same times', async () => {
    const world = worldOver(await fresh())
    const series = page(start, 'nas:9100', { idle: 100, busy: 10 })
    const contentType = 'application/x-protobuf;proto=io.prometheus.write.v2.Request'
    const again = () =>
      world.remoteWrite(operator, { body: bodyV2(series), contentType, contentEncoding: 'snappy' })

    const written = await again()
    await again()

    assert.deepEqual(written, { samples: series.length, histograms: 0, exemplars: 0 })
    assert.deepEqual(world.entries[0]!.at, world.entries[1]!.at)
    assert.deepEqual(world.entries[0]!.core, world.entries[1]!.core)
  })

  test('a start of the machine resets its counters, and makes no processor busy', async () => {
    const world = worldOver(await fresh())

    await world.send(page(start, 'nas:9100', { idle: 10_000, busy: 10_000 }))
    await world.send(page(start + 15_000, 'nas:9100', { idle: 4, busy: 4 }))
    assert.equal(world.told('nas')['cpu_percent'], undefined)

    await world.send(page(start + 30_000, 'nas:9100', { idle: 8, busy: 4 }))
    assert.equal(world.told('nas')['cpu_percent'], 0)
  })

  test('a target that does not answer is not taken for a living machine', async () => {
    const world = worldOver(await fresh())

    const written = await world.send([
      { labels: { __name__: 'up', instance: 'nas:9100', job: 'node' }, samples: [[start, 0]] },
      { labels: { __name__: 'scrape_duration_seconds', instance: 'nas:9100' }, samples: [[start, 0]] },
      { labels: { __name__: 'node_load1', instance: 'nas:9100' }, samples: [[start, Number.NaN]] },
    ])

    assert.equal(written, 3)
    assert.deepEqual(world.entries, [])
  })

  test('Telegraf’s lines become the same metrics', async () => {
    const world = worldOver(await fresh())

    const errors = await world.write(
      [
        'cpu,cpu=cpu-total,host=nas usage_idle=80,usage_iowait=5,usage_user=15',
        'cpu,cpu=cpu0,host=nas usage_idle=1',
        `mem,host=nas total=${8 * GiB}i,available=${6 * GiB}i,used=1i,used_percent=1`,
        `disk,path=/,fstype=ext4,host=nas total=${100 * GiB}i,used=${40 * GiB}i,free=${40 * GiB}i,used_percent=1`,
        'disk,path=/dev/shm,fstype=tmpfs,host=nas total=1i,used=1i,free=1i',
        'net,interface=eth0,host=nas bytes_recv=1000i,bytes_sent=2000i,drop_in=0i',
        'system,host=nas load1=0.5,load5=0.4,load15=0.3,n_cpus=2i,uptime=3600i,uptime_format="1:00"',
        'temp,sensor=coretemp,host=nas temp=41.5',
        'nginx,port=80,host=nas active=3i',
      ]
        .map((line) => `${line} ${start}`)
        .join('\n'),
    )
    await world.write(`net,interface=eth0,host=nas bytes_recv=1000i,bytes_sent=2000i ${start + 10_000}`)

    assert.deepEqual(errors, [])
    const told = world.told('nas')
    for (const metric of coreMetrics)
      if (metric !== 'cpu_percent') assert.equal(told[metric], expected[metric], metric)
    assert.equal(told['cpu_percent'], 15)
    assert.equal(told['temperature_celsius{sensor="coretemp"}'], 41.5)
    assert.equal(told['nginx_active{port="80"}'], 3)
    assert.equal(told['filesystem_used_percent{mount="/"}'], 50)
  })

  test('hostmetrics of OpenTelemetry become the same metrics', async () => {
    const world = worldOver(await fresh())
    const at = (time: number, user: number): WrittenSeries[] => {
      const one = (name: string, value: number, labels: Record<string, string> = {}): WrittenSeries => ({
        labels: { __name__: name, job: 'otel', instance: 'abc', host_name: 'nas', ...labels },
        samples: [[time, value]],
      })
      return [
        one('system_cpu_time_seconds_total', 100, { cpu: 'cpu0', state: 'idle' }),
        one('system_cpu_time_seconds_total', user, { cpu: 'cpu0', state: 'user' }),
        one('system_memory_usage_bytes', 2 * GiB, { state: 'used' }),
        one('system_memory_usage_bytes', 4 * GiB, { state: 'free' }),
        one('system_memory_usage_bytes', 2 * GiB, { state: 'cached' }),
        one('system_filesystem_usage_bytes', 40 * GiB, { mountpoint: '/', type: 'ext4', state: 'used' }),
        one('system_filesystem_usage_bytes', 40 * GiB, { mountpoint: '/', type: 'ext4', state: 'free' }),
        one('system_filesystem_usage_bytes', 20 * GiB, { mountpoint: '/', type: 'ext4', state: 'reserved' }),
        one('system_network_io_bytes_total', 1_000, { device: 'eth0', direction: 'receive' }),
        one('system_network_io_bytes_total', 2_000, { device: 'eth0', direction: 'transmit' }),
        one('system_cpu_load_average_1m', 0.5),
        one('system_cpu_load_average_5m', 0.4),
        one('system_cpu_load_average_15m', 0.3),
        one('system_uptime_seconds', 3_600),
      ]
    }

    await world.send(at(start, 10))
    await world.send(at(start + 15_000, 10))

    const told = world.told('nas')
    const idle = { ...expected, cpu_percent: undefined }
    for (const metric of coreMetrics) assert.equal(told[metric], idle[metric], metric)
  })

  test('localhost is nobody, until the machine tells its own name', async () => {
    const world = worldOver(await fresh())
    const series = page(start, 'localhost:9100', { idle: 1, busy: 1 })

    await world.send(series.filter(({ labels }) => labels['__name__'] !== 'node_uname_info'))
    assert.deepEqual(world.entries, [])

    await world.send(page(start + 15_000, 'localhost:9100', { idle: 2, busy: 1 }))
    assert.equal(world.told('nas')['load_1m'], 0.5)
  })

  test('a server is found by its id, hostname, or the address of its device; others of that name are none', async () => {
    const world = worldOver(await fresh())
    const { db, clock } = world.context
    const base = { status: 'unknown', created_at: clock.now(), updated_at: clock.now() }
    const known = {
      ...base,
      machine_type: 'server',
      status_since: clock.now(),
      version: 1,
      name_sort: '',
      search_text: '',
    }
    await db
      .insertInto('servers')
      .values([
        { ...known, id: 'box-7', hostname: 'web-01.example.net' },
        { ...known, id: 'nas', hostname: 'nas.other.example' },
        { ...known, id: 'by-address', hostname: 'x', ip_address: '192.0.2.9' },
      ])
      .execute()
    const load = (instance: string): WrittenSeries => ({
      labels: { __name__: 'node_load1', instance },
      samples: [[start, 1]],
    })

    await world.send([
      load('WEB-01.example.net:9100'),
      load('nas.example.net:9100'),
      load('192.0.2.9:9100'),
      load('[2001:db8::1]:9100'),
    ])

    assert.deepEqual(
      world.entries.map(({ subject }) => subject),
      ['box-7', 'nas-example-net', 'by-address', '2001-db8-1'],
    )
  })

  test('what an application tells makes no server, and says what to do', async () => {
    const world = worldOver(await fresh())
    const series: WrittenSeries[] = [
      {
        labels: { __name__: 'http_requests_total', instance: 'app:8080', job: 'app' },
        samples: [[start, 1]],
      },
    ]

    assert.equal(await world.send(series), 0)
    const [sender] = await listSenders(world.context.db, { after: undefined, limit: 10 })
    assert.deepEqual(Object.keys(sender!.reasons.refused), ['no such server'])
    assert.equal(sender!.reasons.refused['no such server']!.example, 'app: http_requests_total{job="app"}')
  })

  test('series without an end are refused at a limit, by name, and the known ones go on', async () => {
    const world = worldOver(await fresh())
    const own = (index: number): WrittenSeries => ({
      labels: { __name__: 'orders_total', instance: 'nas', user: String(index) },
      samples: [[start, index]],
    })
    await world.send(page(start, 'nas', { idle: 1, busy: 1 }))

    const written = await world.send(Array.from({ length: 600 }, (_, index) => own(index)))
    const more = await world.send([own(0), ...page(start + 15_000, 'nas', { idle: 2, busy: 1 })])

    assert.equal(written, 400 - 8, 'eight are of the disks, interfaces and sensors')
    assert.ok(more > 20)
    assert.equal(world.told('nas')['orders_total{user="0"}'], 0)

    world.context.clock.advance(3_700_000)
    const later = start + 3_700_000
    await world.send(page(later, 'nas', { idle: 3, busy: 1 }))
    const others = await world.send([{ ...own(700), samples: [[later, 1]] }])
    assert.equal(others, 1, 'what ended an hour ago leaves its place')
  })

  test('of more file systems than are kept those that fit are, and the rest is told of', async () => {
    const world = worldOver(await fresh())
    const mounts = Array.from({ length: 300 }, (_, index) => `/data/${index}`)

    await world.write(
      [`system,host=nas load1=1 ${start}`]
        .concat(mounts.map((mount) => `disk,path=${mount},host=nas total=9i,used=3i,free=6i ${start}`))
        .join('\n'),
    )

    const told = world.told('nas')
    assert.equal(told['load_1m'], 1)
    assert.equal(Object.keys(told).length, 1 + 500)
    const [sender] = await listSenders(world.context.db, { after: undefined, limit: 10 })
    assert.equal(sender!.reasons.refused['too many series']!.count, 700)
    assert.equal(sender!.samples, sender!.mapped + sender!.kept + sender!.left_out + sender!.refused)
  })

  test('services are told when all of them are known, under the names that our agent has', async () => {
    const world = worldOver(await fresh())
    const unit = (at: number, name: string, states: Record<string, number>): WrittenSeries[] =>
      Object.entries(states).map(([state, value]) => ({
        labels: { __name__: 'node_systemd_unit_state', instance: 'nas', name, state },
        samples: [[at, value]],
      }))
    const round = (at: number, nginx: string) => [
      ...unit(at, 'nginx.service', { active: 0, failed: 0, [nginx]: 1 }),
      ...unit(at, 'ssh.service', { active: 1, failed: 0 }),
      ...unit(at, 'fstrim.service', { active: 0, inactive: 1 }),
      ...unit(at, 'dev-sda.device', { active: 1 }),
    ]

    await world.send(round(start, 'active').slice(0, 4))
    await world.send([...page(start, 'nas', { idle: 1, busy: 1 }), ...round(start, 'active').slice(4)])
    await world.send([
      ...page(start + 15_000, 'nas', { idle: 2, busy: 1 }),
      ...round(start + 15_000, 'failed'),
    ])

    const told = world.entries.flatMap((entry) => entry.told?.services ?? [])
    assert.deepEqual(told, [
      { name: 'nginx', status: 'failed' },
      { name: 'ssh', status: 'running' },
    ])
  })

  test('units that Telegraf tells of become services too', async () => {
    const world = worldOver(await fresh())
    const units = [
      'name=nginx.service,load=loaded,active=failed,sub=failed',
      'name=ssh.service,active=active,sub=running',
    ]
    const at = (time: number) =>
      units
        .map((tags) => `systemd_units,host=nas,${tags} load_code=0i,active_code=3i,sub_code=12i ${time}`)
        .join('\n')

    await world.write(at(start))
    await world.write(at(start + 10_000))

    assert.deepEqual(world.entries.findLast(({ told }) => told?.services)?.told?.services, [
      { name: 'nginx', status: 'failed' },
      { name: 'ssh', status: 'running' },
    ])
  })

  test('memory that ZFS gives back counts as free, also when it is told apart', async () => {
    const world = worldOver(await fresh())
    const zfs = (at: number): WrittenSeries[] =>
      [
        ['node_zfs_arc_size', 1.5 * GiB],
        ['node_zfs_arc_c_min', 0.5 * GiB],
      ].map(([name, value]) => ({
        labels: { __name__: name as string, instance: 'nas' },
        samples: [[at, value as number]],
      }))
    await world.send([...page(start, 'nas', { idle: 1, busy: 1 }), ...zfs(start)])
    assert.equal(world.told('nas')['memory_used_mb'], 1_024)

    await world.send(page(start + 15_000, 'nas', { idle: 2, busy: 1 }))
    assert.equal(world.told('nas')['memory_used_mb'], undefined)
    await world.send(zfs(start + 15_000))
    assert.equal(world.told('nas')['memory_used_mb'], 1_024)
  })

  test('what is measured at several times of a round is worked out, and an outage does not change the pace', async () => {
    const world = worldOver(await fresh())
    const round = (time: number) =>
      [
        `net,interface=eth0,host=nas bytes_recv=1000i,bytes_sent=2000i ${time}`,
        `disk,path=/,fstype=ext4,host=nas total=9i,used=3i,free=6i ${time + 1_000}`,
        `mem,host=nas total=${8 * GiB}i,available=${6 * GiB}i ${time + 2_000}`,
      ].join('\n')

    for (const minutes of [0, 1, 2, 3, 70, 71]) {
      world.context.clock.advance(minutes === 0 ? 0 : 60_000)
      await world.write(round(start + minutes * 60_000 - 3_600_000))
    }

    const rx = coreMetrics.indexOf('network_rx_bytes')
    assert.equal(world.entries.filter(({ core }) => core[rx] === 1_000).length, 5)
    assert.deepEqual([...new Set(world.entries.flatMap(({ told }) => told?.interval ?? []))], [60])
  })

  test('cards are told as identity knows them', async () => {
    const world = worldOver(await fresh())
    const labels = {
      __name__: 'node_network_info',
      instance: 'nas',
      device: 'eth0',
      address: '02:00:5e:00:53:01',
    }
    await world.send([...page(start, 'nas', { idle: 1, busy: 1 }), { labels, samples: [[start, 1]] }])

    const record = agentRecord({ id: 'nas', machineType: 'server', facts: world.entries[0]!.told!.facts! })
    assert.deepEqual(record.interfaces, [{ name: 'eth0', mac: '02:00:5e:00:53:01' }])
  })

  test('wrong values and times are refused one by one, and do not harm those that follow', async () => {
    const world = worldOver(await fresh())
    const of = (name: string, at: number, value: number): WrittenSeries => ({
      labels: { __name__: name, instance: 'nas' },
      samples: [[at, value]],
    })

    const written = await world.send([
      of('node_load1', start + 86_400_000, 1),
      of('node_load1', 1, 1),
      of('node_load5', start, Number.POSITIVE_INFINITY),
      of('node_load15', start, -1),
      of('node_load1', start, 2),
    ])

    assert.equal(written, 1)
    assert.equal(world.told('nas')['load_1m'], 2)
  })

  test('patterns of the configuration keep and drop, also when they are set anew', async () => {
    const ingest = { keep: ['node_netstat_Icmp_*'], drop: ['node_load*'] }
    const world = worldOver(await fresh(), { monitoring: { ...testConfig().monitoring, ingest } })

    await world.send(page(start, 'nas', { idle: 1, busy: 1 }))
    const before = world.told('nas')
    world.context.config = testConfig()
    await world.send(page(start + 15_000, 'nas', { idle: 2, busy: 1 }))
    const after = world.told('nas')

    assert.deepEqual([before['node_netstat_Icmp_InErrors'], before['load_1m']], [10, undefined])
    assert.deepEqual([after['node_netstat_Icmp_InErrors'], after['load_1m']], [undefined, 0.5])
  })

  test('who may see a part of the devices only makes no servers', async () => {
    const world = worldOver(await fresh())

    assert.equal(
      (await world.send(page(start, 'nas', { idle: 1, busy: 1 }), { ...operator, tags: ['web'] })) < 10,
      true,
    )
    assert.deepEqual(world.entries, [])
  })
})
