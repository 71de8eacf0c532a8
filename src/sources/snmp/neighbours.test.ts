import assert from 'node:assert/strict'
import { test } from 'node:test'
import { learned, lines, macOf, hexMac, readWalks, switchWalk } from '#test/fakes/snmp-world.ts'

const lldpRemote = '.1.0.8802.1.1.2.1.4.1.1'
const lldpLocal = '.1.0.8802.1.1.2.1.3.7.1'

/** A neighbour in the LLDP tables: `index` is time, port and number. */
const lldp = (
  index: string,
  {
    chassis,
    name,
    caps = '20',
    port = '"Gi1/0/24"',
    portKind = 5,
  }: {
    chassis?: string
    name?: string
    caps?: string
    port?: string
    portKind?: number
  },
): string =>
  [
    chassis === undefined ? '' : lines(`${lldpRemote}.4`, { [index]: 4 }),
    chassis === undefined ? '' : lines(`${lldpRemote}.5`, { [index]: { hex: chassis } }),
    lines(`${lldpRemote}.6`, { [index]: portKind }),
    `${lldpRemote}.7.${index} = STRING: ${port}\n`,
    name === undefined ? '' : lines(`${lldpRemote}.9`, { [index]: name }),
    lines(`${lldpRemote}.12`, { [index]: { hex: caps } }),
  ].join('')

test('an aggregate is one port: neighbours of its members stand behind it', async (t) => {
  const walk =
    switchWalk('sw', 100) +
    lines('2.2.1.3', { 500: 161 }) +
    lines('31.1.1.1.1', { 500: 'Po1' }) +
    lines('.1.2.840.10006.300.43.1.2.1.1.13', { 101: 500, 102: 0 }) +
    lines('31.1.2.1.3', { '500.102': 1, '0.500': 1 }) +
    lines('17.1.4.1.2', { 60: 500 }) +
    learned({ 1: 60, 2: 60, 3: 3 }) +
    lldp('0.2.1', { chassis: hexMac(50), name: 'other' })
  const { devices, sightingOf } = await readWalks(t, { sw: walk })

  const members = devices[0]?.interfaces?.filter(({ metadata }) => metadata?.['partOf'] === 'Po1')
  assert.deepEqual(
    members?.map(({ name }) => name),
    ['Gi1/0/1', 'Gi1/0/2'],
  )
  assert.equal(sightingOf(1)?.switchPort, undefined)
  assert.equal(sightingOf(3)?.switchPort, 'sw Gi1/0/3')
})

test('the local port of LLDP is found by its id, whether that is a name, a MAC, a number of either kind or words', async (t) => {
  const walk =
    switchWalk('sw', 100) +
    lines(`${lldpLocal}.2`, { 11: 5, 12: 3, 13: 7, 14: 7 }) +
    lines(`${lldpLocal}.3`, { 11: 'Gi1/0/4', 13: '102', 14: 'lan' }) +
    lines(`${lldpLocal}.3`, { 12: { hex: hexMac(103) } }) +
    lines(`${lldpLocal}.4`, { 14: 'GigabitEthernet1/0/1' }) +
    [11, 12, 13, 14, 2, 77]
      .map((port) => lldp(`9.${port}.5`, { chassis: hexMac(port), name: `n${port}` }))
      .join('')
  const { devices } = await readWalks(t, { sw: walk })

  assert.deepEqual(
    devices[0]?.relationships?.map(({ keys, metadata }) => [keys?.at(-1), metadata?.['localPort']]),
    [
      ['name:n11', 'Gi1/0/4'],
      ['name:n12', 'Gi1/0/3'],
      ['name:n13', 'Gi1/0/2'],
      ['name:n14', 'Gi1/0/1'],
      // Without an entry of its own a number is a bridge port, and one that is neither is told as it is.
      ['name:n2', 'Gi1/0/2'],
      ['name:n77', 'port 77'],
    ],
  )
})

test('phones that all call themselves 0.0.0.0 are known by the MAC of their port', async (t) => {
  const phone = (port: number) =>
    lines(`${lldpRemote}.4`, { [`0.${port}.1`]: 5 }) +
    lines(`${lldpRemote}.5`, { [`0.${port}.1`]: { hex: '01 00 00 00 00' } }) +
    lines(`${lldpRemote}.6`, { [`0.${port}.1`]: 3 }) +
    lines(`${lldpRemote}.7`, { [`0.${port}.1`]: { hex: hexMac(port) } }) +
    lines(`${lldpRemote}.12`, { [`0.${port}.1`]: { hex: '24' } })
  const walk = switchWalk('sw', 100) + phone(1) + phone(2) + learned({ 1: 1, 60: 1, 2: 2 })
  const { devices, sightingOf } = await readWalks(t, { sw: walk })

  assert.deepEqual(
    devices[0]?.relationships?.map(({ keys }) => keys),
    [[`mac:${macOf(1)}`], [`mac:${macOf(2)}`]],
  )
  assert.deepEqual([sightingOf(1)?.deviceType, sightingOf(1)?.switchPort], ['phone', 'sw Gi1/0/1'])
  // The computer behind the phone hangs on the same port.
  assert.equal(sightingOf(60)?.switchPort, 'sw Gi1/0/1')
})

test('a neighbour without any id is left out, and the reading is partial', async (t) => {
  const { devices, reason } = await readWalks(t, { sw: switchWalk('sw', 100) + lldp('0.1.1', {}) })

  assert.deepEqual(devices[0]?.relationships, [])
  assert.match(reason!, /^sw has 1 LLDP neighbours without any id/)
})

test('addresses of neighbours stand in the index, also where a device numbers them differently', async (t) => {
  const walk =
    switchWalk('sw', 100) +
    lldp('3100.1.3', { chassis: hexMac(1) }) +
    lldp('3100.2.4', { chassis: hexMac(2) }) +
    lines('.1.0.8802.1.1.2.1.4.2.1.3', {
      '3100.1.3.1.4.203.0.113.18': 2,
      '3100.1.3.2.16.32.1.13.184.0.1.0.0.0.0.0.0.0.0.0.2': 2,
      '0.2.9.1.4.203.0.113.19': 2,
    })
  const { devices } = await readWalks(t, { sw: walk })

  assert.deepEqual(
    devices[0]?.relationships?.map(({ keys }) => keys),
    [
      [`mac:${macOf(1)}`, 'ip:203.0.113.18', 'ip:2001:db8:1::2'],
      [`mac:${macOf(2)}`, 'ip:203.0.113.19'],
    ],
  )
})

test('who speaks LLDP and CDP is one neighbour, and CDP alone tells of the others', async (t) => {
  const cdp = '.1.3.6.1.4.1.9.9.23.1.2.1.1'
  const walk =
    switchWalk('sw', 100) +
    lldp('0.1.1', { chassis: hexMac(1), name: 'core.example.net' }) +
    lines(`${cdp}.6`, { '101.7': 'core', '102.8': 'SEP001B21000007', '103.9': 'nx1(FOX1234ABCD)' }) +
    lines(`${cdp}.4`, { '101.7': { hex: 'C0 00 02 01' }, '102.8': { hex: '00 00 00 00' } }) +
    lines(`${cdp}.7`, { '101.7': 'TenGigabitEthernet1/1', '102.8': 'Port 1', '103.9': 'Ethernet1/1' }) +
    lines(`${cdp}.8`, { '102.8': 'Cisco IP Phone 8845', '103.9': 'N9K-C93180YC' }) +
    lines(`${cdp}.9`, { '102.8': { hex: '00 00 04 90' }, '103.9': { hex: '00 00 02 28' } })
  const { devices, sightingOf } = await readWalks(t, { sw: walk })

  assert.deepEqual(
    devices[0]?.relationships?.map(({ keys, metadata }) => [
      keys,
      metadata?.['protocol'],
      metadata?.['localPort'],
    ]),
    [
      [[`mac:${macOf(1)}`, 'ip:192.0.2.1', 'name:core.example.net', 'name:core'], 'lldp', 'Gi1/0/1'],
      [[`mac:${macOf(7)}`, 'name:SEP001B21000007'], 'cdp', 'Gi1/0/2'],
      [['serial:FOX1234ABCD', 'name:nx1'], 'cdp', 'Gi1/0/3'],
    ],
  )
  assert.equal(sightingOf(7)?.deviceType, 'phone')
})
