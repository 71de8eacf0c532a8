import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { aggregateRow, clusterRow, lunRow, quotaRow, volumeRow } from '#sources/ontap/answers.ts'
import { toCluster } from '#sources/ontap/cluster-mapping.ts'
import { raidsOf, toLun, toPool, toVolume, type ClusterContext } from '#sources/ontap/volume-mapping.ts'
import { volumeNamed, volumesOf } from '#test/fakes/oceanstor-lab.ts'
import { ontapLab, openOntapWith } from '#test/fakes/ontap-lab.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const folder = new URL('../../../../shared/fixtures/ontap/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded answers are not here' }
const lab = ontapLab()

const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const json = (file: string): unknown => JSON.parse(text(file))
const records = (file: string): unknown[] => (json(file) as { records: unknown[] }).records

const context = (): ClusterContext => ({
  cluster: clusterRow.parse(json('harvest_cluster.json')),
  raidOf: raidsOf(records('cinder_aggr_get_iter_response_rest.json').map((row) => aggregateRow.parse(row))),
  addressesOf: new Map(),
  raidOfVolume: new Map(),
})

/** Gives the three recorded pages of volumes as the cluster gave them, links included. */
function serveRecordedVolumes(): void {
  const pages = [1, 2, 3].map((page) => text(`harvest_volumes_page${page}.json`))
  lab.fake.interfere = (path, query) => {
    if (path !== '/storage/volumes') return undefined
    if (query.get('return_records') === 'false') return { text: '{"num_records":123}' }
    const start = query.get('start.uuid')
    return { text: pages[start === null ? 0 : start.startsWith('425aef55') ? 1 : 2]! }
  }
}

test(
  'a recorded cluster of 123 volumes reads over its three pages, each volume once',
  recordings,
  async () => {
    serveRecordedVolumes()
    const reading = await readAll(lab.open({ luns: false, qtrees: false }))
    assert.deepEqual([reading.verdict, reading.warnings], [{ complete: true }, []])
    const volumes = volumesOf(reading).filter(({ volumeType }) => volumeType === 'volume')
    assert.equal(volumes.length, 123)
    const count = (is: (volume: (typeof volumes)[number]) => boolean) => volumes.filter(is).length
    assert.deepEqual(
      {
        mirrors: count(({ copy }) => copy === 'mirror'),
        roots: count(({ facts }) => facts?.['root'] === true),
        flexgroups: count(({ facts }) => facts?.['style'] === 'flexgroup'),
        offline: count(({ facts }) => facts?.['state'] === 'offline'),
        ofNoUse: count(({ volatile }) => volatile === undefined),
        ofNoSize: count(({ capacityBytes }) => capacityBytes === undefined),
        onOneAggregate: count(({ poolSourceId }) => poolSourceId !== undefined),
      },
      { mirrors: 2, roots: 17, flexgroups: 4, offline: 1, ofNoUse: 1, ofNoSize: 0, onOneAggregate: 121 },
    )
    const pvc = volumeNamed(reading, 'trident_pvc_6d88681a_7653_49c5_8970_eab7d84a55c2')
    assert.deepEqual(
      [pvc.sourceId, pvc.capacityBytes, pvc.volatile, pvc.facts],
      [
        'volume/0070e9cb-6be2-11ed-b1a6-00a098d39e12',
        8_589_934_592,
        { used_bytes: 39_473_152 },
        {
          svm: 'astra_300',
          state: 'online',
          style: 'flexvol',
          type: 'rw',
          aggregates: ['umeng_aff300_aggr2'],
          encrypted: false,
          protected: false,
          tiering: 'none',
          createdAt: '2022-11-24T10:23:13.000Z',
        },
      ],
    )
  },
)

test('a recorded cluster keeps its own words', recordings, () => {
  const cluster = toCluster(context().cluster, [])
  assert.deepEqual(
    [cluster.sourceId, cluster.name, cluster.os, cluster.address, cluster.facts],
    ['1-1-1-1-1', 'ocum-1', 'ONTAP 9.10.1X12', '1.1.1.1', { kind: 'cluster', location: 'RTP' }],
  )
})

test('recorded aggregates are pools with their RAID type', recordings, () => {
  const [pool] = records('cinder_aggr_get_iter_response_rest.json').map((row) =>
    toPool(aggregateRow.parse(row), context()),
  )
  assert.deepEqual(
    [pool?.name, pool?.capacityBytes, pool?.volatile, pool?.raidLevel, pool?.facts?.['createdAt']],
    ['fake_aggr2', 107_374_182_400, { used_bytes: 58_888_957_952 }, 'raid0', '2020-09-21T14:45:11.000Z'],
  )
})

test(
  'a recorded volume whose aggregate is told by name alone has its RAID type all the same',
  recordings,
  () => {
    const row = volumeRow.parse(json('cinder_volume_get_iter_ssc_response_str_rest.json'))
    const volume = toVolume(row, context())
    assert.deepEqual(
      [volume.capacityBytes, volume.raidLevel, volume.poolSourceId, volume.thinProvisioned],
      [12_345, 'raid0', undefined, true],
    )
  },
)

test('recorded LUNs give the number that hosts see', recordings, () => {
  const rows = records('cinder_lun_get_iter_rest.json') as Record<string, unknown>[]
  const luns = rows.map((row) => toLun(lunRow.parse(row), context()))
  assert.deepEqual(
    luns
      .map(({ ids, capacityBytes, volatile, facts }) => [ids, capacityBytes, volatile, facts?.['mapped']])
      .slice(0, 2),
    [
      [['naa:600a09805a6c4146413f514d6e426458'], 10_737_418_240, { used_bytes: 3_474_366_464 }, true],
      [['naa:600a09805a6c4146413f514d6e426466'], 5_368_709_120, { used_bytes: 0 }, false],
    ],
  )
})

test('recorded quota reports are read, whatever their rounded index', recordings, () => {
  const rows = records('harvest_quota_reports.json').map((row) => quotaRow.parse(row))
  assert.equal(rows.length, 13)
  assert.deepEqual(
    rows.slice(0, 2).map(({ qtree, space }) => [qtree?.id, space?.used?.total, space?.hard_limit]),
    [
      [1, 2_548_334_592, undefined],
      [2, 0, undefined],
    ],
  )
})

const {
  ROLLCALL_TEST_ONTAP_URL: url,
  ROLLCALL_TEST_ONTAP_USERNAME: username,
  ROLLCALL_TEST_ONTAP_PASSWORD: password,
  ROLLCALL_TEST_ONTAP_FINGERPRINT: fingerprint,
} = process.env

if (url && username && password) {
  testSourceContract('a real ONTAP', () =>
    openOntapWith({ url, username, password, tls: fingerprint ? { fingerprint } : {} }),
  )
} else {
  const skip = 'ROLLCALL_TEST_ONTAP_URL, _USERNAME and _PASSWORD are not set'
  test('a real ONTAP', { skip }, () => {})
}
