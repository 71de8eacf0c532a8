import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, beforeEach, test } from 'node:test'
import { systemClock, type Clock } from '#kernel/clock.ts'
import { silentLog } from '#kernel/log.ts'
import type { ReportedDevice } from '#model/record.ts'
import { netboxDevice, netboxInterface } from '#sources/netbox/answers.ts'
import { toInterface } from '#sources/netbox/interfaces.ts'
import { noPorts, toDevice } from '#sources/netbox/mapping.ts'
import { netboxSource } from '#sources/netbox/netbox.ts'
import { sampleNetbox, startFakeNetbox, type FakeNetbox } from '#test/fakes/netbox.ts'
import { fuzzSource } from '#test/fuzz-source.ts'
import { failing, never } from '#test/http-lab.ts'
import { readAll, testSourceContract, type Reading } from '#test/source-contract.ts'

const clock: Clock = { ...systemClock, sleep: async () => {} }
const openAt = (settings: Record<string, unknown>) =>
  netboxSource.open(netboxSource.settings.parse(settings), { clock, log: silentLog, name: 'plan' })

let fake: FakeNetbox
before(async () => void (fake = await startFakeNetbox(sampleNetbox())))
beforeEach(() =>
  Object.assign(fake, {
    lists: sampleNetbox(),
    requests: [],
    closed: new Set(),
    maxPageSize: 1000,
    meanwhile: () => {},
    ignoresFilters: false,
    release: '4.6.8',
  }),
)
after(() => fake.close())

const open = (settings: Record<string, unknown> = {}) =>
  openAt({ url: fake.url, token: fake.token, ...settings })
const device = ({ records }: Reading, id: string): ReportedDevice =>
  records.find((record) => record.sourceId === id) as ReportedDevice

testSourceContract('netbox', () => open())

fuzzSource(
  'netbox',
  () =>
    Promise.resolve({
      url: fake.url,
      open: (url) => openAt({ url, token: fake.token }),
      secrets: [fake.token, fake.token.split('.')[1]!],
    }),
  { counts: true },
)

test('a device comes with its interfaces, cables and place', async () => {
  const switchOne = device(await readAll(open()), 'device/1')
  assert.deepEqual(switchOne, {
    kind: 'device',
    sourceId: 'device/1',
    name: 'core-1',
    deviceType: 'network_device',
    status: 'active',
    address: '192.0.2.1',
    serial: 'PE3710123',
    vendor: 'Juniper',
    model: 'EX4300-48T',
    os: 'Junos 22.4',
    interfaces: [
      { name: 'ge-0/0/0', mac: '00:1b:21:00:00:0b', addresses: [], type: 'physical', speedMbps: 1000, metadata: { kind: '1000base-t' } },
      { name: 'ge-0/0/1', mac: '00:1b:21:00:00:0c', addresses: [], type: 'physical', speedMbps: 1000, metadata: { kind: '1000base-t' } },
      { name: 'irb.10', addresses: ['192.0.2.1/24'], type: 'virtual', metadata: { kind: 'virtual', sharedAddresses: ['192.0.2.254/24'] } },
    ],
    relationships: [
      { type: 'connects_to', other: 'child', sourceId: 'device/2', metadata: { localPort: 'ge-0/0/1', remotePort: 'ge-0/0/1', protocol: 'cable' } },
      { type: 'connects_to', other: 'child', sourceId: 'device/3', metadata: { localPort: 'ge-0/0/0', remotePort: 'eno1', protocol: 'cable' } },
    ],
    facts: {
      site: 'Main street',
      role: 'Core switch',
      netboxStatus: 'active',
      tags: ['core'],
      custom: { owner_team: 'network', tier: 'gold' },
      rack: 'A1',
      position: 41,
    },
  }) // prettier-ignore
})

test('a device without a name is called after its type, and an offline one is inactive', async () => {
  const reading = await readAll(open())
  assert.equal(device(reading, 'device/2').name, 'EX4300-48T 2')
  const host = device(reading, 'device/3')
  assert.deepEqual([host.deviceType, host.status, host.vendor], ['server', 'inactive', 'Dell'])
  assert.deepEqual(host.interfaces![0]!.metadata?.['furtherMacs'], ['00:1b:21:00:00:aa'])
})

test('a virtual machine hangs on its host, and a host on its cluster', async () => {
  const reading = await readAll(open())
  const machine = device(reading, 'vm/1')
  assert.deepEqual(machine.relationships, [{ type: 'hosts', other: 'parent', sourceId: 'device/3' }])
  assert.deepEqual(machine.vm, {
    cpuCount: 3,
    memoryMb: 4096,
    powerState: 'POWERED_ON',
    ipAddresses: ['192.0.2.50'],
  })
  assert.equal(machine.interfaces![0]!.mac, 'bc:24:11:00:00:01')
  assert.deepEqual(device(reading, 'device/3').relationships![0], {
    type: 'manages',
    other: 'parent',
    sourceId: 'cluster/7',
  })
  assert.equal(device(reading, 'cluster/7').deviceType, 'cluster')
  assert.ok(!fake.requests.some((request) => request.includes('/virtualization/clusters/')))
})

test('prefixes are told with their place', async () => {
  const pages = []
  for await (const page of open().read(never)) pages.push(page)
  assert.deepEqual(
    pages.flatMap((page) => page.prefixes ?? []),
    [{ sourceId: 'prefix/1', prefix: '192.0.2.0/24', name: 'Servers', site: 'Main street', vlan: 10, status: 'active' }],
  ) // prettier-ignore
})

test('many devices are read in pages, with few requests, whatever NetBox lets a page hold', async () => {
  const [model] = fake.lists['/dcim/devices/']!
  fake.lists['/dcim/devices/'] = Array.from({ length: 450 }, (_, index) => ({
    ...model!,
    id: index + 1,
    name: `switch-${index + 1}`,
  }))
  fake.maxPageSize = 70
  const reading = await readAll(open({ pageSize: 200 }))
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(reading.records.filter((record) => record.sourceId.startsWith('device/')).length, 450)
  assert.ok(fake.requests.length < 40, String(fake.requests.length))
  assert.ok(fake.requests.every((request) => request.length < 4000))
})

test('a list that changes while it is read is partial', async () => {
  const [model] = fake.lists['/dcim/devices/']!
  fake.lists['/dcim/devices/'] = Array.from({ length: 30 }, (_, index) => ({ ...model!, id: index + 1 }))
  fake.meanwhile = (path, offset) => {
    if (path === '/dcim/devices/' && offset === 10) fake.lists[path] = fake.lists[path]!.slice(5)
  }
  const { verdict } = await readAll(open({ pageSize: 10 }))
  assert.match(
    verdict.complete ? '' : verdict.reason,
    /dcim\/devices changed while it was read \(25 of 25 came\)/,
  )
})

test('a filter that got lost gives nothing to the wrong machine', async () => {
  fake.ignoresFilters = true
  fake.lists['/dcim/devices/'] = fake.lists['/dcim/devices/']!.slice(0, 1)
  await assert.rejects(readAll(open()), failing('SOURCE_ANSWER_INVALID', /not asked for/))
})

test('what the token may not see makes the reading partial, and the test says what it hides', async () => {
  fake.closed = new Set(['/ipam/ip-addresses/', '/virtualization/virtual-machines/'])
  const { records, verdict } = await readAll(open())
  assert.equal(records.filter((record) => record.kind === 'device').length, 4)
  assert.deepEqual(verdict, {
    complete: false,
    reason:
      'the token may not read ipam/ip-addresses; the token may not read virtualization/virtual-machines',
  })
  const { checks } = await open().test(never)
  assert.deepEqual(
    checks!.filter(({ result }) => result === 'limited').map(({ name, fix }) => [name, fix]),
    [
      ['Read virtual machines', 'Give its user the permission to view virtualization/virtual-machines.'],
      ['Read addresses', 'Give its user the permission to view ipam/ip-addresses.'],
    ],
  )
})

test('a token that NetBox does not know is a rejected login, although it answers 403', async () => {
  await assert.rejects(
    readAll(openAt({ url: fake.url, token: 'nbt_other.wrong-token-of-somebody' })),
    (error: Error) => failing('SOURCE_REJECTED_LOGIN')(error) && !error.message.includes('wrong-token'),
  )
})

test('an older token is sent in its own way', async () => {
  fake.token = '0123456789abcdef0123456789abcdef01234567'
  const { verdict } = await readAll(openAt({ url: `${fake.url}/api/`, token: fake.token }))
  assert.deepEqual(verdict, { complete: true })
  fake.token = 'nbt_Qk3fZ8pWmR1t.J7xVbN2cYhL5sKd9TgEa0uPq4wXoMiRz6FvBnC8Q'
})

test('the kind of a device is that of its role, as configured where that is said', async () => {
  const roles = { 'core-switch': 'storage' }
  const reading = await readAll(open({ roles }))
  assert.equal(device(reading, 'device/1').deviceType, 'storage')
})

const folder = new URL('../../../../shared/fixtures/netbox/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded answers are not here' }
const recorded = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))

test('devices of releases 2 and 3 read too, whose role had another name', recordings, () => {
  const row = recorded('pynetbox_dcim_device.json') as Record<string, unknown>
  const mapped = toDevice(netboxDevice.parse(row), noPorts, {})
  assert.deepEqual(
    [mapped.name, mapped.vendor, mapped.model, mapped.serial, mapped.os, mapped.deviceType, mapped.address],
    ['test1-edge1', 'Juniper', 'MX960', '5555555555', 'Juniper Junos', 'network_device', '10.0.255.1'],
  )
  assert.deepEqual([mapped.facts?.['site'], mapped.facts?.['rack']], ['TEST1', 'A1R1'])
})

test('the recorded lists of interfaces read', recordings, () => {
  for (const file of ['pynetbox_dcim_interfaces_1.json', 'pynetbox_dcim_interfaces_2.json']) {
    const { results } = recorded(file) as { results: unknown[] }
    const ports = results.map((row) => toInterface(netboxInterface.parse(row), [], false))
    assert.ok(ports.length > 0)
    assert.ok(ports.every(({ name }) => name !== ''))
  }
})

const real = process.env['ROLLCALL_TEST_NETBOX_URL']
if (real === undefined) {
  test('a real NetBox', { skip: 'ROLLCALL_TEST_NETBOX_URL is not set' }, () => {})
} else {
  const token = process.env['ROLLCALL_TEST_NETBOX_TOKEN']
  testSourceContract('a real NetBox', () => openAt({ url: real, token }))
}
