import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { z } from 'zod'
import {
  controllerRow,
  envelope,
  filesystemRow,
  hostRow,
  initiatorRow,
  lunRow,
  pairRow,
  poolRow,
  portRow,
  qtreeRow,
  session,
  systemRow,
} from '#sources/oceanstor/answers.ts'
import { toArray } from '#sources/oceanstor/array-mapping.ts'
import { toFilesystem, toLun, toPool, toQtree, type ArrayContext } from '#sources/oceanstor/volume-mapping.ts'
import { oceanstorLab, openOceanstorWith } from '#test/fakes/oceanstor-lab.ts'
import { readAll, testSourceContract } from '#test/source-contract.ts'

const folder = new URL('../../../../shared/fixtures/oceanstor/', import.meta.url)
const recordings = existsSync(folder) ? {} : { skip: 'the recorded answers are not here' }
const lab = oceanstorLab()

const answer = (file: string) =>
  envelope.parse(JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')))
const rows = <Schema extends z.ZodType>(file: string, row: Schema): z.output<Schema>[] =>
  (answer(file).data as unknown[]).map((each) => row.parse(each))

const array = () => systemRow.parse(answer('delfin_test_get_storage_01').data)
const context = (): ArrayContext => ({
  system: array(),
  pools: rows('delfin_test_list_storage_pools_01', poolRow),
  mirrored: new Set(),
  hostsOf: new Map(),
  mountsOf: new Map(),
})

test('a recorded array maps to a device with what little it tells', recordings, () => {
  const device = toArray({
    system: array(),
    controllers: rows('delfin_test_list_controllers_01', controllerRow),
    enclosures: [],
    ports: rows('cinder_fake_get_eth_info_response', portRow),
    hosts: [],
    address: 'array.example.net',
  })
  assert.deepEqual(
    [device.sourceId, device.name, device.status, device.model, device.os, device.names],
    ['012345', 'OceanStor_1', 'active', undefined, undefined, ['array.example.net']],
  )
  assert.deepEqual(device.volatile, { usedBytes: 75 * 512, freeBytes: 40 * 512 })
  assert.deepEqual(
    (device.facts!['controllers'] as { id: string; running: string }[]).map(({ id, running }) => [
      id,
      running,
    ]),
    [
      ['0A', 'online'],
      ['0B', 'offline'],
      ['0B', 'unknown'],
    ],
  )
  // One card is told twice, at two places.
  assert.deepEqual(
    device.interfaces?.map(({ name, mac, addresses, speedMbps, status }) => [
      name,
      mac,
      addresses,
      speedMbps,
      status,
    ]),
    [
      ['ENG0.A5.P0', '00:22:a1:0a:79:57', ['192.0.2.2/16'], 1000, 'up'],
      ['ENG0.A5.P3', '00:22:a1:0a:79:57', ['192.0.2.1/16'], 1000, 'up'],
    ],
  )
})

test('recorded pools count in the sectors of the array', recordings, () => {
  const [block, file] = rows('delfin_test_list_storage_pools_01', poolRow).map((row) =>
    toPool(row, context()),
  )
  assert.deepEqual(
    [block?.capacityBytes, block?.volatile, block?.facts],
    [51_200, { used_bytes: 38_400 }, { usage: 'block', running: 'online' }],
  )
  assert.deepEqual(file?.facts, { usage: 'file', running: 'offline' })
  const [tiered] = rows('cinder_fake_storage_pool_response', poolRow).map((row) => toPool(row, context()))
  assert.deepEqual([tiered?.capacityBytes, tiered?.volatile], [985_661_440 * 512, { used_bytes: 0 }])
})

test('recorded LUNs find their pool by its name where its id is not told', recordings, () => {
  const [thin, thick] = rows('delfin_test_list_volumes_01', lunRow).map((row) => toLun(row, context()))
  assert.deepEqual(
    [
      thin?.sourceId,
      thin?.capacityBytes,
      thin?.volatile,
      thin?.poolSourceId,
      thin?.thinProvisioned,
      thick?.thinProvisioned,
    ],
    ['012345/lun/0001', 51_200, { used_bytes: 38_400 }, '012345/pool/012345', true, false],
  )
  // `wwn12345` is no disk number.
  assert.equal(thin?.ids, undefined)
  const lun = toLun(lunRow.parse(answer('cinder_fake_lun_get_success_response').data), context())
  assert.deepEqual(
    [lun.name, lun.capacityBytes, lun.ids, lun.facts?.['description'], lun.facts?.['owner']],
    [
      '5mFHcBv4RkCcD+JyrWc0SA',
      1_073_741_824,
      ['naa:6643e8c1004c5f6723e9f454003'],
      '21ec7341-9256-497b-97d9-ef48edcf0635',
      '0B',
    ],
  )
})

test('recorded file systems have sectors of 8 KiB', recordings, () => {
  const [first, second] = rows('delfin_test_list_filesystems_01', filesystemRow)
  const volume = toFilesystem(first!, context())
  assert.deepEqual(
    [volume.sourceId, volume.capacityBytes, volume.volatile, volume.facts],
    [
      '012345/filesystem/123',
      81_920,
      { used_bytes: 8192 },
      { health: 'normal', compression: true, dedup: true, worm: false },
    ],
  )
  assert.equal(toFilesystem(second!, context()).facts?.['worm'], true)
  const [tree] = rows('delfin_test_list_qtrees_01', qtreeRow)
  const qtree = toQtree(tree!, first!, undefined, context())
  assert.deepEqual(
    [qtree.sourceId, qtree.name, qtree.poolSourceId, qtree.facts],
    [
      '012345/quotatree/123',
      'qtree1',
      '012345/filesystem/123',
      { filesystem: 'fs1', securityStyle: 'mixed' },
    ],
  )
})

test('recorded hosts and initiators are understood, whatever is empty in them', recordings, () => {
  assert.deepEqual(
    rows('cinder_fake_get_all_host_info_response', hostRow).map(({ ID, NAME, IP }) => [ID, NAME, IP]),
    [
      ['1', 'ubuntuc', undefined],
      ['2', 'ubuntu', undefined],
    ],
  )
  assert.deepEqual(
    rows('cinder_fake_iscsi_initiator_response', initiatorRow).map(({ PARENTID }) => PARENTID),
    [undefined, undefined, '2'],
  )
  assert.equal(rows('delfin_test_list_storage_host_initiators_01', initiatorRow)[0]?.PARENTID, '0')
  assert.equal(pairRow.parse(answer('cinder_fake_get_pair_normal_response').data).ISPRIMARY, true)
})

test('recorded logins and failures are told apart by their error code', recordings, () => {
  assert.equal(
    session.parse(answer('cinder_fake_get_login_storage_response').data).deviceid,
    '210235G7J20000000000',
  )
  assert.equal(answer('cinder_fake_common_fail_response').error.code, 50_331_651)
  assert.equal(answer('cinder_fake_error_info_response').data, undefined)
  // A login that failed may bring data along.
  assert.equal(answer('delfin_test_init_01').error.code, 123)
})

test('recorded answers in place of the usual ones read, as far as they go', recordings, async () => {
  const files: Record<string, string> = {
    '/lun': 'cinder_fake_lun_associate_response',
    '/eth_port': 'cinder_fake_get_eth_info_response',
    '/iscsi_initiator': 'cinder_fake_iscsi_initiator_response',
    '/host': 'delfin_test_list_storage_hosts_01',
    '/HyperMetroPair': 'cinder_fake_common_success_response',
  }
  lab.fake.interfere = (path) => {
    const file = files[path]
    return file === undefined ? undefined : { text: readFileSync(new URL(`${file}.json`, folder), 'utf8') }
  }
  // That answer names LUNs by their ids alone, which is no LUN yet.
  const reading = await readAll(lab.open())
  assert.equal(reading.verdict.complete, false)
  assert.ok(reading.records.length >= 6)
})

const {
  ROLLCALL_TEST_OCEANSTOR_URL: url,
  ROLLCALL_TEST_OCEANSTOR_USERNAME: username,
  ROLLCALL_TEST_OCEANSTOR_PASSWORD: password,
  ROLLCALL_TEST_OCEANSTOR_FINGERPRINT: fingerprint,
} = process.env

if (url && username && password) {
  testSourceContract('a real OceanStor', () =>
    openOceanstorWith({ url, username, password, tls: fingerprint ? { fingerprint } : {} }),
  )
} else {
  const skip = 'ROLLCALL_TEST_OCEANSTOR_URL, _USERNAME and _PASSWORD are not set'
  test('a real OceanStor', { skip }, () => {})
}
