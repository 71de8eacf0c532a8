import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffLines, factLabel, whoDid } from './diff-lines.ts'

test('a fact that changed has its value before and after', () => {
  assert.deepEqual(diffLines({ os: 'Debian 12' }, { os: 'Debian 13' }), [
    { path: 'os', label: 'Operating system', before: 'Debian 12', after: 'Debian 13' },
  ])
})

test('what came and what went has one side only', () => {
  const lines = diffLines({ site: 'Graz', rack: null }, { site: null, rack: 'R1' })

  assert.deepEqual(
    lines.map(({ label, before, after }) => [label, before, after]),
    [
      ['Site', 'Graz', ''],
      ['Rack', '', 'R1'],
    ],
  )
})

test('of an interface only the parts that changed are told', () => {
  const eth0 = { mac: '00:1b:21:00:00:01', addresses: ['192.0.2.7/24'], status: 'up', metadata: {} }

  const lines = diffLines({ 'interfaces/eth0': eth0 }, { 'interfaces/eth0': { ...eth0, status: 'down' } })

  assert.deepEqual(lines, [
    { path: 'interfaces/eth0/status', label: 'Interface eth0 status', before: 'up', after: 'down' },
  ])
})

test('a new interface is told in one line without the parts that say nothing', () => {
  const eth0 = { mac: '00:1b:21:00:00:01', addresses: ['192.0.2.7/24'], speedMbps: null, metadata: {} }

  const [line] = diffLines({}, { 'interfaces/eth0': eth0 })

  assert.equal(line!.after, 'mac 00:1b:21:00:00:01, addresses 192.0.2.7/24')
})

test('the name comes first and what belongs to a group last', () => {
  const lines = diffLines({}, { 'tags/web': true, vendor: 'Dell', name: 'web-01' })

  assert.deepEqual(
    lines.map(({ label }) => label),
    ['Name', 'Vendor', 'Tags'],
  )
})

test('a record that was linked is told by its source and its id there', () => {
  const lines = diffLines({}, { 'records/asset-list/A-7': 'mac', 'records/manual/device:7': 'manual' })

  assert.deepEqual(lines, [
    { path: 'records/asset-list/A-7', label: 'Record', before: '', after: 'asset-list A-7' },
  ])
})

test('a relationship is told in words, and a kind of device by its name', () => {
  const lines = diffLines(
    { deviceType: 'unknown' },
    { deviceType: 'vm', 'relationships/hosts/parent/7': 'lab' },
  )

  assert.deepEqual(
    lines.map(({ label, before, after }) => [label, before, after]),
    [
      ['Type', 'Unknown', 'VM'],
      ['Runs on', '', 'device 7'],
    ],
  )
})

test('paths are labelled in words', () => {
  assert.equal(factLabel('metadata/lab/node'), 'node')
  assert.equal(factLabel('custom/cost_centre'), 'Cost centre')
  assert.equal(factLabel('vm/powerState'), 'Power state')
  assert.equal(factLabel('relationships/hosts/parent/7'), 'Hosts')
})

test('who did it is told without its kind', () => {
  assert.equal(whoDid('run:17 by system:schedule'), 'schedule')
  assert.equal(whoDid('ada@example.net'), 'ada@example.net')
  assert.equal(whoDid('cli:root'), 'root')
})

test('tags come and go in one line', () => {
  const lines = diffLines(
    { 'tags/old': true, 'tags/web': null },
    { 'tags/old': null, 'tags/web': true, 'tags/pci': true },
  )

  assert.deepEqual(lines, [{ path: 'tags', label: 'Tags', before: 'old', after: 'pci, web' }])
})

test('a configuration is told by its source and the numbers of its versions', () => {
  assert.deepEqual(diffLines({ 'config/ox/site-a/sw-1': 1 }, { 'config/ox/site-a/sw-1': 2 }), [
    { path: 'config/ox/site-a/sw-1', label: 'Configuration of ox, version', before: '1', after: '2' },
  ])
})
