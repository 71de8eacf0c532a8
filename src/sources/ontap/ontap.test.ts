import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ReportedDevice } from '#model/record.ts'
import { ontapSource } from '#sources/ontap/ontap.ts'
import { volumeNamed, volumesOf } from '#test/fakes/oceanstor-lab.ts'
import { ontapLab, openOntapWith } from '#test/fakes/ontap-lab.ts'
import { sampleCluster } from '#test/fakes/ontap-world.ts'
import { startFakeOntap } from '#test/fakes/ontap.ts'
import { fuzzSource } from '#test/fuzz-source.ts'
import { readAll, testSourceContract, type Reading } from '#test/source-contract.ts'

const lab = ontapLab()
const never = new AbortController().signal
const gib = 2 ** 30

const devicesOf = ({ records }: Reading): ReportedDevice[] => records.filter((each) => each.kind === 'device')

testSourceContract('ontap', () => lab.open())

test('a cluster reads as itself, its nodes, aggregates, volumes, LUNs and qtrees', async () => {
  const reading = await readAll(lab.open())
  assert.deepEqual(
    reading.records.map(
      (each) => `${each.kind === 'volume' ? each.volumeType : each.kind} ${'name' in each ? each.name : ''}`,
    ),
    [
      'device cluster1',
      'device cluster1-01',
      'device cluster1-02',
      'pool aggr1',
      'pool aggr2',
      'volume vol1',
      'volume vol2',
      'volume svm1_root',
      'volume big',
      'volume copied',
      'volume offline',
      'lun /vol/vol1/esx-lun',
      'qtree home',
      'qtree scratch',
    ],
  )
  assert.deepEqual([reading.verdict, reading.warnings], [{ complete: true }, []])
})

test('a cluster has the addresses that move between its nodes', async () => {
  const [cluster] = devicesOf(await readAll(lab.open()))
  assert.deepEqual(cluster, {
    kind: 'device',
    sourceId: 'ee00ee00-5440-11ed-bc87-000000000001',
    name: 'cluster1',
    deviceType: 'storage',
    status: 'active',
    vendor: 'NetApp',
    names: ['cluster1.example.net'],
    address: '192.0.2.60',
    os: 'ONTAP 9.14.1P3',
    interfaces: [
      {
        name: 'cluster_mgmt',
        addresses: ['192.0.2.60/24'],
        status: 'up',
        type: 'virtual',
        metadata: { scope: 'cluster', services: ['management_https', 'management_ssh'] },
      },
      {
        name: 'svm1:nfs_1',
        addresses: ['192.0.2.71/24'],
        status: 'up',
        type: 'virtual',
        metadata: { scope: 'svm', services: ['data_core', 'data_nfs'] },
      },
      {
        name: 'svm1:svm1_mgmt',
        addresses: ['192.0.2.72/24'],
        status: 'down',
        type: 'virtual',
        metadata: { scope: 'svm', services: ['management_https'] },
      },
    ],
    facts: { kind: 'cluster', location: 'Hall 1', contact: 'storage@example.net' },
  })
})

test('a node has its serial number, its cards, and the cluster that manages it', async () => {
  const [, node] = devicesOf(await readAll(lab.open()))
  assert.deepEqual(node, {
    kind: 'device',
    sourceId: 'bb00bb00-5440-11ed-bc87-000000000001',
    name: 'cluster1-01',
    deviceType: 'storage',
    status: 'active',
    vendor: 'NetApp',
    serial: '721808000701',
    model: 'AFF-A300',
    address: '192.0.2.61',
    os: 'ONTAP 9.14.1P3',
    interfaces: [
      {
        name: 'a0a',
        mac: '02:a0:98:d3:9e:12',
        status: 'up',
        type: 'virtual',
        metadata: { mtu: 9000, kind: 'lag' },
      },
      {
        name: 'e0M',
        mac: '00:a0:98:d3:9e:12',
        speedMbps: 1000,
        status: 'up',
        type: 'physical',
        metadata: { mtu: 1500, kind: 'physical' },
      },
    ],
    relationships: [{ type: 'manages', other: 'parent', sourceId: 'ee00ee00-5440-11ed-bc87-000000000001' }],
    facts: {
      kind: 'node',
      cluster: 'cluster1',
      location: 'Hall 1',
      systemId: '0536737251',
      board: 'System Board XXIII',
      memoryMb: 131_072,
      cpu: 'Intel(R) Xeon(R) D-1587',
      cpuCount: 32,
      ha: true,
      partners: ['cluster1-02'],
    },
    volatile: { uptimeSeconds: 8_640_000 },
  })
})

test('a volume has its size, its aggregate and RAID level, its birth in UTC, and what it is mounted as', async () => {
  const { facts, ...volume } = volumeNamed(await readAll(lab.open()), 'vol1')
  assert.deepEqual(volume, {
    kind: 'volume',
    sourceId: 'volume/dd00dd00-5440-11ed-bc87-000000000001',
    name: 'vol1',
    volumeType: 'volume',
    storageArray: 'cluster1',
    deviceSourceId: 'ee00ee00-5440-11ed-bc87-000000000001',
    capacityBytes: 100 * gib,
    poolSourceId: 'aggregate/aa00aa00-5440-11ed-bc87-000000000001',
    raidLevel: 'raid_dp',
    thinProvisioned: true,
    ids: ['nfs:192.0.2.71:/vol1'],
    volatile: { used_bytes: 40 * gib },
  })
  assert.deepEqual(
    [facts?.['svm'], facts?.['createdAt'], facts?.['comment'], facts?.['snaplock']],
    ['svm1', '2022-11-24T10:23:13.000Z', undefined, undefined],
  )
})

test('a FlexGroup lies on several aggregates, so on none in particular', async () => {
  const big = volumeNamed(await readAll(lab.open()), 'big')
  assert.deepEqual(
    [big.poolSourceId, big.raidLevel, big.facts?.['aggregates'], big.ids],
    [undefined, 'raid_dp, raid_tec', ['aggr1', 'aggr2'], undefined],
  )
})

test('mirrors and roots of SVMs are marked, and an offline volume is told with what it tells', async () => {
  const reading = await readAll(lab.open())
  assert.deepEqual(
    volumesOf(reading).flatMap(({ name, copy }) => (copy === undefined ? [] : [[name, copy]])),
    [['copied', 'mirror']],
  )
  assert.equal(volumeNamed(reading, 'svm1_root').facts?.['root'], true)
  const offline = volumeNamed(reading, 'offline')
  assert.deepEqual(
    [offline.capacityBytes, offline.volatile, offline.facts?.['state'], offline.thinProvisioned],
    [50 * gib, undefined, 'offline', undefined],
  )
  assert.deepEqual(offline.unread, [
    'capacityBytes', 'poolSourceId', 'thinProvisioned', 'ids', 'facts',
  ]) // prettier-ignore
})

test('a LUN is known by the number that hosts see, and lies in its volume', async () => {
  const lun = volumeNamed(await readAll(lab.open()), '/vol/vol1/esx-lun')
  assert.deepEqual(lun.ids, ['naa:600a09805a6c4146413f514d6e426458'])
  assert.deepEqual(
    [lun.capacityBytes, lun.volatile, lun.poolSourceId, lun.raidLevel, lun.thinProvisioned],
    [10 * gib, { used_bytes: 3 * gib }, 'volume/dd00dd00-5440-11ed-bc87-000000000001', 'raid_dp', true],
  )
  assert.deepEqual(
    [lun.facts?.['igroups'], lun.facts?.['os'], lun.facts?.['createdAt']],
    [['esx'], 'vmware', '2021-12-09T14:07:31.000Z'],
  )
})

test('a qtree has the size of its quota, one without a quota has none, and number 0 is the volume itself', async () => {
  const reading = await readAll(lab.open())
  const [home, scratch, ...more] = volumesOf(reading).filter(({ volumeType }) => volumeType === 'qtree')
  assert.equal(more.length, 0)
  assert.deepEqual(
    [home?.sourceId, home?.capacityBytes, home?.volatile, home?.facts?.['softLimitBytes']],
    ['qtree/dd00dd00-5440-11ed-bc87-000000000001/1', 20 * gib, { used_bytes: 5 * gib }, 18 * gib],
  )
  assert.deepEqual([scratch?.capacityBytes, scratch?.volatile], [undefined, undefined])
})

test('a volume that is renamed and moved to another aggregate keeps its id', async () => {
  const before = volumeNamed(await readAll(lab.open()), 'vol1')
  const row = lab.fake.world.lists['/storage/volumes']![0]!
  Object.assign(row, {
    name: 'renamed',
    aggregates: [{ uuid: 'aa00aa00-5440-11ed-bc87-000000000002', name: 'aggr2' }],
  })
  const after = volumeNamed(await readAll(lab.open()), 'renamed')
  assert.equal(after.sourceId, before.sourceId)
  assert.equal(after.raidLevel, 'raid_tec')
})

test('an aggregate that its partner took over is at home where it was', async () => {
  const pool = volumeNamed(await readAll(lab.open()), 'aggr2')
  assert.deepEqual(
    [pool.facts?.['node'], pool.raidLevel, pool.capacityBytes, pool.volatile],
    ['cluster1-02', 'raid_tec', 10_000 * gib, { used_bytes: 2000 * gib }],
  )
})

test('what is not wanted is not asked for', async () => {
  const reading = await readAll(lab.open({ luns: false, qtrees: false }))
  assert.deepEqual(reading.verdict, { complete: true })
  assert.ok(!lab.fake.requests.some((each) => /luns|qtrees|quota/.test(each)))
})

test('a connection test tells on one screen what there is, and which command gives a missing right', async () => {
  const good = await lab.open().test(never)
  assert.equal(
    good.message,
    'NetApp Release 9.14.1P3, cluster cluster1: 2 nodes, 2 aggregates, 6 volumes, 1 LUN, 3 qtrees.',
  )
  assert.ok(good.checks?.every(({ result }) => result === 'ok'))
  lab.fake.interfere = (path) => (path === '/storage/luns' ? { code: '6' } : undefined)
  const { checks, warnings } = await lab.open().test(never)
  assert.deepEqual(
    checks?.filter(({ result }) => result !== 'ok'),
    [
      {
        name: 'Read LUNs',
        result: 'limited',
        detail: 'LUNs are missing (6: not authorized for that command)',
        fix: 'security login rest-role create -role rollcall -api /api/storage/luns -access readonly',
      },
    ],
  )
  assert.equal(warnings.length, 1)
})

test('a login is required in the settings: a password or a certificate', () => {
  const parse = (settings: object) =>
    ontapSource.settings.safeParse({ url: lab.fake.url, ...settings }).success
  assert.ok(parse({ username: 'a', password: 'b' }))
  assert.ok(parse({ tls: { clientCert: './rollcall.pem', clientKey: './rollcall.key' } }))
  assert.ok(!parse({}) && !parse({ username: 'a' }))
})

test('recorded answers replay to the same reading, without the network and without secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-ontap-'))
  try {
    lab.fake.pageLimit = 2
    const recorded = await readAll(lab.open({ record: folder }))
    const all = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
    assert.ok(!/R3ad0nly/.test(all.join()))
    const replayed = await readAll(
      openOntapWith({ url: 'https://nowhere.invalid', timeoutSeconds: 5, replay: folder }),
    )
    assert.deepEqual(replayed, recorded)
    assert.deepEqual(replayed.verdict, { complete: true })
  } finally {
    await rm(folder, { recursive: true })
  }
})

fuzzSource(
  'ontap',
  async (t) => {
    const fake = await startFakeOntap(sampleCluster())
    fake.pageLimit = 3
    t.after(() => fake.close())
    return {
      url: fake.url,
      open: (url) =>
        openOntapWith({ url, username: fake.username, password: fake.password, timeoutSeconds: 5 }),
      secrets: [fake.password, Buffer.from(`${fake.username}:${fake.password}`).toString('base64')],
    }
  },
  { counts: true, runs: 34 },
)
