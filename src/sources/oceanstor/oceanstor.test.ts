import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  arrayOf,
  oceanstorLab,
  openOceanstorWith,
  volumeNamed,
  volumesOf,
} from '#test/fakes/oceanstor-lab.ts'
import { sampleArray } from '#test/fakes/oceanstor-world.ts'
import { startFakeOceanstor } from '#test/fakes/oceanstor.ts'
import { fuzzSource } from '#test/fuzz-source.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const lab = oceanstorLab()
const never = new AbortController().signal
const esn = '2102353TJWFSN7000012'

testSourceContract('oceanstor', () => lab.open())

test('an array reads as itself, its pools, LUNs, file systems and quota trees, those of vStores too', async () => {
  const reading = await readAll(lab.open())
  assert.deepEqual(
    reading.records.map((record) => record.sourceId.replace(esn, 'E')),
    [
      'E',
      'E/pool/0',
      'E/pool/1',
      'E/lun/11',
      'E/lun/12',
      'E/lun/13',
      'E/filesystem/11',
      'E/quotatree/11@4097',
      'E/quotatree/11@4098',
      'E/lun/900',
    ],
  )
  assert.deepEqual([reading.verdict, reading.warnings], [{ complete: true }, []])
})

test('an array is known by its serial number, and tells its hardware and its network', async () => {
  const { facts, volatile, interfaces, relationships, ...array } = arrayOf(await readAll(lab.open()))
  assert.deepEqual(array, {
    kind: 'device',
    sourceId: esn,
    name: 'dorado-1',
    deviceType: 'storage',
    status: 'active',
    address: '127.0.0.1',
    serial: esn,
    vendor: 'Huawei',
    model: 'OceanStor Dorado 5000 V6',
    os: 'OceanStor V600R005C27SPH011',
  })
  assert.deepEqual(
    interfaces?.map(({ name, mac, addresses, status, speedMbps }) => [
      name,
      mac,
      addresses,
      status,
      speedMbps,
    ]),
    [
      ['CTE0.A.IOM1.P0', 'a0:8c:f8:10:57:70', [], 'down', undefined],
      ['CTE0.SMM0.MGMT', 'a0:8c:f8:10:57:66', ['192.0.2.40/24'], 'up', 1000],
    ],
  )
  assert.deepEqual(relationships, [
    {
      type: 'connects_to',
      other: 'child',
      keys: ['ip:192.0.2.11', 'name:esx01'],
      metadata: { protocol: 'fc and iscsi' },
    },
    { type: 'connects_to', other: 'child', keys: ['name:db-server'], metadata: { protocol: 'iscsi' } },
  ])
  assert.equal(facts?.['rawCapacityBytes'], 53_687_091_200 * 512)
  assert.deepEqual((facts!['controllers'] as object[])[1], {
    id: '0B',
    name: 'B',
    version: '6.1.5',
    cpu: 'Kunpeng 920',
    memoryMb: 262_144,
    location: 'CTE0.B',
    running: 'offline',
    health: 'faulty',
  })
  assert.deepEqual(volatile, { usedBytes: 21_474_836_480 * 512, freeBytes: 21_474_836_480 * 512 })
})

test('a LUN has its size in bytes, its pool’s RAID level, its disk number and its hosts', async () => {
  assert.deepEqual(volumeNamed(await readAll(lab.open()), 'lun-11'), {
    kind: 'volume',
    sourceId: `${esn}/lun/11`,
    name: 'lun-11',
    volumeType: 'lun',
    storageArray: 'dorado-1',
    deviceSourceId: esn,
    poolSourceId: `${esn}/pool/0`,
    capacityBytes: 1_099_511_627_776,
    raidLevel: 'RAID-TP',
    thinProvisioned: true,
    ids: ['naa:6a08cf810075766e1efc050700000011'],
    facts: {
      pool: 'pool-block',
      health: 'normal',
      running: 'online',
      compression: true,
      owner: '0A',
      wwn: '6a08cf810075766e1efc050700000011',
      dedup: true,
      mapped: true,
      hosts: ['DB-Server', 'esx01'],
    },
    volatile: { used_bytes: 549_755_813_888 },
  })
})

test('a file system counts in sectors of its own, and is known by what it can be mounted as', async () => {
  const home = volumeNamed(await readAll(lab.open()), 'home')
  assert.equal(home.capacityBytes, 134_217_728 * 8192)
  assert.deepEqual(home.volatile, { used_bytes: 67_108_864 * 8192 })
  assert.deepEqual(home.ids, ['nfs:192.0.2.45:/home/'])
})

test('a quota tree has the limit of its own quota, in bytes, and one without a quota has none', async () => {
  const reading = await readAll(lab.open())
  const projects = volumeNamed(reading, 'projects')
  assert.deepEqual(
    [projects.capacityBytes, projects.volatile, projects.poolSourceId],
    [107_374_182_400, { used_bytes: 21_474_836_480 }, `${esn}/filesystem/11`],
  )
  assert.equal(projects.facts?.['softLimitBytes'], undefined)
  assert.equal(volumeNamed(reading, 'scratch').capacityBytes, undefined)
  assert.equal(lab.fake.requests.filter((each) => each.includes('/FS_QUOTA')).length, 1)
})

test('the far end of a mirror is marked, and so is a snapshot, which is read only where it is wanted', async () => {
  const reading = await readAll(lab.open({ snapshots: true }))
  const copies = volumesOf(reading).map(({ name, copy }) => [name, copy])
  assert.deepEqual(
    copies.filter(([, copy]) => copy !== undefined),
    [
      ['lun-12', 'mirror'],
      ['nightly', 'snapshot'],
    ],
  )
  assert.equal(volumeNamed(reading, 'nightly').poolSourceId, `${esn}/lun/11`)
  assert.equal(volumeNamed(await readAll(lab.open()), 'nightly'), undefined)
})

test('a LUN that is renamed, grows and moves to another pool keeps its id', async () => {
  const before = volumeNamed(await readAll(lab.open()), 'lun-11')
  const row = lab.fake.array.lists['/lun']![0]!
  Object.assign(row, { NAME: 'renamed', CAPACITY: '4294967296', PARENTID: '1', PARENTNAME: 'pool-file' })
  const after = volumeNamed(await readAll(lab.open()), 'renamed')
  assert.equal(after.sourceId, before.sourceId)
  assert.deepEqual([after.capacityBytes, after.raidLevel], [2_199_023_255_552, 'RAID 6'])
})

test('nothing is asked for that is not wanted', async () => {
  const reading = await readAll(
    lab.open({ filesystems: false, vstores: false, mappings: false, quotas: false }),
  )
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(volumesOf(reading).length, 5)
  assert.ok(!lab.fake.requests.some((each) => /filesystem|quotatree|QUOTA|vstore|host|associate/.test(each)))
})

test('a connection test signs in once, tells on one screen what there is, and signs out', async () => {
  const { message, checks, warnings } = await lab.open().test(never)
  assert.equal(
    message,
    'OceanStor Dorado 5000 V6 V600R005C27SPH011, dorado-1: 2 pools, 3 LUNs, 1 file system, 1 vStore, 2 controllers, 3 hosts.',
  )
  assert.ok(checks?.every(({ result }) => result === 'ok'))
  assert.deepEqual(warnings, [])
  assert.deepEqual([lab.fake.logins, lab.fake.sessions()], [{ good: 1, bad: 0 }, 0])
})

test('a connection test tells what a missing right hides, and what to do', async () => {
  lab.fake.interfere = (path) =>
    path === '/lun' ? { code: 1_077_949_114, description: 'The operation is not allowed.' } : undefined
  const { checks, warnings } = await lab.open().test(never)
  assert.deepEqual(
    checks?.find(({ name }) => name === 'Read LUNs'),
    {
      name: 'Read LUNs',
      result: 'limited',
      detail: 'LUNs are missing (1077949114: The operation is not allowed.)',
      fix: 'Give the user the role Monitor in DeviceManager (Settings, User and Security).',
    },
  )
  assert.equal(warnings.length, 1)
})

test('recorded answers replay to the same reading, without the network and without secrets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-oceanstor-'))
  try {
    const recorded = await readAll(lab.open({ record: folder }))
    const all = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
    assert.ok(!/Mon1tor@array|0B7C2A51D94E|F00D0000/.test(all.join()))
    const replayed = await readAll(
      lab.open({ url: 'https://nowhere.invalid', password: undefined, replay: folder }),
    )
    assert.deepEqual(volumesOf(replayed), volumesOf(recorded))
  } finally {
    await rm(folder, { recursive: true })
  }
})

fuzzSource(
  'oceanstor',
  async (t) => {
    const fake = await startFakeOceanstor(sampleArray())
    t.after(() => fake.close())
    return {
      url: fake.url,
      open: (url) =>
        openOceanstorWith({
          url,
          username: fake.username,
          password: fake.password,
          snapshots: true,
          timeoutSeconds: 5,
        }),
      secrets: [fake.password, '0B7C2A51D94E', 'F00D0000'],
    }
  },
  { counts: true, runs: 34 },
)
