import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listSenders } from '#features/ingest/sender-queries.ts'
import { coreMetrics } from '#model/sample.ts'
import { emptiedBetween, onEachDatabase, onSqlite } from '#test/each-database.ts'
import { bodyV2, type WrittenSeries } from '#test/remote-write-body.ts'
import { GiB, operator, page, start, worldOver } from '#test/samples-world.ts'

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
})
