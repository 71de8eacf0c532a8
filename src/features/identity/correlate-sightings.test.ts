import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { areOne, device, groups, seen } from '#test/identity-records.ts'

const [inside, wlan, other] = ['24:6e:96:10:00:01', 'c8:5e:a9:20:00:01', 'b8:59:9f:30:00:01']
const random = 'da:a1:19:00:00:01'
const guest = (source: string, name: string, mac: string, address?: string): IdentityRecord =>
  device(source, name, {
    name,
    deviceType: 'vm',
    nativeIds: ['uuid:42319431-3a5f-7c1d-9a2e-0f5b6c7d8e9f'],
    interfaces: [{ name: 'eth0', mac }],
    address,
  })

test('cards whose leases say the same name are of one machine, also random ones where something else knows it', () => {
  const cards = [
    seen('dhcp/d', inside, { hostname: 'anna-nb' }),
    seen('mikrotik/m', wlan, { hostname: 'ANNA-NB' }),
  ]

  assert.ok(areOne(...cards))
  assert.ok(areOne(...cards, seen('dhcp/d', random, { hostname: 'anna-nb' })))
})

test('cards of one maker under one name are two of a kind', () => {
  const twins = ['24:6e:96:10:00:01', '24:6e:96:77:00:01']

  assert.ok(!areOne(...twins.map((mac) => seen('dhcp/d', mac, { hostname: 'living-room' }))))
})

test('what DNS calls a card does not join another that it calls so, nor a machine that gives its name elsewhere', () => {
  const heard = (mac: string, address: string) =>
    seen('scan/s', mac, { hostname: 'anna-nb.example.net', addresses: [address] })
  const own = seen('dhcp/d', inside, { hostname: 'anna-nb', addresses: ['192.0.2.7'] })
  const row = device('csv/c', '1', { name: 'anna-nb' })

  assert.ok(!areOne(heard(inside, '192.0.2.7'), heard(wlan, '192.0.2.8')))
  assert.deepEqual(groups([row, own, heard(wlan, '192.0.2.8')]), [
    'csv/c:1 dhcp/d:24:6e:96:10:00:01',
    `scan/s:${wlan}`,
  ])
})

test('a name from DNS says nothing of a card whose client has another, or none but a default', () => {
  const row = device('csv/c', '1', { name: 'anna-nb' })
  const heard = seen('scan/s', wlan, { hostname: 'anna-nb.example.net', addresses: ['192.0.2.8'] })
  const lease = (hostname: string) => seen('dhcp/d', wlan, { hostname, addresses: ['192.0.2.8'] })

  assert.ok(areOne(row, heard))
  assert.equal(groups([row, heard, lease('lab-tv')]).length, 2)
  assert.equal(groups([row, heard, lease('localhost')]).length, 2)
})

test('what was seen without a card is the machine of that name which alone has its address', () => {
  const machine = device('puppet/p', '1', {
    name: 'web-01.example.net',
    interfaces: [{ name: 'eth0', mac: inside, addresses: ['192.0.2.1/24'] }],
  })
  const row = device('csv/c', '9', { name: 'old-01', address: '192.0.2.1' })
  const lease = seen('dhcp/d', other, { hostname: 'lab-tv', addresses: ['192.0.2.1'] })
  const routed = seen('scan/s', undefined, { hostname: 'web-01.example.net', addresses: ['192.0.2.1'] })

  assert.deepEqual(groups([machine, row, routed]), ['csv/c:9', 'puppet/p:1 scan/s:ip:192.0.2.1'])
  assert.equal(groups([machine, lease, routed]).length, 3)
})

test('an address that was written down counts only while its machine tells no others', () => {
  const row = device('csv/c', '1', { name: 'web-01', serial: 'A1B2C3D4', address: '192.0.2.99' })
  const bare = seen('scan/s', undefined, { addresses: ['192.0.2.99'] })
  const machine = device('puppet/p', '1', {
    name: 'web-01',
    serial: 'A1B2C3D4',
    interfaces: [{ name: 'eth0', mac: inside, addresses: ['192.0.2.1/24'] }],
  })

  assert.ok(areOne(row, bare))
  assert.equal(groups([row, machine, bare]).length, 2)
})

test('a card that was written down for another name and address may be mistyped', () => {
  const row = device('csv/c', '1', {
    name: 'nb-9',
    address: '192.0.2.9',
    interfaces: [{ name: 'x', mac: wlan }],
  })
  const told = (name: string) =>
    device('puppet/p', '1', { name, interfaces: [{ name: 'x', mac: wlan, addresses: ['192.0.2.1/24'] }] })

  assert.ok(!areOne(row, told('nb-1')))
  assert.ok(areOne(row, told('nb-9')))
})

test('an address tells copies apart, unless one of them keeps its own to itself', () => {
  const [original, copy] = [
    guest('vcenter/a', 'app', inside, '192.0.2.1'),
    guest('vcenter/b', 'app', inside, '198.51.100.1'),
  ]
  const agent = device('puppet/p', 'app', {
    name: 'app.example.net',
    interfaces: [{ name: 'eth0', mac: inside, addresses: ['198.51.100.1/24'] }],
  })

  assert.deepEqual(groups([original, copy, agent]), ['puppet/p:app vcenter/b:app', 'vcenter/a:app'])
  assert.equal(groups([guest('vcenter/a', 'app', inside), copy, agent]).length, 3)
})

test('a guest that is gone here and there under other cards or in another domain was copied, not moved', () => {
  const gone = (told: IdentityRecord) => ({ ...told, isHeld: false })
  const inDomain = (told: IdentityRecord, domain: string) => ({ ...told, fullNames: [`app.${domain}`] })
  const [here, there] = [guest('vcenter/a', 'app', inside), guest('vcenter/b', 'app', inside)]

  assert.ok(areOne(gone(here), there))
  assert.ok(!areOne(gone(here), guest('vcenter/b', 'app', wlan)))
  assert.ok(!areOne(gone(inDomain(here, 'a.example')), inDomain(there, 'b.example')))
})

test('one short name in two domains keeps apart what only an address holds together', () => {
  const agent = (domain: string, source: string) =>
    device(source, domain, { name: `app.${domain}`, address: '192.0.2.1' })
  const row = device('csv/c', '1', { name: 'app', address: '192.0.2.1' })

  assert.ok(!areOne(agent('a.example', 'puppet/p'), row, agent('b.example', 'foreman/f')))
})

test('a machine at the address that goes with its name may be written down for another site', () => {
  const machine = device('puppet/p', '1', { name: 'web-01', address: '192.0.2.1', facts: { site: 'ber' } })
  const row = device('csv/c', '1', { name: 'web-01', address: '192.0.2.1', facts: { site: 'muc' } })

  assert.ok(areOne(machine, row))
  assert.ok(!areOne(machine, device('csv/c', '1', { name: 'web-01', facts: { site: 'muc' } })))
})

test('a row that learns late of a new address or name still has its machine, though another has the name as well', () => {
  const row = device('csv/c', '1', { name: 'web-01', address: '192.0.2.1' })
  const twin = device('vcenter/a', '2', { name: 'web-01', address: '198.51.100.9' })
  const moved = device(
    'vcenter/a',
    '1',
    { name: 'web-01', address: '192.0.2.77' },
    { former: ['ip:192.0.2.1'] },
  )
  const renamed = device(
    'vcenter/a',
    '1',
    { name: 'web-77', address: '192.0.2.1' },
    { former: ['name:web-01'] },
  )

  for (const machine of [moved, renamed])
    assert.deepEqual(groups([row, twin, machine]), ['csv/c:1 vcenter/a:1', 'vcenter/a:2'])
})
