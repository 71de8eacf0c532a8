import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ReportedDevice, ReportedSighting } from '#model/record.ts'
import { openSnmp } from '#test/fakes/snmp-world.ts'
import { readAll } from '#test/source-contract.ts'

const folder = new URL('../../../../shared/fixtures/snmp/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded walks are not here' }

async function readRecorded(target: string) {
  const reading = await readAll(openSnmp({ targets: [target], replay: fileURLToPath(folder) }))
  const [device, ...sightings] = reading.records as [ReportedDevice, ...ReportedSighting[]]
  return { verdict: reading.verdict, device, sightings }
}

test('a recorded core switch gives its hardware, its neighbours and whom it sees', recordings, async () => {
  const { verdict, device, sightings } = await readRecorded('hp-procurve-5406zl')

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(
    [device.sourceId, device.serial, device.vendor, device.model, device.os, device.deviceType],
    ['serial:sg707su03y', 'SG707SU03Y', 'Hewlett-Packard', 'J8697A', 'K.15.04.0015m', 'network_device'],
  )
  assert.equal(device.name, 'thisisdog CR2')
  assert.equal(device.interfaces?.length, 113)
  const trunk = device.interfaces?.find(({ name }) => name === 'Trk16')
  assert.deepEqual([trunk?.type, trunk?.status], ['virtual', 'up'])
  assert.equal(device.relationships?.length, 35)
  assert.deepEqual(device.relationships[0], {
    type: 'connects_to',
    other: 'child',
    keys: ['mac:00:19:bb:01:0b:00', 'ip:172.31.196.140', 'name:couribo Serv.-01'],
    // The other tells the number 141 of its port, and that people call it F21.
    metadata: { localPort: 'A1', remotePort: 'F21', protocol: 'lldp' },
  })
  assert.equal(sightings.length, 387)
})

test(
  'on a recorded core switch nobody hangs on a trunk, only the switches themselves on their links',
  recordings,
  async () => {
    const { device, sightings } = await readRecorded('hp-procurve-5406zl')
    const placed = sightings.filter(({ port }) => port !== undefined)
    const neighbours = device.relationships!.map(({ keys }) => keys![0]!.slice('mac:'.length))

    assert.ok(placed.every(({ mac }) => neighbours.includes(mac!)))
    assert.deepEqual(placed.map(({ switchPort }) => switchPort!.replace('thisisdog CR2 ', '')).toSorted(), [
      'A1',
      'A10',
      'A13',
      'A15',
      'A17',
      'A19',
      'A21',
      'A22',
      'A3',
      'A5',
      'A7',
    ])
    assert.ok(placed.every(({ deviceType }) => deviceType === 'network_device'))
  },
)

test(
  'a recorded Linux gateway is a server with IPv6 neighbours and LLDP by the names of their ports',
  recordings,
  async () => {
    const { device, sightings } = await readRecorded('netsnmp-5.9.3-lldpd-1.0.16-gateway')

    assert.deepEqual(
      [device.sourceId, device.name, device.deviceType, device.os],
      ['chassis:02:16:72:64:73:b5', 'core-gw-01', 'server', 'Linux 6.18.44-fc-v595'],
    )
    assert.deepEqual(device.facts?.['location'], 'Lab rack A1')
    assert.deepEqual(
      device.interfaces?.map(({ name, addresses }) => [name, addresses]),
      [
        ['lo', []],
        ['sa0', ['192.0.2.1/24', '2001:db8:5e::1/64']],
        ['sp1', ['2001:db8:1::1/64', '203.0.113.17/28']],
        ['sp2', ['2001:db8:2::1/64', '203.0.113.33/28']],
        ['sp3', ['2001:db8:3::1/64', '203.0.113.49/28']],
      ],
    )
    assert.deepEqual(
      device.relationships?.map(({ metadata }) => metadata),
      ['sp1', 'sp2', 'sp3'].map((localPort) => ({ localPort, remotePort: 'eth0', protocol: 'lldp' })),
    )
    const [first] = sightings
    assert.deepEqual(
      [first?.mac, first?.addresses, first?.hostname, first?.switchPort],
      ['1e:a8:ad:b9:c1:95', ['203.0.113.18', '2001:db8:1::2'], 'edge-1.example.org', 'core-gw-01 sp1'],
    )
  },
)
