import assert from 'node:assert/strict'
import { test } from 'node:test'
import { snmpSettings, targetsOf } from '#sources/snmp/settings.ts'
import {
  learned,
  lines,
  macOf,
  hexMac,
  macIndex,
  openWalks,
  readWalks,
  switchWalk,
} from '#test/fakes/snmp-world.ts'
import { readAll } from '#test/source-contract.ts'

test('a machine hangs on the edge port of the access switch, not on the way there', async (t) => {
  const { sightingOf, devices, reason } = await readWalks(t, {
    core: switchWalk('core', 100) + learned({ 1: 1, 2: 1, 3: 2, 200: 1 }),
    access: switchWalk('access', 200) + learned({ 1: 2, 2: 3, 3: 1, 100: 1 }),
  })

  assert.equal(reason, undefined)
  assert.deepEqual(
    devices.map(({ sourceId, name }) => [sourceId, name]),
    [
      [`chassis:${macOf(100)}`, 'core'],
      [`chassis:${macOf(200)}`, 'access'],
    ],
  )
  assert.equal(sightingOf(1)?.switchPort, 'access Gi1/0/2')
  assert.equal(sightingOf(2)?.switchPort, 'access Gi1/0/3')
  assert.deepEqual(sightingOf(3)?.port, {
    deviceSourceId: `chassis:${macOf(100)}`,
    interface: 'Gi1/0/2',
    addresses: 1,
  })
  assert.equal(sightingOf(200)?.switchPort, undefined)
})

test('a machine that is silent for a while is on no other port for that', async (t) => {
  const arp = lines('4.22.1.2', { '101.192.0.2.9': { hex: hexMac(9) }, '101.192.0.2.3': { hex: hexMac(3) } })
  const core = switchWalk('core', 100) + learned({ 1: 1, 3: 1, 200: 1 }) + arp
  const access = switchWalk('access', 200) + learned({ 1: 2, 100: 1 })
  const whole = await readWalks(t, { core, access })
  const { sightingOf } = await readWalks(t, { core, access, absent: '# nobody is there\n' })

  assert.deepEqual(whole.sightingOf(9)?.unread, ['port', 'switchPort'])
  // Seen on the way to another switch only: wherever it was, there it is no more, unless a switch is missing.
  assert.deepEqual([whole.sightingOf(3)?.switchPort, whole.sightingOf(3)?.unread], [undefined, undefined])
  assert.equal(whole.sightingOf(1)?.unread, undefined)
  assert.deepEqual([sightingOf(3)?.unread, sightingOf(1)?.unread], [['port', 'switchPort'], undefined])
})

test('neighbours are not all there right after a start', async (t) => {
  const walk = switchWalk('sw', 100).replace('INTEGER: 123456', 'INTEGER: 12345')

  assert.deepEqual((await readWalks(t, { sw: walk })).devices[0]?.unread, ['relationships'])
})

test('what a device learned, not what is its own, of groups or without a port', async (t) => {
  const walk =
    switchWalk('sw', 100) +
    learned({ 1: 1, 2: 0, 3: 1, 4: 1 }) +
    lines('17.4.3.1.2', { '1.0.94.0.0.1': 1, '0.0.0.0.0.0': 1 }) +
    lines('17.4.3.1.3', { [macIndex(1)]: 3, [macIndex(3)]: 4, [macIndex(4)]: 5 })
  const { sightings } = await readWalks(t, { sw: walk })

  assert.deepEqual(
    sightings.map(({ mac }) => mac),
    [macOf(1)],
  )
})

test('tables by VLAN win over the plain one, and their ids are translated', async (t) => {
  const walk =
    switchWalk('sw', 100) +
    learned({ 9: 1 }) +
    lines('17.7.1.2.2.1.2', {
      [`3.${macIndex(1)}`]: 2,
      [`65536.${macIndex(2)}`]: 3,
      [`7.${macIndex(3)}`]: 4,
    }) +
    lines('17.7.1.4.2.1.3', { '0.30': 3, '0.70': 7, '0.71': 7 }) +
    lines('17.7.1.4.3.1.1', { 30: 'phones' }) +
    lines('17.7.1.4.5.1.1', { 2: 30 })
  const { sightings, devices, sightingOf } = await readWalks(t, { sw: walk })

  assert.equal(sightings.length, 3)
  assert.deepEqual([sightingOf(1)?.port?.vlan, sightingOf(1)?.switchPort], [30, 'sw Gi1/0/2'])
  // One database for two VLANs, and numbers that are no VLAN.
  assert.deepEqual([sightingOf(2)?.port?.vlan, sightingOf(3)?.port?.vlan], [undefined, undefined])
  assert.deepEqual(devices[0]?.facts?.['vlans'], { 30: 'phones' })
  assert.equal(devices[0]?.interfaces?.[1]?.metadata?.['vlan'], 30)
})

test('Cisco answers for one VLAN at a time, its ports too', async (t) => {
  const vlans = lines('.1.3.6.1.4.1.9.9.46.1.3.1.1.2', { '1.1': 1, '1.10': 1, '1.1002': 1, '1.20': 2 })
  const names = lines('.1.3.6.1.4.1.9.9.46.1.3.1.1.4', { '1.10': 'office', '1.1002': 'fddi-default' })
  const { sightingOf, devices } = await readWalks(t, {
    sw: switchWalk('sw', 100) + vlans + names,
    'sw@vlan-10': learned({ 1: 48 }) + lines('17.1.4.1.2', { 48: 103 }),
  })

  assert.deepEqual([sightingOf(1)?.switchPort, sightingOf(1)?.port?.vlan], ['sw Gi1/0/3', 10])
  assert.deepEqual(devices[0]?.facts?.['vlans'], { 10: 'office' })
})

test('a stack is one device with the serials of its members', async (t) => {
  const entity = '47.1.1.1.1'
  const walk =
    switchWalk('stack', 100) +
    lines(`${entity}.5`, { 1: 11, 1000: 3, 2000: 3, 1010: 9, 1020: 6 }) +
    lines(`${entity}.7`, {
      1: 'Stack',
      1000: 'Switch 1',
      2000: 'Switch 2',
      1010: 'Uplink module',
      1020: 'PSU',
    }) +
    lines(`${entity}.11`, {
      1: '',
      1000: 'FOC1111A1AA',
      2000: 'FOC2222B2BB',
      1010: 'FOC3333C3CC',
      1020: 'N/A',
    }) +
    lines(`${entity}.13`, { 1000: 'C9300-48P', 2000: 'C9300-24T' })
  const { devices } = await readWalks(t, { stack: walk })

  assert.equal(devices.length, 1)
  assert.deepEqual(
    [devices[0]?.sourceId, devices[0]?.serial, devices[0]?.model],
    ['serial:foc1111a1aa', 'FOC1111A1AA', 'C9300-48P'],
  )
  assert.deepEqual(devices[0]?.facts?.['stack'], [
    { name: 'Switch 1', serial: 'FOC1111A1AA', model: 'C9300-48P' },
    { name: 'Switch 2', serial: 'FOC2222B2BB', model: 'C9300-24T' },
  ])
  assert.deepEqual(devices[0]?.facts?.['parts'], [{ name: 'Uplink module', serial: 'FOC3333C3CC' }])
})

test('interfaces are known by name, also where all have the same description', async (t) => {
  const walk =
    lines('1', { '5.0': 'sw', '1.0': 'x' }) +
    lines('2.2.1.2', { 1: 'Ethernet Interface', 2: 'Ethernet Interface', 3: 'lo', 4: 'tun' }) +
    lines('2.2.1.3', { 1: 6, 2: 6, 3: 24, 4: 131 }) +
    lines('2.2.1.5', { 1: 4_294_967_295, 2: 1_000_000_000 }) +
    lines('2.2.1.6', { 1: { hex: '00 00 00 00 00 00' }, 2: { hex: hexMac(2) } }) +
    lines('2.2.1.7', { 1: 1, 2: 2 }) +
    lines('2.2.1.8', { 1: 6, 2: 2, 3: 1 }) +
    lines('31.1.1.1.15', { 1: 10_000, 2: 0 })
  const { devices } = await readWalks(t, { sw: walk })

  assert.deepEqual(
    devices[0]?.interfaces?.map(({ name, mac, speedMbps, status, type }) => [
      name,
      mac,
      speedMbps,
      status,
      type,
    ]),
    [
      ['Ethernet Interface (1)', undefined, 10_000, 'down', 'physical'],
      ['Ethernet Interface (2)', macOf(2), 1000, 'disabled', 'physical'],
      ['lo', undefined, undefined, 'up', 'loopback'],
      ['tun', undefined, undefined, undefined, 'virtual'],
    ],
  )
})

test('neighbours that are only being looked for, and the own addresses, are nobody', async (t) => {
  const walk =
    switchWalk('router', 100) +
    lines('4.22.1.2', { '101.192.0.2.1': { hex: hexMac(1) }, '101.192.0.2.2': { hex: hexMac(2) } }) +
    lines('4.22.1.4', { '101.192.0.2.1': 3, '101.192.0.2.2': 2 }) +
    lines('4.35.1.4', {
      '101.1.4.192.0.2.3': { hex: hexMac(3) },
      '101.1.4.192.0.2.4': { hex: hexMac(4) },
      '101.1.4.192.0.2.5': { hex: hexMac(5) },
      '101.2.16.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.6': { hex: hexMac(6) },
      '101.4.20.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.7.0.0.0.1': { hex: hexMac(1) },
    }) +
    lines('4.35.1.6', { '101.1.4.192.0.2.3': 5 }) +
    lines('4.35.1.7', { '101.1.4.192.0.2.4': 7, '101.1.4.192.0.2.5': 2 })
  const { sightings } = await readWalks(t, { router: walk })

  assert.deepEqual(
    sightings.map(({ mac, addresses }) => [mac, addresses]),
    [
      [macOf(1), ['192.0.2.1', '2001:db8::7']],
      [macOf(5), ['192.0.2.5']],
    ],
  )
})

test('a device that answers at two addresses is told once, two with one serial twice', async (t) => {
  const walk = switchWalk('one', 100)
  const serial = lines('47.1.1.1.1.5', { 1: 3 }) + lines('47.1.1.1.1.11', { 1: 'SAME0001' })
  const twice = await readWalks(t, { a: walk, b: walk })
  const copied = await readWalks(t, { a: walk + serial, b: switchWalk('two', 200) + serial })

  assert.equal(twice.devices.length, 1)
  assert.deepEqual(
    copied.devices.map(({ sourceId }) => sourceId),
    ['serial:same0001', `serial:same0001/${macOf(201)}`],
  )
  assert.deepEqual(copied.warnings, ['one and two both call themselves serial:same0001.'])
})

test('hosts, printers and disk boxes are told by their numbers', async (t) => {
  const device = (objectId: string, more = '') =>
    lines('1', { '1.0': 'x', '2.0': { oid: objectId }, '5.0': `n${objectId}` }) + more
  const { devices } = await readWalks(t, {
    linux: device('1.3.6.1.4.1.8072.3.2.10'),
    windows: device('1.3.6.1.4.1.311.1.1.3.1.2'),
    desktop: device('1.3.6.1.4.1.311.1.1.3.1.1'),
    jetdirect: device('1.3.6.1.4.1.11.2.3.9.1', lines('43.5.1.1.17', { 1: 'CN12345678' })),
    ups: device('1.3.6.1.4.1.318.1.3.27'),
    filer: device('1.3.6.1.4.1.789.2.5'),
    router: device('1.3.6.1.4.1.2636.1.1.1.2.29'),
    odd: device('1.3.6.1.4.1.99999.1'),
  })

  assert.deepEqual(
    devices.map(({ deviceType, facts }) => [deviceType, facts?.['role']]),
    [
      ['server', undefined],
      ['server', undefined],
      ['workstation', undefined],
      ['iot', 'printer'],
      ['iot', 'power'],
      ['storage', undefined],
      ['network_device', undefined],
      ['unknown', undefined],
    ],
  )
  assert.equal(devices[3]?.serial, 'CN12345678')
})

test('one target that is silent is a gap, the others stand', async (t) => {
  const source = openWalks(t, { sw: switchWalk('sw', 100) }, { targets: ['gone', 'sw', '192.0.2.0/30'] })
  const { verdict, records } = await readAll(source)

  assert.equal(records.length, 1)
  assert.ok(!verdict.complete && verdict.reason.endsWith('gone.walk'), JSON.stringify(verdict))
})

test('targets are addresses, names and small ranges, each once and in order', () => {
  const targets = (...given: string[]) => targetsOf({ targets: given }).map(({ name }) => name)
  const isGood = (settings: object) => snmpSettings.safeParse({ community: 'x', ...settings }).success

  assert.deepEqual(targets('192.0.2.8/30', 'sw-1.example.net', '192.0.2.9', '2001:db8::1'), [
    '192.0.2.9',
    '192.0.2.10',
    'sw-1.example.net',
    '2001:db8::1',
  ])
  assert.ok(isGood({ targets: ['10.0.0.0/24'] }))
  for (const bad of ['10.0.0.0/16', '10.0.0', 'http://sw', '']) assert.ok(!isGood({ targets: [bad] }), bad)
  const ranges = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`)
  assert.deepEqual([isGood({ targets: ranges(39) }), isGood({ targets: ranges(40) })], [true, false])
  assert.ok(!isGood({ targets: ['sw'], community: undefined }))
  assert.ok(isGood({ targets: ['sw'], community: undefined, overrides: { sw: { community: 'x' } } }))
  assert.ok(!isGood({ targets: ['sw'], version: '3', username: 'u' }))
  assert.ok(isGood({ targets: ['sw'], version: '3', username: 'u', authKey: 'long-enough' }))
})
