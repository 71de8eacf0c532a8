import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { correlate } from '#features/identity/correlate.ts'
import type { Decision } from '#features/identity/correlate.ts'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { identityRules } from '#features/identity/identity-rules.ts'
import { evidenceOf } from '#features/identity/weigh-evidence.ts'
import { explainLink } from '#features/identity/link-evidence.ts'
import { areOne, device, groups, seen } from '#test/identity-records.ts'

const card = (...macs: string[]) => ({ interfaces: macs.map((mac, index) => ({ name: `eth${index}`, mac })) })
const uuid = (text: string) => ({ nativeIds: [`uuid:${text}`] })
const [one, two] = ['42319431-3a5f-7c1d-9a2e-0f5b6c7d8e9f', '564d1b2c-3e4f-5a6b-8c9d-0e1f2a3b4c5d']
const [mac1, mac2, mac3] = ['24:6e:96:10:00:01', '3c:fd:fe:20:00:01', 'b8:59:9f:30:00:01']

test('a BIOS UUID is one in either byte order, and as a serial number that VMware makes of it', () => {
  const swapped = '31943142-5f3a-1d7c-9a2e-0f5b6c7d8e9f'
  const serial = 'VMware-42 31 94 31 3a 5f 7c 1d-9a 2e 0f 5b 6c 7d 8e 9f'

  assert.ok(areOne(device('vcenter/a', 'vm-1', uuid(one)), device('puppet/p', 'x', uuid(swapped))))
  assert.ok(areOne(device('vcenter/a', 'vm-1', uuid(one)), device('foreman/f', 'x', { serial })))
})

test('different UUIDs veto everything weaker', () => {
  const same = { name: 'web-01.example.net', ...card(mac1), address: '192.0.2.1' }

  assert.ok(
    !areOne(device('a/a', '1', { ...same, ...uuid(one) }), device('b/b', '2', { ...same, ...uuid(two) })),
  )
})

test('a new board under the serial number and the name of before is the machine of before', () => {
  const same = { name: 'web-01.example.net', serial: 'CZ3012ABCD', vendor: 'HPE' }

  assert.ok(
    areOne(device('a/a', '1', { ...same, ...uuid(one) }), device('b/b', '2', { ...same, ...uuid(two) })),
  )
})

test('a serial number counts with its maker, whose name has many spellings; default ones say nothing', () => {
  const told = (serial: string, vendor: string) => ({ serial, vendor })

  assert.ok(
    areOne(device('a/a', '1', told('7XK2PQ1', 'Dell Inc.')), device('b/b', '2', told(' 7xk2-pq1', 'DELL'))),
  )
  assert.ok(
    !areOne(device('a/a', '1', told('7XK2PQ1', 'Dell')), device('b/b', '2', told('7XK2PQ1', 'Cisco'))),
  )
  for (const serial of [
    '0',
    'None',
    'To be filled by O.E.M.',
    'Not Specified',
    'Default string',
    'Unknwon',
    '123456789',
  ])
    assert.ok(
      !areOne(device('a/a', '1', told(serial, 'Dell')), device('b/b', '2', told(serial, 'Dell'))),
      serial,
    )
})

test('different serial numbers of one maker veto a MAC; a typing error does not', () => {
  const told = (serial: string) => ({ serial, vendor: 'Dell', ...card(mac1) })

  assert.ok(!areOne(device('a/a', '1', told('7XK2PQ1')), device('b/b', '2', told('9ZZ4ABC'))))
  assert.ok(areOne(device('a/a', '1', told('7XK2PQ1')), device('b/b', '2', told('7XK2PO1'))))
})

test('a universal MAC joins; of a virtual card, a dock or a random one it only helps', () => {
  const pair = (mac: string, name = '') => [
    device('a/a', '1', { ...card(mac), name }),
    device('b/b', '2', { ...card(mac), name }),
  ]

  assert.ok(areOne(...pair(mac1)))
  for (const mac of ['00:50:56:aa:bb:cc', '00:e0:4c:11:22:33', 'da:a1:19:00:00:01']) {
    assert.ok(!areOne(...pair(mac)), mac)
    assert.ok(areOne(...pair(mac, 'web-01')), mac)
  }
})

test('what every machine has joins nothing: virtual routers, Docker, constants', () => {
  for (const mac of ['00:00:5e:00:01:0a', '02:42:ac:11:00:02', 'ee:ee:ee:ee:ee:ee', '52:54:00:12:34:56'])
    assert.ok(!areOne(device('a/a', '1', card(mac)), device('b/b', '2', card(mac))), mac)
})

test('a name that is the only one of both sources joins; a default name never, nor one in another domain', () => {
  assert.ok(
    areOne(device('a/a', '1', { name: 'web-01' }), device('b/b', '2', { name: 'WEB-01.example.net' })),
  )
  for (const name of ['localhost', 'raspberrypi', 'android-5f3a', 'ESP-123456', '*'])
    assert.ok(!areOne(device('a/a', '1', { name }), device('b/b', '2', { name })), name)
  const [here, there] = [{ name: 'web-01.a.example' }, { name: 'web-01.b.example' }]
  assert.ok(!areOne(device('a/a', '1', here), device('b/b', '2', there)))
})

test('a name that two machines of one source have decides nothing, unless the address says which', () => {
  const twins = [
    device('a/a', '1', { name: 'web-01', address: '192.0.2.1' }),
    device('a/a', '2', { name: 'web-01', address: '192.0.2.2' }),
  ]

  assert.equal(groups([...twins, device('b/b', '3', { name: 'web-01' })]).length, 3)
  assert.deepEqual(groups([...twins, device('b/b', '3', { name: 'web-01', address: '192.0.2.2' })]), [
    'a/a:1',
    'a/a:2 b/b:3',
  ])
})

test('a name does not join machines of other types, makers, sites or cards', () => {
  const base = { name: 'web-01', vendor: 'Dell', facts: { site: 'Bern' }, ...card(mac1) }
  for (const other of [
    { deviceType: 'network_device' as const },
    { vendor: 'Cisco' },
    { facts: { site: 'Ulm' } },
    card(mac2),
  ]) {
    const change = { name: 'web-01', ...other }
    const { interfaces: _, ...bare } = base
    const left = 'interfaces' in other ? base : bare
    assert.ok(!areOne(device('a/a', '1', left), device('b/b', '2', change)), JSON.stringify(other))
  }
})

test('an address decides only for what tells nothing else, and only while one machine has it', () => {
  const holder = device('a/a', '1', { name: 'web-01', address: '192.0.2.1' })
  const other = device('b/b', '2', { name: 'db-01', address: '192.0.2.1' })
  const bare = seen('scan/s', undefined, { addresses: ['192.0.2.1'] })

  assert.deepEqual(groups([holder, bare]), ['a/a:1 scan/s:ip:192.0.2.1'])
  assert.equal(groups([holder, other]).length, 2)
  assert.equal(groups([holder, other, bare]).length, 3)
})

test('copies on two hypervisors stay apart and are asked about; what fits both belongs to neither', () => {
  const copy = { deviceType: 'vm' as const, name: 'web-01', ...uuid(one), ...card('00:50:56:aa:bb:cc') }
  const told = [
    device('vcenter/a', 'vm-1', copy),
    device('vcenter/b', 'vm-9', copy),
    device('puppet/p', 'web', copy),
  ]

  const { machines, undecided } = correlate(told)

  assert.equal(machines.length, 3)
  assert.ok(undecided.some(({ kind }) => kind === 'clone'))
})

test('a machine that moved to another hypervisor is one: gone where it was, held where it is', () => {
  const vm = { deviceType: 'vm' as const, name: 'web-01', ...uuid(one), ...card('00:50:56:aa:bb:cc') }
  const gone = device('vcenter/a', 'vm-1', vm, { isHeld: false })

  assert.ok(areOne(gone, device('vcenter/b', 'vm-9', vm)))
  assert.ok(areOne(gone, device('vcenter/a', 'vm-77', vm)))
  assert.ok(!areOne(device('vcenter/a', 'vm-1', vm), device('vcenter/a', 'vm-77', vm)))
})

test('a key that two machines of one source have decides for nobody', () => {
  const told = [
    device('a/a', '1', { name: 'x1', ...card(mac1) }),
    device('a/a', '2', { name: 'x2', ...card(mac1) }),
    device('b/b', '3', { name: 'x3', ...card(mac1) }),
    seen('lan/l', mac1),
  ]

  const { machines, unplaced, conflicts } = correlate(told)

  assert.equal(machines.length, 3)
  assert.deepEqual(
    unplaced.map((each) => each.sourceId),
    [mac1],
  )
  assert.ok(conflicts.length > 0)
})

test('what a record was known by still joins it, unless another machine of its source has it now', () => {
  const before = device(
    'a/a',
    '1',
    { name: 'new-name', ...card(mac2) },
    { former: [`mac:${mac1}`, 'name:web-01'] },
  )
  const other = device('b/b', '9', { name: 'web-01', ...card(mac1) })

  assert.ok(areOne(before, other))
  assert.deepEqual(groups([before, other, device('a/a', '2', { name: 'web-01', ...card(mac1) })]), [
    'a/a:1',
    'a/a:2 b/b:9',
  ])
})

test('people are heard first: same joins against every rule, apart parts for good', () => {
  const left = device('vcenter/a', '1', { name: 'x', ...uuid(one) })
  const right = device('vcenter/b', '2', { name: 'y', ...uuid(two) })
  const twin = device('puppet/p', '3', uuid(one))
  const said = (kind: Decision['kind'], other: IdentityRecord): Decision[] => [
    { kind, left: left.id, right: other.id },
  ]

  assert.equal(groups([left, right]).length, 2)
  assert.equal(groups([left, right], said('same', right)).length, 1)
  assert.equal(groups([left, twin], said('apart', twin)).length, 2)
})

test('every agreement and difference is told in words', () => {
  const vm = device('vcenter/lab', 'vm-42', { name: 'web-01', address: '192.0.2.1', ...uuid(one) })
  const told = device('puppet/p', 'web', { name: 'web-01.example.net', address: '192.0.2.9', ...uuid(one) })

  const evidence = evidenceOf(told, correlate([vm, told]), 7)

  assert.equal(evidence.rule, 'uuid')
  assert.equal(evidence.run, 7)
  assert.deepEqual(explainLink(evidence).slice(0, 2), [
    `Same BIOS UUID as vm-42 of lab: ${evidence.agreed[0]!.keys[0]!.slice(5)}`,
    'Same name as vm-42 of lab, which nobody else has: web-01',
  ])
  for (const { rule } of evidence.agreed) assert.ok(rule in identityRules)
})

const anyDevice = fc.record({
  source: fc.constantFrom('vcenter/a', 'vcenter/b', 'puppet/p', 'csv/c'),
  name: fc.constantFrom('', 'web-01', 'db-01', 'web-01.example.net'),
  type: fc.constantFrom('vm' as const, 'server' as const),
  isHeld: fc.boolean(),
  uuid: fc.constantFrom(undefined, one, two),
  serial: fc.constantFrom(undefined, '7XK2PQ1', '9ZZ4ABC'),
  macs: fc.uniqueArray(fc.constantFrom(mac1, mac2, mac3, '00:50:56:aa:bb:cc', 'da:a1:19:00:00:01'), {
    maxLength: 2,
  }),
  address: fc.constantFrom(undefined, '192.0.2.1', '192.0.2.2'),
  former: fc.uniqueArray(fc.constantFrom(`mac:${mac1}`, `mac:${mac2}`, 'name:db-01'), { maxLength: 1 }),
})

const anySighting = fc.record({
  mac: fc.constantFrom(undefined, mac1, mac2, 'da:a1:19:00:00:01'),
  hostname: fc.constantFrom(undefined, 'web-01', 'db-01'),
  addresses: fc.uniqueArray(fc.constantFrom('192.0.2.1', '192.0.2.2', '198.51.100.1'), { maxLength: 2 }),
})

const anyRecords = fc
  .tuple(fc.array(anyDevice, { maxLength: 9 }), fc.array(anySighting, { maxLength: 5 }))
  .map(([devices, sightings]) => [
    ...devices.map(({ source, name, type, isHeld, uuid: id, serial, macs, address, former }, index) =>
      device(
        source,
        `d${index}`,
        { name, deviceType: type, serial, address, ...card(...macs), ...(id ? uuid(id) : {}) },
        { isHeld, former },
      ),
    ),
    ...sightings.map((told, index) => ({ ...seen('scan/s', told.mac, told), sourceId: `s${index}` })),
  ])

const shuffled = <T>(items: readonly T[], keys: Iterator<number>): T[] =>
  items
    .map((item) => [keys.next().value as number, item] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, item]) => item)

test('whatever the order, and whatever devices they are linked to, the machines are the same', () => {
  fc.assert(
    fc.property(anyRecords, fc.infiniteStream(fc.nat()), (records, keys) => {
      const moved = shuffled(records, keys).map((each) => ({ ...each, id: each.id + 7, device: each.id % 3 }))
      assert.deepEqual(groups(moved), groups(records))
    }),
  )
})

test('records that share no key change nothing for each other', () => {
  const strangers = [
    device('puppet/p', 'zz', { name: 'far-away', ...card('b4:96:91:00:00:01') }),
    seen('scan/s', 'b4:96:91:00:00:01', { addresses: ['203.0.113.7'] }),
  ]
  fc.assert(
    fc.property(anyRecords, (records) => {
      const apart = [...groups(records), ...groups(strangers)].toSorted()
      assert.deepEqual(groups([...records, ...strangers]), apart)
    }),
  )
})

test('no machine has two records that one source holds, and every record is in one place', () => {
  fc.assert(
    fc.property(anyRecords, (records) => {
      const { machines, unplaced } = correlate(records)
      for (const machine of machines) {
        const held = machine
          .filter((each) => each.kind === 'device' && each.isHeld)
          .map((each) => each.source)
        assert.equal(new Set(held).size, held.length)
      }
      assert.deepEqual(
        [...machines.flat(), ...unplaced].map((each) => each.id).toSorted((left, right) => left - right),
        records.map((each) => each.id),
      )
    }),
  )
})
