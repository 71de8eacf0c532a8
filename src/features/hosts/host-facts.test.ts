import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostFacts } from '#features/hosts/host-facts.ts'
import type { Sight } from '#features/hosts/host-facts.ts'
import type { ReportedDevice, ReportedSighting } from '#model/record.ts'

const mac = '00:1b:21:3c:4d:5e'

const sight = (system: string, rest: Partial<Sight> & Pick<Sight, 'record'>): Sight => ({
  mac,
  system,
  source: system,
  sourceId: rest.record.sourceId,
  device: null,
  deviceType: null,
  state: 'current',
  ...rest,
})

const seen = (rest: Partial<ReportedSighting> = {}): ReportedSighting => ({
  kind: 'sighting',
  sourceId: mac,
  mac,
  addresses: [],
  ...rest,
})

const machine = (rest: Partial<ReportedDevice> = {}): ReportedDevice => ({
  kind: 'device',
  sourceId: 'qemu/1',
  name: 'web-01',
  deviceType: 'vm',
  interfaces: [{ name: 'net0', mac, addresses: ['192.0.2.7/24'] }],
  ...rest,
})

const addresses = (sights: readonly Sight[]) => JSON.parse(hostFacts(mac, sights)!.ip_addresses) as string[]

test('a lease names a host before the hypervisor does, and the hypervisor before a scan', () => {
  const scan = sight('scan', { record: seen({ hostname: 'pc-7.example.net' }) })
  const proxmox = sight('proxmox', { record: machine() })
  const lease = sight('dhcp', { record: seen({ hostname: 'web' }) })

  assert.equal(hostFacts(mac, [scan])?.hostname, 'pc-7.example.net')
  assert.equal(hostFacts(mac, [scan, proxmox])?.hostname, 'web-01')
  assert.equal(hostFacts(mac, [scan, proxmox, lease])?.hostname, 'web')
})

test('a lease without a name leaves the name to others', () => {
  const facts = hostFacts(mac, [
    sight('dhcp', { record: seen({ hostname: ' ' }) }),
    sight('scan', { record: seen({ hostname: 'printer' }) }),
  ])

  assert.equal(facts?.hostname, 'printer')
})

test('a list that somebody typed sees no host', () => {
  assert.equal(hostFacts(mac, [sight('csv', { record: machine() })]), undefined)
})

test('a host is where it was seen last, not where it was before', () => {
  const before = sight('dhcp', { record: seen({ addresses: ['192.0.2.50'] }), state: 'away' })
  const now = sight('scan', { record: seen({ addresses: ['192.0.2.60', '2001:db8::60'] }) })

  assert.deepEqual(addresses([before, now]), ['192.0.2.60', '2001:db8::60'])
  assert.deepEqual(addresses([before]), ['192.0.2.50'])
})

test('of several switches that see a host the one with the fewest addresses on its port is the nearest', () => {
  const on = (
    system: string,
    source: string,
    switchPort: string,
    addresses?: number,
    rest: Partial<Sight> = {},
  ) =>
    sight(system, {
      source,
      record: seen({
        switchPort,
        ...(addresses === undefined
          ? {}
          : { port: { deviceSourceId: 'serial:x', interface: 'ge-1', addresses } }),
      }),
      ...rest,
    })
  const core = on('mikrotik', 'router', 'router sfp1', 64)
  const access = on('snmp', 'switches', 'access-3 Gi1/0/4', 1)
  const relay = on('dhcp', 'leases', 'access-3 eth0/4')
  const before = on('snmp', 'old', 'access-1 Gi1/0/9', 1, { state: 'away' })
  const portOf = (...sights: Sight[]) => hostFacts(mac, sights)?.switch_port

  for (const sights of [
    [core, access, relay],
    [relay, access, core],
  ])
    assert.equal(portOf(...sights), 'access-3 Gi1/0/4')
  assert.equal(portOf(core, relay), 'router sfp1')
  assert.equal(portOf(relay), 'access-3 eth0/4')
  assert.equal(portOf(before, core), 'router sfp1')
  assert.equal(portOf(before), 'access-1 Gi1/0/9')
})

test('the port of a switch is no host, until somebody sees it', () => {
  const port = sight('snmp', { record: machine({ deviceType: 'network_device', name: 'core-1' }), device: 7 })
  const arp = sight('snmp', { record: seen({ addresses: ['192.0.2.7'] }), device: 7 })

  assert.equal(hostFacts(mac, [port]), undefined)
  assert.deepEqual(
    [hostFacts(mac, [port, arp])?.hostname, hostFacts(mac, [port, arp])?.device_id],
    ['core-1', 7],
  )
  assert.equal(
    hostFacts(mac, [sight('snmp', { record: machine({ deviceType: 'server' }) })])?.hostname,
    'web-01',
  )
})

test('what is proved gone tells nothing while somebody else sees the host', () => {
  const gone = sight('proxmox', { record: machine({ name: 'old' }), state: 'missing', device: 1 })
  const scan = sight('scan', { record: seen({ addresses: ['192.0.2.9'] }), device: 2 })

  assert.deepEqual(addresses([gone, scan]), ['192.0.2.9'])
  assert.equal(hostFacts(mac, [gone, scan])?.hostname, null)
  assert.equal(hostFacts(mac, [gone, scan])?.device_id, 2)
  assert.equal(hostFacts(mac, [gone])?.hostname, 'old')
})

test('a host takes its type from its device, and from a record where the device has none', () => {
  const typed = seen({ deviceType: 'phone' })

  assert.equal(hostFacts(mac, [sight('scan', { record: typed })])?.host_type, 'iot')
  assert.equal(
    hostFacts(mac, [sight('scan', { record: typed, device: 1, deviceType: 'network_device' })])?.host_type,
    'network',
  )
  assert.equal(
    hostFacts(mac, [sight('scan', { record: typed, device: 1, deviceType: 'unknown' })])?.host_type,
    'iot',
  )
  assert.equal(hostFacts(mac, [sight('scan', { record: seen() })])?.host_type, 'unknown')
})

test('a MAC that two machines claim, and one that is made to be shared, belong to no device', () => {
  const vrrp = '00:00:5e:00:01:0a'
  const two = [
    sight('proxmox', { record: machine(), device: 1 }),
    sight('scan', { record: seen(), device: 2 }),
  ]

  assert.equal(hostFacts(mac, two)?.device_id, null)
  assert.equal(hostFacts(vrrp, [sight('scan', { record: seen(), device: 1 })])?.device_id, null)
  assert.equal(hostFacts(vrrp, [sight('scan', { record: seen() })])?.shared_mac, true)
})

test('a random MAC is known as one', () => {
  assert.equal(hostFacts('da:a1:19:00:00:01', [sight('scan', { record: seen() })])?.random_mac, true)
  assert.equal(hostFacts('52:54:00:00:00:01', [sight('scan', { record: seen() })])?.random_mac, false)
})

test('names are kept without control characters, invisible ones and excess', () => {
  const name = (hostname: string) => hostFacts(mac, [sight('scan', { record: seen({ hostname }) })])?.hostname

  assert.equal(name('web\u001b[31m\r\n01\u0000'), 'web[31m01')
  assert.equal(name('\u202egpj.exe'), 'gpj.exe')
  assert.equal(name('\u0007\u200b'), null)
  assert.equal(name('x'.repeat(10_000))?.length, 255)
  assert.equal(name(`${'x'.repeat(254)}😀`)?.isWellFormed(), true)
})

test('ten thousand addresses on one MAC are all kept, in order', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`)
  const facts = hostFacts(mac, [sight('scan', { record: seen({ addresses: many.toReversed() }) })])!

  assert.deepEqual(JSON.parse(facts.ip_addresses), many)
  assert.equal(facts.search_text.length, 4_000)
})

test('text that is no address is none', () => {
  assert.deepEqual(
    addresses([sight('scan', { record: seen({ addresses: ['999.1.1.1', 'x', '192.0.2.1'] }) })]),
    ['192.0.2.1'],
  )
})

test('the order in which records are read makes no difference', () => {
  const address = fc.constantFrom('192.0.2.1', '192.0.2.20', '2001:db8::1', 'fe80::1', '10.0.0.1')
  const record = fc.oneof(
    fc.record({
      hostname: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      addresses: fc.array(address, { maxLength: 3 }),
      vendor: fc.option(fc.constantFrom('Acme', 'Zeta'), { nil: undefined }),
    }),
    fc.record({ name: fc.constantFrom('x', 'y'), list: fc.array(address, { maxLength: 3 }) }),
  )
  const sights = fc.uniqueArray(
    fc.record({
      system: fc.constantFrom('dhcp', 'scan', 'proxmox', 'local', 'csv'),
      source: fc.constantFrom('one', 'two'),
      sourceId: fc.constantFrom('1', '2'),
      state: fc.constantFrom('current' as const, 'away' as const, 'missing' as const),
      device: fc.constantFrom(null, 1, 2),
      record,
    }),
    { selector: ({ system, source, sourceId }) => `${system} ${source} ${sourceId}`, maxLength: 6 },
  )
  fc.assert(
    fc.property(sights, fc.infiniteStream(fc.nat()), (drawn, random) => {
      const told = drawn.map(({ record: each, ...rest }) =>
        sight(rest.system, {
          ...rest,
          record:
            'list' in each
              ? machine({ name: each.name, interfaces: [{ name: 'e', mac, addresses: each.list }] })
              : seen(each),
        }),
      )
      const keyed = told.map((each) => ({ each, at: random.next().value as number }))
      const shuffled = keyed.toSorted((left, right) => left.at - right.at).map(({ each }) => each)

      assert.deepEqual(hostFacts(mac, shuffled), hostFacts(mac, told))
    }),
  )
})
