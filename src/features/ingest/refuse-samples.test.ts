import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listSenders } from '#features/ingest/sender-queries.ts'
import { agentRecord } from '#features/servers/agent-record.ts'
import { coreMetrics } from '#model/sample.ts'
import { onSqlite } from '#test/each-database.ts'
import type { WrittenSeries } from '#test/remote-write-body.ts'
import { GiB, operator, page, start, worldOver } from '#test/samples-world.ts'
import { testConfig } from '#test/test-config.ts'

onSqlite('what other agents send too much, or wrong', (fresh) => {
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
