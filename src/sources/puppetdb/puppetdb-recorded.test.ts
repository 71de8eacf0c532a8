import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import type { JsonObject } from '#kernel/json.ts'
import { factsetRow, inventoryRow, nodeRow } from '#sources/puppetdb/answers.ts'
import { toDevice, toFacts } from '#sources/puppetdb/mapping.ts'
import { openPuppetdb, startFakePuppetdb, type FakePuppetdb } from '#test/fakes/puppetdb.ts'
import { fuzzSource } from '#test/fuzz-source.ts'
import { never } from '#test/http-lab.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const folder = new URL('../../../../shared/fixtures/puppetdb/', import.meta.url)
const isHere = existsSync(folder)
const recordings = isHere ? {} : { skip: 'the recorded answers are not here' }
const recorded = <Schema extends z.ZodType>(schema: Schema, file: string): z.output<Schema>[] =>
  z.array(schema).parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

/** A node of the recording as the source puts it together. */
function node(certname: string) {
  const of = <Row extends { certname: string }>(rows: Row[]) => rows.find((row) => row.certname === certname)
  return {
    node: of(recorded(nodeRow, 'nodes-any.json'))!,
    inventory: of(recorded(inventoryRow, 'inventory.json'))!,
    toldAt: of(recorded(factsetRow, 'factsets-meta.json'))?.producer_timestamp,
  }
}

test(
  'a recorded machine of Facter 2 on VMware tells its UUID twice, once in its serial number',
  recordings,
  () => {
    assert.deepEqual(toDevice(node('pg1.vm')), {
      kind: 'device',
      sourceId: 'pg1.vm',
      name: 'pg1.vm',
      deviceType: 'vm',
      status: 'active',
      nativeIds: ['certname:pg1.vm', 'uuid:564d8939-d2e2-bfc4-8b13-3de47092904b'],
      names: ['pg1'],
      address: '192.168.182.196',
      serial: 'VMware-56 4d 89 39 d2 e2 bf c4-8b 13 3d e4 70 92 90 4b',
      vendor: 'VMware, Inc.',
      model: 'VMware Virtual Platform',
      os: 'Debian GNU/Linux testing (jessie)',
      interfaces: [
        {
          name: 'eth0',
          mac: '00:0c:29:92:90:4b',
          addresses: ['192.168.182.196/24'],
          type: 'physical',
          metadata: { mtu: 1500 },
        },
        { name: 'lo', addresses: ['127.0.0.1/8'], type: 'loopback', metadata: { mtu: 65_536 } },
      ],
      facts: {
        kernel: '3.14-1-amd64',
        architecture: 'amd64',
        osFamily: 'Debian',
        virtual: 'vmware',
        cpuModel: 'Intel(R) Core(TM) i7-3720QM CPU @ 2.60GHz',
        cpuCount: 1,
        cpuSockets: 1,
        memoryMb: 488,
        biosVersion: '6.00',
        timezone: 'BST',
        facterVersion: '2.2.0',
        puppetVersion: '3.7.1',
        environment: 'production',
      },
      volatile: { uptimeSeconds: 1_269_675, factsAt: '2026-11-22T06:00:00.000Z' },
    })
  },
)

test(
  'recorded machines of Facter 4 read from their structured facts, and share nothing that is told of VirtualBox',
  recordings,
  () => {
    const centos = toDevice(node('centos7-01.example.com'))
    assert.deepEqual(
      [
        centos.name,
        centos.names,
        centos.os,
        centos.serial,
        centos.nativeIds?.[1],
        centos.facts?.['memoryMb'],
      ],
      [
        'centos7-01.example.com',
        ['foo.example.com', 'foo'],
        'CentOS Linux release 7.8.2003 (Core)',
        '0',
        'uuid:ac7c38a5-f47a-7845-938b-4f58d3bc70d2',
        487,
      ],
    )
    assert.deepEqual(
      centos.interfaces?.map(({ name, mac, addresses }) => [name, mac, addresses]),
      [
        ['lo', undefined, ['127.0.0.1/8', '::1/128']],
        ['eth0', '52:54:00:4d:77:d3', ['10.0.2.15/24', 'fe80::5054:ff:fe4d:77d3/64']],
        ['eth1', '08:00:27:47:4e:7b', ['10.0.0.2/24', 'fe80::a00:27ff:fe47:4e7b/64']],
      ],
    )
    const freebsd = toDevice(node('fbsd12.example.com'))
    assert.deepEqual(
      [
        freebsd.os,
        freebsd.deviceType,
        freebsd.facts?.['cpuCount'],
        freebsd.interfaces?.map((each) => each.name),
      ],
      ['FreeBSD 12.2-RELEASE-p6', 'vm', 2, ['em0', 'lo0']],
    )
    // Sent on by a server that had kept them for weeks.
    assert.equal(freebsd.volatile?.['factsAt'], '2026-10-01T06:03:00.000Z')
  },
)

test('recorded facts are kept as they were told, but for keys and what changes all day', recordings, () => {
  const { facts, volatile, collectedAt } = toFacts(
    node('deb11-web.example.com'),
    { volatileFacts: [], excludeFacts: [] },
    'now',
  )
  const told = node('deb11-web.example.com').inventory.facts
  assert.equal(collectedAt, '2026-11-22T06:03:00.000Z')
  assert.deepEqual(facts['os'], told['os'])
  assert.deepEqual(facts['partitions'], told['partitions'])
  assert.deepEqual(
    Object.keys(told)
      .filter((name) => !(name in facts) && !(name in volatile!))
      .toSorted(),
    [
      'ssh', 'sshdsakey', 'sshecdsakey', 'sshed25519key', 'sshfp_dsa', 'sshfp_ecdsa', 'sshfp_ed25519', 'sshfp_rsa',
      'sshrsakey',
    ],
  ) // prettier-ignore
  assert.deepEqual(Object.keys(volatile!).toSorted(), [
    'load_averages', 'memory', 'memoryfree', 'memoryfree_mb', 'mountpoints', 'system_uptime', 'uptime', 'uptime_days',
    'uptime_hours', 'uptime_seconds',
  ]) // prettier-ignore
})

if (isHere) {
  let fake: FakePuppetdb
  before(async () => {
    const rows = recorded(inventoryRow, 'inventory.json')
    fake = await startFakePuppetdb(
      rows.map(({ certname, facts, trusted }) => ({
        certname,
        facts,
        trusted: (trusted ?? null) as JsonObject | null,
      })),
    )
  })
  after(() => fake.close())
  testSourceContract('the recorded PuppetDB', () => openPuppetdb({ url: fake.url }))
  fuzzSource(
    'the recorded PuppetDB',
    async () => ({ url: fake.url, secrets: [], open: (url) => openPuppetdb({ url, nodesPerRequest: 3 }) }),
    { counts: true, runs: 22 },
  )
}

const { ROLLCALL_TEST_PUPPETDB_URL: url, ROLLCALL_TEST_PUPPETDB_TOKEN: token } = process.env

if (url) {
  const open = () => openPuppetdb({ url, nodesPerRequest: 2, ...(token ? { token } : {}) })
  testSourceContract('a real PuppetDB', open)
  fuzzSource(
    'a real PuppetDB',
    async () => ({
      url,
      secrets: token ? [token] : [],
      open: (at) => openPuppetdb({ url: at, nodesPerRequest: 2 }),
    }),
    {
      counts: true,
      runs: 32,
    },
  )
  test('a real PuppetDB: every check of the connection test says something', async () => {
    const { message, checks } = await open().test(never)
    assert.match(message, /^PuppetDB \d/)
    assert.ok(checks!.length === 4 && checks!.every(({ result }) => result !== 'failed'))
  })
  test('a real PuppetDB: inactive nodes are told as such, and only where they are wanted', async () => {
    const all = (await readAll(open())).records
    const active = (await readAll(openPuppetdb({ url, inactive: false, ...(token ? { token } : {}) })))
      .records
    const inactive = all.filter((record) => record.kind === 'device' && record.status === 'inactive')
    assert.equal(all.length - inactive.length, active.length)
  })
} else {
  test('a real PuppetDB', { skip: 'ROLLCALL_TEST_PUPPETDB_URL is not set' }, () => {})
}
