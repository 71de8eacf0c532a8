import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import type { ReportedDevice, ReportedFacts } from '#model/record.ts'
import type { Source } from '#sources/source.ts'
import { openPuppetdb, startFakePuppetdb, type FakePuppetdb } from '#test/fakes/puppetdb.ts'
import { sampleNodes } from '#test/fakes/puppetdb-world.ts'
import { fuzzSource } from '#test/fuzz-source.ts'
import { failing, never } from '#test/http-lab.ts'
import { readAll, testSourceContract, type Reading } from '#test/source-contract.ts'

let fake: FakePuppetdb

before(async () => {
  fake = await startFakePuppetdb(sampleNodes())
})
beforeEach(() =>
  Object.assign(fake, { nodes: sampleNodes(), asked: [], busiest: 0, interfere: () => undefined }),
)
after(() => fake.close())

const open = (settings: Record<string, unknown> = {}): Source => openPuppetdb({ url: fake.url, ...settings })

const named = ({ records }: Reading, name: string) =>
  records.find((record) => record.sourceId === name) as ReportedDevice

async function factsOf(source: Source): Promise<Map<string, ReportedFacts>> {
  const told = new Map<string, ReportedFacts>()
  for await (const { facts = [] } of source.read(never))
    for (const each of facts) told.set(each.deviceSourceId, each)
  return told
}

const reasonOf = ({ verdict }: Reading): string => {
  assert.ok(!verdict.complete)
  return verdict.reason
}

testSourceContract('puppetdb', () => open())
fuzzSource(
  'puppetdb',
  async () => ({
    url: fake.url,
    secrets: [fake.token],
    open: (url) => {
      // A node without facts is no more than its name: which other name it had nobody can know.
      fake.nodes = sampleNodes().filter((node) => node.facts !== undefined)
      return openPuppetdb({ url, token: fake.token, nodesPerRequest: 2 })
    },
  }),
  { counts: true },
)

test('a machine of Facter 4 is reported with its hardware, its cards and its certificate', async () => {
  assert.deepEqual(named(await readAll(open()), 'web-01.example.net'), {
    kind: 'device',
    sourceId: 'web-01.example.net',
    name: 'web-01.example.net',
    deviceType: 'vm',
    status: 'active',
    nativeIds: ['certname:web-01.example.net', 'uuid:0f6a3b52-93c1-4d61-8a2c-1f7d4f6f7a01'],
    names: ['web-01'],
    address: '192.0.2.10',
    serial: 'Not Specified',
    vendor: 'QEMU',
    model: 'Standard PC',
    os: 'Debian GNU/Linux 12 (bookworm)',
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8'], type: 'loopback' },
      {
        name: 'eth0',
        mac: 'bc:24:11:2e:c5:4a',
        addresses: ['192.0.2.10/24', '192.0.2.11/32', '2001:db8::10/64'],
        status: 'up',
        type: 'physical',
        metadata: { mtu: 1500 },
      },
      { name: 'eth0.100', mac: 'bc:24:11:2e:c5:4a', addresses: ['198.51.100.7/25'], type: 'virtual' },
    ],
    facts: {
      kernel: '6.1.0-22-amd64',
      architecture: 'amd64',
      osFamily: 'Debian',
      virtual: 'kvm',
      cpuModel: 'AMD EPYC 7302P 16-Core Processor',
      cpuCount: 4,
      cpuSockets: 1,
      memoryMb: 3915,
      biosVersion: '1.16.2',
      facterVersion: '4.2.5',
      environment: 'production',
    },
    volatile: {
      uptimeSeconds: 86_400,
      factsAt: '2026-11-22T06:03:00.000Z',
      reportAt: '2026-11-22T06:05:20.000Z',
      reportStatus: 'changed',
    },
  })
})

test('a machine of Facter 2, which tells everything flat and as text, reads the same way', async () => {
  const device = named(await readAll(open()), 'old-01.example.net')
  const { deviceType, serial, vendor, model, os, address, nativeIds, facts } = device
  assert.deepEqual(
    [deviceType, serial, vendor, model, os, address],
    ['server', 'ABC1234', 'Dell Inc.', 'PowerEdge R610', 'Debian GNU/Linux 7.6 (wheezy)', '192.0.2.20'],
  )
  assert.deepEqual(nativeIds?.[1], 'uuid:4c4c4544-0042-4310-8031-b1c04f323334')
  assert.deepEqual(
    [facts?.['cpuCount'], facts?.['memoryMb'], facts?.['cpuModel']],
    [2, 2006, 'Intel(R) Xeon(R) CPU E5620 @ 2.40GHz'],
  )
  assert.deepEqual(
    device.interfaces?.map(({ name, mac, addresses, type }) => [name, mac, addresses, type]),
    [
      ['eth0', '00:1b:21:3c:4d:20', ['192.0.2.20/24'], 'physical'],
      ['eth1', '00:1b:21:3c:4d:21', ['fe80::21b:21ff:fe3c:4d21'], 'physical'],
      ['eth0_100', undefined, [], 'physical'],
      ['lo', undefined, ['127.0.0.1/8'], 'loopback'],
    ],
  )
})

test('a deactivated or expired node is inactive and keeps what identifies it; without them where nobody wants them', async () => {
  fake.nodes[0]!.expired = '2026-11-20T00:00:00.000Z'
  const reading = await readAll(open())
  const { status, serial, facts } = named(reading, 'gone.example.net')
  assert.deepEqual(
    [status, serial, facts?.['deactivatedAt']],
    ['inactive', 'GONE-1', '2026-11-22T06:10:00.000Z'],
  )
  assert.equal(named(reading, 'web-01.example.net').status, 'inactive')

  const active = await readAll(open({ inactive: false }))
  assert.deepEqual(active.verdict, { complete: true })
  assert.deepEqual(
    active.records.map((record) => record.sourceId),
    ['old-01.example.net', 'silent.example.net'],
  )
})

test('a node that told no facts is known by its name alone', async () => {
  const { nativeIds, interfaces, status, deviceType } = named(await readAll(open()), 'silent.example.net')
  assert.deepEqual(
    [nativeIds, interfaces, status, deviceType],
    [['certname:silent.example.net'], undefined, 'active', 'server'],
  )
})

test('a certificate that is named by a UUID gives way to the name of the machine', async () => {
  fake.nodes[0]!.certname = '5b1f6a52-8f0b-4a3c-9f1d-0c5a8b7e6d21'
  const device = named(await readAll(open()), '5b1f6a52-8f0b-4a3c-9f1d-0c5a8b7e6d21')
  assert.equal(device.name, 'web-01.example.net')
})

test('facts are told whole, with the time at which the machine told them, and what changes all day apart', async () => {
  const { facts, volatile, collectedAt } = (await factsOf(open())).get('web-01.example.net')!
  assert.equal(collectedAt, '2026-11-22T06:03:00.000Z')
  assert.deepEqual((facts['os'] as { release: unknown }).release, { full: '12.5', major: '12' })
  assert.deepEqual(Object.keys(volatile!).toSorted(), [
    'load_averages',
    'memory',
    'mountpoints',
    'system_uptime',
  ])
  assert.deepEqual(Object.keys((facts['networking'] as { interfaces: object }).interfaces), [
    'lo',
    'eth0',
    'eth0.100',
  ])
  const old = (await factsOf(open())).get('old-01.example.net')!
  assert.deepEqual(Object.keys(old.volatile!), ['memoryfree_mb', 'uptime_seconds'])
  assert.equal(old.facts['interfaces'], 'eth0,eth1,eth0_100,lo')
  assert.ok(!('macaddress_veth9a' in old.facts))
})

test('secrets in facts, in user data and in certificates stay where they are, and so do public keys', async () => {
  const told = JSON.stringify([...(await factsOf(open())).values(), await readAll(open())])
  for (const secret of ['swordfish99', 'hunter2', 'AAAAB3NzaC1yc2E'])
    assert.ok(!told.includes(secret), secret)
  assert.deepEqual((await factsOf(open())).get('web-01.example.net')!.facts['app'], {
    db_password: '[redacted]',
    port: 5432,
  })
})

test('a person says which facts are left out and which change all day', async () => {
  const source = open({ excludeFacts: ['os', 'kernel*'], volatileFacts: ['APP'] })
  const { facts, volatile } = (await factsOf(source)).get('web-01.example.net')!
  assert.ok(!('os' in facts) && !('kernelrelease' in facts) && 'app' in volatile!)
  assert.equal((await factsOf(open({ facts: false }))).size, 0)
})

test('nodes come in one question, their facts some at a time, one request after the other', async () => {
  await readAll(open({ nodesPerRequest: 2 }))
  assert.deepEqual(
    fake.asked.map(([entity]) => entity),
    ['nodes', 'inventory', 'factsets', 'inventory', 'factsets'],
  )
  assert.ok(fake.asked.every(([, question]) => question['order_by'] !== undefined))
  assert.equal(fake.busiest, 1)
})

test('an answer that breaks off in the middle, with a good status, is asked for in smaller pieces', async () => {
  fake.interfere = (entity, body) =>
    entity === 'inventory' && body.includes('web-01') && body.includes('gone')
      ? { body: body.slice(0, -40) }
      : undefined
  const { verdict, records } = await readAll(open())
  assert.deepEqual([verdict, records.length], [{ complete: true }, 4])
})

test('a node whose facts can never be had makes the reading partial, and the node keeps what was known', async () => {
  fake.interfere = (entity, body) =>
    entity === 'inventory' && body.includes('web-01') ? { body: body.slice(0, 100) } : undefined
  const reading = await readAll(open())
  assert.equal(reasonOf(reading), 'the facts of these nodes did not come: web-01.example.net.')
  assert.deepEqual(
    reading.records.map((record) => record.sourceId),
    ['gone.example.net', 'old-01.example.net', 'silent.example.net'],
  )
})

test('a broken list of nodes is an error, not a world without machines', async () => {
  fake.interfere = (entity, body) => (entity === 'nodes' ? { body: body.slice(0, -2) } : undefined)
  await assert.rejects(readAll(open()), failing('SOURCE_ANSWER_INVALID', /no JSON/))
})

test('fewer nodes than were counted, or some of another shape, prove nothing', async () => {
  fake.interfere = (entity, body) =>
    entity === 'nodes' ? { body: JSON.stringify((JSON.parse(body) as unknown[]).slice(1)) } : undefined
  assert.match(reasonOf(await readAll(open())), /it spoke of 4 nodes and told 3/)

  fake.interfere = (entity, body) =>
    entity === 'nodes'
      ? { body: body.replace('"certname":"old-01.example.net"', '"certname":17') }
      : undefined
  assert.match(reasonOf(await readAll(open())), /1 nodes could not be understood/)
})

test('what is refused, or ended without a word, says what to do', async (t) => {
  const refused = openPuppetdb({ url: fake.url, token: 'wrong-token-wrong-token' })
  await assert.rejects(refused.test(never), (error: { hint: string; message: string }) => {
    failing('SOURCE_FORBIDDEN')(error)
    assert.match(error.hint, /certificate-allowlist/)
    return !error.message.includes('wrong-token')
  })
  const dropping = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  t.after(() => dropping.close())
  await once(dropping, 'listening')
  const elsewhere = openPuppetdb({ url: `https://127.0.0.1:${(dropping.address() as AddressInfo).port}` })
  await assert.rejects(elsewhere.test(never), (error: { hint: string }) => {
    failing('SOURCE_UNREACHABLE')(error)
    return /tls.clientCert/.test(error.hint)
  })
})

test('the connection test tells what works, and what is not known of nodes without facts', async () => {
  const { message, checks, warnings } = await open().test(never)
  assert.equal(message, 'PuppetDB 7.12.1 holds 4 nodes, 3 of them active.')
  assert.deepEqual(
    checks!.map(({ name, result }) => [name, result]),
    [
      ['Reach PuppetDB', 'ok'],
      ['Read nodes', 'ok'],
      ['Read facts', 'ok'],
      ['Nodes with facts', 'limited'],
    ],
  )
  assert.deepEqual(warnings, [
    'Nodes with facts: 1 node told no facts: their addresses and serial numbers are not known here.',
  ])
})
