import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenDatabase } from '#database/open.ts'
import { editHost } from '#features/hosts/review-hosts.ts'
import { findHost, listHosts } from '#features/hosts/host-queries.ts'
import type { Host } from '#features/hosts/host-shapes.ts'
import { runSource } from '#features/sync/run-source.ts'
import type { ReportedDevice, ReportedRecord } from '#model/record.ts'
import { onEachDatabase } from '#test/each-database.ts'
import type { FreshDatabase } from '#test/each-database.ts'
import { listSource, sighting } from '#test/list-source.ts'
import { callBy, testContext } from '#test/test-context.ts'

const web = '00:1b:21:00:00:01'
const webBackup = '00:1b:21:00:00:02'
const printer = '00:1b:21:00:00:03'
const phone = 'da:a1:19:00:00:04'

const vm: ReportedDevice = {
  kind: 'device',
  sourceId: 'qemu/100',
  name: 'web-01',
  deviceType: 'vm',
  status: 'active',
  interfaces: [
    { name: 'net0', mac: web, addresses: ['192.0.2.10/24', '2001:db8::10/64'] },
    { name: 'net1', mac: webBackup, addresses: ['10.0.0.10/8'] },
  ],
}

function world(database: OpenDatabase) {
  const context = testContext(database)
  const call = callBy(context)
  const read = async (system: string, name: string, records: readonly ReportedRecord[]) => {
    const request = { startedBy: 'cli:root', jobId: null }
    const run = await runSource(
      context,
      listSource(system, name, records),
      request,
      AbortSignal.timeout(60_000),
    )
    assert.equal(run.status, 'complete', run.reason ?? '')
    return run
  }
  const hosts = async (): Promise<Host[]> => {
    const page = { order: 'mac', descending: false, limit: 1_000 } as const
    return (await listHosts(call, {}, page)).map(({ host }) => host)
  }
  return { context, call, read, hosts, host: (mac: string) => findHost(call, mac) }
}

onEachDatabase('discovery', (fresh: FreshDatabase) => {
  test('what leases, a scan and a hypervisor tell of one MAC becomes one host', async () => {
    const { read, hosts } = world(await fresh())

    await read('scan', 'lan', [sighting(web, ['192.0.2.10'], { hostname: 'pc-10', vendor: 'Intel' })])
    await read('dhcp', 'leases', [sighting(web, ['192.0.2.10'], { hostname: 'web' })])
    await read('proxmox', 'cluster', [{ ...vm, interfaces: vm.interfaces!.slice(0, 1) }])

    const [host, ...others] = await hosts()
    assert.deepEqual(others, [])
    assert.equal(host!.mac, web)
    assert.equal(host!.hostname, 'web')
    assert.deepEqual(host!.addresses, ['192.0.2.10', '2001:db8::10'])
    assert.deepEqual(host!.sources, ['leases', 'cluster', 'lan'])
    assert.equal(host!.vendor, 'Intel')
    assert.equal(host!.hostType, 'server')
    assert.equal(host!.status, 'pending')
    assert.equal(host!.device?.name, 'web-01')
  })

  test('two MACs of one machine are two hosts of one device', async () => {
    const { read, hosts } = world(await fresh())

    await read('scan', 'lan', [sighting(web, ['192.0.2.10']), sighting(webBackup, ['10.0.0.10'])])
    const [before] = await hosts()
    await read('proxmox', 'cluster', [vm])

    const found = await hosts()
    assert.deepEqual(
      found.map((host) => host.mac),
      [web, webBackup],
    )
    assert.equal(found[0]!.device?.name, 'web-01')
    assert.deepEqual(found[1]!.device, found[0]!.device)
    assert.equal(found[0]!.id, before!.id)
  })

  test('a random MAC is a host without a device', async () => {
    const { context, read, host } = world(await fresh())

    await read('dhcp', 'leases', [sighting(phone, ['192.0.2.77'], { hostname: 'Lea-phone' })])

    const found = await host(phone)
    assert.equal(found.randomMac, true)
    assert.equal(found.device, null)
    assert.deepEqual(await context.db.selectFrom('devices').select('id').execute(), [])
  })

  test('the MAC of a virtual router is a host of no device', async () => {
    const { read, host } = world(await fresh())

    await read('scan', 'lan', [sighting('00:00:5e:00:01:0a', ['192.0.2.1'])])

    const found = await host('00:00:5e:00:01:0a')
    assert.equal(found.sharedMac, true)
    assert.equal(found.device, null)
  })

  test('a host with nothing but IPv6 is found like any other', async () => {
    const { read, hosts, host } = world(await fresh())

    await read('scan', 'lan', [sighting(printer, ['fe80::1', '2001:db8::2'])])

    assert.equal((await hosts()).length, 1)
    assert.deepEqual((await host(printer)).addresses, ['2001:db8::2', 'fe80::1'])
  })

  test('a machine that a list names takes over the hosts that a scan saw', async () => {
    const { read, host } = world(await fresh())
    await read('scan', 'lan', [sighting(printer, ['192.0.2.30'])])
    const before = await host(printer)

    await read('csv', 'assets', [
      {
        kind: 'device',
        sourceId: '7',
        name: 'printer-7',
        deviceType: 'iot',
        interfaces: [{ name: 'eth0', mac: printer }],
      },
    ])

    const after = await host(printer)
    assert.equal(after.device?.name, 'printer-7')
    assert.equal(after.hostType, 'iot')
    assert.deepEqual(after.sources, ['lan'])
    assert.equal(after.id, before.id)
  })

  test('hosts follow the type of their device, whoever tells it', async () => {
    const { call, read, host } = world(await fresh())
    const known = { ...vm, nativeIds: ['uuid:1'] }
    await read('proxmox', 'cluster', [known])
    await editHost(call, webBackup, { hostType: 'iot' }, undefined)
    assert.equal((await host(web)).hostType, 'server')

    await read('local', 'itself', [{ ...known, deviceType: 'workstation', interfaces: [] }])

    assert.equal((await host(web)).hostType, 'workstation')
    assert.equal((await host(webBackup)).hostType, 'iot')
  })

  test('a list alone makes no host', async () => {
    const { read, hosts } = world(await fresh())

    await read('csv', 'assets', [vm])

    assert.deepEqual(await hosts(), [])
  })

  test('a host that moved is where it is now; an old lease does not hold it back', async () => {
    const { read, host } = world(await fresh())
    await read('dhcp', 'leases', [sighting(printer, ['192.0.2.50'], { hostname: 'printer' })])
    await read('scan', 'lan', [sighting(printer, ['192.0.2.50'])])

    await read('dhcp', 'leases', [sighting(phone, ['192.0.2.50'])])
    await read('scan', 'lan', [sighting(printer, ['192.0.2.60'])])

    assert.deepEqual((await host(printer)).addresses, ['192.0.2.60'])
    assert.equal((await host(printer)).hostname, 'printer')
  })

  test('what a person decided stays through later runs', async () => {
    const { call, read, host } = world(await fresh())
    await read('scan', 'lan', [sighting(web, ['192.0.2.10']), sighting(printer, ['192.0.2.30'])])
    await editHost(call, web, { status: 'rejected', hostType: 'workstation', notes: 'Mine' }, undefined)
    await editHost(call, printer, { status: 'approved' }, undefined)

    await read('scan', 'lan', [sighting(web, ['192.0.2.11']), sighting(printer, ['192.0.2.31'])])
    await read('proxmox', 'cluster', [vm])

    const kept = await host(web)
    assert.equal(kept.status, 'rejected')
    assert.equal(kept.hostType, 'workstation')
    assert.equal(kept.notes, 'Mine')
    assert.deepEqual(kept.addresses, ['192.0.2.10', '192.0.2.11', '2001:db8::10'])
    assert.equal((await host(printer)).status, 'approved')
  })

  test('a second run with the same answers changes no host', async () => {
    const { context, read, hosts } = world(await fresh())
    const records = [sighting(web, ['192.0.2.10']), sighting(phone, ['192.0.2.77'])]
    await read('scan', 'lan', records)
    await read('proxmox', 'cluster', [vm])
    const before = await hosts()
    context.happenings.length = 0

    await read('scan', 'lan', records)
    await read('proxmox', 'cluster', [vm])

    assert.deepEqual(await hosts(), before)
    assert.deepEqual(
      context.happenings.filter(({ topic }) => topic === 'host.changed'),
      [],
    )
  })

  test('a lease that is older than the reading does not make a host look older', async () => {
    const { context, read, host } = world(await fresh())
    const now = context.clock.now()
    await read('scan', 'lan', [sighting(printer, ['192.0.2.30'])])
    await read('dhcp', 'leases', [
      sighting(printer, ['192.0.2.30'], { seenAt: '2025-12-01T00:00:00.000Z' }),
      sighting(phone, ['192.0.2.77'], { seenAt: '2025-12-01T00:00:00.000Z' }),
    ])

    assert.equal((await host(printer)).lastSeen, now)
    assert.equal((await host(phone)).lastSeen, '2025-12-01T00:00:00.000Z')
  })

  test('the order in which sources are read makes no difference to the hosts', async () => {
    const sources: [string, string, ReportedRecord[]][] = [
      ['scan', 'lan', [sighting(web, ['192.0.2.10', '192.0.2.12']), sighting(printer, ['192.0.2.30'])]],
      ['dhcp', 'leases', [sighting(webBackup, ['10.0.0.10'], { hostname: 'web-b' }), sighting(phone, [])]],
      ['dhcp', 'kea', [sighting(webBackup, ['10.0.0.11'], { hostname: 'other' })]],
      ['proxmox', 'cluster', [vm]],
      [
        'csv',
        'assets',
        [{ ...vm, sourceId: '1', deviceType: 'network_device', interfaces: [{ name: 'a', mac: printer }] }],
      ],
    ]
    const outcomes: unknown[] = []
    for (const order of ['01234', '43210', '31420', '24013']) {
      const { read, hosts } = world(await fresh())
      for (const index of order) await read(...sources[Number(index)]!)
      const found = await hosts()
      outcomes.push(
        found.map(({ id: _, version: __, discoveryRunId: ___, device, ...rest }) => ({
          ...rest,
          device: device?.name,
        })),
      )
    }

    assert.equal((outcomes[0] as unknown[]).length, 4)
    for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0])
  })
})
