import assert from 'node:assert/strict'
import { appendFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { dnsmasqSource } from '#sources/dnsmasq/dnsmasq.ts'
import { parseDnsmasqLine } from '#sources/dnsmasq/dnsmasq-lines.ts'
import { bySourceId, recording, temporaryFolder, toolsAt } from '#test/lease-world.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const now = '2026-11-22T08:00:00.000Z'
const folder = await temporaryFolder()
const open = (path: string) => dnsmasqSource.open({ path }, toolsAt(now))

const world = [
  '1795339104 02:00:5e:00:00:07 192.0.2.174 nas-01 01:02:00:5e:00:00:07',
  '0 02:00:5E:00:00:99 192.0.2.30 printer *',
  '1795330000 02:00:5e:00:00:01 192.0.2.168 gone 01:02:00:5e:00:00:01',
  'duid 00:01:00:01:32:95:53:ab:86:8d:47:b8:81:c9',
  '1795339106 1577058311 2001:db8:5e::1c1 * 00:01:00:01:32:95:53:c1:02:00:5e:00:00:07',
  '1795339106 T1577058311 2001:db8:5e::7777 nas-01 00:01:00:01:32:95:53:c1:02:00:5e:00:00:07',
  '',
].join('\n')
const worldPath = await folder.write('world.leases', world)

testSourceContract('dnsmasq', () => open(worldPath))

test('leases of dnsmasq in force become sightings, IPv6 ones keyed by DUID with all their addresses', async () => {
  const { records } = await readAll(open(worldPath))

  assert.deepEqual(records, [
    {
      kind: 'sighting',
      sourceId: '02:00:5e:00:00:07',
      mac: '02:00:5e:00:00:07',
      addresses: ['192.0.2.174'],
      hostname: 'nas-01',
      facts: { clientId: '01:02:00:5e:00:00:07' },
      volatile: { expiresAt: '2026-11-22T09:18:24.000Z' },
    },
    {
      kind: 'sighting',
      sourceId: '02:00:5e:00:00:99',
      mac: '02:00:5e:00:00:99',
      addresses: ['192.0.2.30'],
      hostname: 'printer',
      volatile: { expiresAt: 'never' },
    },
    {
      kind: 'sighting',
      sourceId: 'duid:00:01:00:01:32:95:53:c1:02:00:5e:00:00:07',
      addresses: ['2001:db8:5e::1c1', '2001:db8:5e::7777'],
      hostname: 'nas-01',
      facts: { duid: '00:01:00:01:32:95:53:c1:02:00:5e:00:00:07', macHint: '02:00:5e:00:00:07' },
      volatile: {
        expiresAt: '2026-11-22T09:18:26.000Z',
        expiries: {
          '2001:db8:5e::1c1': '2026-11-22T09:18:26.000Z',
          '2001:db8:5e::7777': '2026-11-22T09:18:26.000Z',
        },
      },
    },
  ])
})

test('the order of lines in a dnsmasq file changes no record', async () => {
  const reversed = world.trim().split('\n').reverse().join('\n')
  const path = await folder.write('reversed.leases', `${reversed}\n`)

  assert.deepEqual(
    bySourceId((await readAll(open(path))).records),
    bySourceId((await readAll(open(worldPath))).records),
  )
})

test('vendor class and relay lines of newer dnsmasq add to the lease they name', async () => {
  const path = await folder.write(
    'extra.leases',
    [
      '0 02:00:5e:00:00:07 192.0.2.174 nas-01 *',
      `vendorclass 192.0.2.174 ${Buffer.from('udhcp 1.35.0')
        .toString('hex')
        .replace(/..(?=.)/g, '$&:')}`,
      `agent-info 192.0.2.174 01:07:${Buffer.from('Gi1/0/4')
        .toString('hex')
        .replace(/..(?=.)/g, '$&:')}:02:02:00:07`,
      'vendorclass 192.0.2.200 00:01',
      '',
    ].join('\n'),
  )

  const { records, verdict } = await readAll(open(path))

  assert.deepEqual(verdict, { complete: true })
  assert.deepEqual(records, [
    {
      kind: 'sighting',
      sourceId: '02:00:5e:00:00:07',
      mac: '02:00:5e:00:00:07',
      addresses: ['192.0.2.174'],
      hostname: 'nas-01',
      switchPort: 'Gi1/0/4',
      facts: { vendorClass: 'udhcp 1.35.0', circuitId: 'Gi1/0/4', remoteId: '00:07' },
      volatile: { expiresAt: 'never' },
    },
  ])
})

test('hardware that is not Ethernet is keyed by address, and a small time is a length rather than a date', async () => {
  const path = await folder.write(
    'odd.leases',
    [
      '43200 20-80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:10:39 192.0.2.5 ib-node *',
      '0 06-02:00:5e:00:00:11 192.0.2.6 token *',
      '0 00:00:00:00:00:00 192.0.2.7 nobody *',
      '',
    ].join('\n'),
  )

  const found = bySourceId((await readAll(open(path))).records)

  assert.deepEqual(Object.keys(found), ['ip:192.0.2.5', '02:00:5e:00:00:11', 'ip:192.0.2.7'])
  assert.equal(found['ip:192.0.2.5']!.volatile, undefined)
  assert.match(String(found['ip:192.0.2.5']!.facts!['hardware']), /^20-80:00:02/)
})

test('a line that is cut off makes the reading partial and takes nothing else away', async () => {
  const path = await folder.write('cut.leases', `${world}1795339104 02:00:5e:00:00`)

  const { records, verdict, warnings } = await readAll(open(path))

  assert.equal(records.length, 3)
  assert.equal(verdict.complete, false)
  assert.match(warnings.join(), /Line 7 of .*cut\.leases was left out: it has 2 fields where a lease has 5/)
})

test('a file that dnsmasq finishes while it is read is read again until it is whole', async () => {
  const path = await folder.write('growing.leases', '0 02:00:5e:00:00:01 192.0.2.1 one *\n0 02:00:5e:00:')
  const tools = toolsAt(now)
  const sleep = async () => appendFile(path, '00:02 192.0.2.2 two *\n')

  const { records, verdict } = await readAll(
    dnsmasqSource.open({ path }, { ...tools, clock: { ...tools.clock, sleep } }),
  )

  assert.deepEqual(verdict, { complete: true })
  assert.equal(records.length, 2)
})

test('a last line without line end that has all its fields counts once it stays so', async () => {
  const path = await folder.write('no-end.leases', '0 02:00:5e:00:00:01 192.0.2.1 one *')

  const { records, verdict } = await readAll(open(path))

  assert.deepEqual(verdict, { complete: true })
  assert.equal(records.length, 1)
})

test('a file that is no lease file is refused with the number of its first line', async () => {
  const path = await folder.write('status.json', '[\n  { "ip-address": "192.0.2.1" }\n]\n')

  await assert.rejects(readAll(open(path)), {
    code: 'SOURCE_ANSWER_INVALID',
    message: /^Line 1 of .*status\.json cannot be read: it does not begin with a time/,
  })
})

test('a missing file, a folder and an empty file are told apart', async () => {
  await assert.rejects(readAll(open(folder.path('absent'))), {
    code: 'SOURCE_FILE_UNREADABLE',
    message: /absent does not exist$/,
  })
  await assert.rejects(readAll(open(folder.path('.'))), { message: /is not a file$/ })
  await writeFile(folder.path('empty'), '')
  assert.deepEqual((await readAll(open(folder.path('empty')))).verdict, { complete: true })
})

test('a connection test counts the leases', async () => {
  const { message, warnings } = await open(worldPath).test(new AbortController().signal)

  assert.match(message, /is a lease file with 4 leases in force$/)
  assert.deepEqual(warnings, [])
})

test('no line, whatever its bytes, breaks the parser', () => {
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
  const words = fc.constantFrom('0', 'duid', '1795339104', '192.0.2.1', '2001:db8::1', '02:00:5e:00:00:01', '*', 'vendorclass', 'agent-info', 'ff:ff:01') // prettier-ignore
  const line = fc
    .array(fc.oneof(byte, words, fc.constant(' ')), { maxLength: 40 })
    .map((parts) => parts.join(''))

  fc.assert(
    fc.property(line, (text) => ['lease', 'extra', 'nothing', 'bad'].includes(parseDnsmasqLine(text).is)),
  )
})

const mixed = recording('dnsmasq/recorded-2.90-mixed-v4-v6.leases')
test(
  'a file recorded from dnsmasq 2.90 gives its six machines and one DHCPv6 client',
  { skip: mixed.skip },
  async () => {
    const { records, verdict } = await readAll(open(mixed.path))

    assert.deepEqual(verdict, { complete: true })
    assert.equal(records.length, 7)
    assert.equal(bySourceId(records)['02:00:5e:00:00:02']!.hostname, 'Web-Prod-01')
    // Its name moved to a newer client.
    assert.equal(bySourceId(records)['02:00:5e:00:00:01']!.hostname, undefined)
  },
)

const posted = recording('dnsmasq/from-issues.leases')
test(
  'files people posted, with a duid line and a server that is long gone, hold no lease in force',
  { skip: posted.skip },
  async () => {
    assert.deepEqual(await readAll(open(posted.path)), {
      records: [],
      warnings: [],
      verdict: { complete: true },
      largestPage: 0,
    })
  },
)
