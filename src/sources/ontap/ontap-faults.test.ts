import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import { volumesOf } from '#test/fakes/oceanstor-lab.ts'
import { ontapLab } from '#test/fakes/ontap-lab.ts'
import { sampleCluster } from '#test/fakes/ontap-world.ts'
import type { Interference } from '#test/fakes/ontap.ts'
import { readAll, type Reading } from '#test/source-contract.ts'

const lab = ontapLab()
const never = new AbortController().signal

/** Why a reading is partial; fails when it is complete. */
function reasonOf({ verdict }: Reading): string {
  assert.ok(!verdict.complete, 'the reading called itself complete')
  return verdict.reason
}

const failing =
  (code: ErrorCode, words?: RegExp) =>
  (error: unknown): true => {
    assert.ok(error instanceof AppError, String(error))
    assert.equal(error.code, code, error.message)
    assert.ok(
      !`${error.message} ${error.hint}`.includes(lab.fake.password),
      'the password stands in the error',
    )
    if (words) assert.match(`${error.message} ${error.hint}`, words)
    return true
  }

const on = (matching: RegExp, interference: Interference) => (path: string) =>
  matching.test(path) ? interference : undefined

const names = (reading: Reading, type: string): string[] =>
  volumesOf(reading).flatMap(({ name, volumeType }) => (volumeType === type ? [name] : []))

const paging: [name: string, change: () => void][] = [
  ['the cluster gives fewer records than were asked for', () => (lab.fake.pageLimit = 25)],
  ['pages of one', () => (lab.fake.pageLimit = 1)],
  ['a page comes empty, with a link that leads on', () => (lab.fake.emptyPages = true)],
  [
    'links have the cluster’s address in them',
    () => Object.assign(lab.fake, { pageLimit: 7, absoluteLinks: true }),
  ],
  [
    'a record comes again with the next page',
    () => Object.assign(lab.fake, { pageLimit: 7, repeatsLast: true }),
  ],
  [
    'all of it at once',
    () => Object.assign(lab.fake, { pageLimit: 3, emptyPages: true, absoluteLinks: true, repeatsLast: true }),
  ],
]
for (const [name, change] of paging) {
  for (const count of [1, 49, 130]) {
    test(`nothing is lost and nothing doubled of ${count} volumes when ${name}`, async () => {
      lab.fake.world = sampleCluster(count)
      change()
      const reading = await readAll(lab.open({ pageSize: 100 }))
      assert.deepEqual(reading.verdict, { complete: true })
      assert.equal(names(reading, 'volume').length, count + 4)
      assert.equal(new Set(reading.records.map(({ sourceId }) => sourceId)).size, reading.records.length)
    })
  }
}

test('a link is followed as it is, with what the cluster put into it', async () => {
  lab.fake.pageLimit = 4
  lab.fake.linkTo = (href) => `${href}&start.uuid=dd00%2Fdd00&odd=a+b`
  assert.deepEqual((await readAll(lab.open())).verdict, { complete: true })
  assert.ok(lab.fake.requests.some((each) => each.includes('start.uuid=dd00%2Fdd00&odd=a+b')))
})

test('a list whose link goes round in a circle ends, and proves nothing', async () => {
  lab.fake.pageLimit = 2
  lab.fake.linkTo = (href) => href.replace(/start=\d+/, 'start=2').replace(/turn=\w+/, 'turn=full')
  assert.match(reasonOf(await readAll(lab.open())), /the list of volumes did not end/)
})

test('a link to another server is not followed', async () => {
  lab.fake.pageLimit = 2
  lab.fake.linkTo = () => 'https://elsewhere.example.net/api/storage/volumes?start=2'
  assert.match(reasonOf(await readAll(lab.open())), /leads to another server, which is not followed/)
})

test('a link that is lost is noticed by the cluster’s own count', async () => {
  lab.fake.world = sampleCluster(20)
  lab.fake.pageLimit = 10
  lab.fake.linkTo = (href) => (href.includes('/volumes') ? undefined : href)
  assert.equal(reasonOf(await readAll(lab.open())), 'the cluster counts 24 volumes, but told 10')
})

test('an answer that holds fewer records than it speaks of makes the reading partial', async () => {
  lab.fake.interfere = (path, query) =>
    path === '/storage/luns' && !query.has('return_records')
      ? { text: JSON.stringify({ records: [], num_records: 1 }) }
      : undefined
  assert.match(reasonOf(await readAll(lab.open())), /an answer spoke of 1 LUNs and held 0/)
})

test('a wrong password is tried once', async () => {
  await assert.rejects(readAll(lab.open({ password: 'wr0ng-password' })), failing('SOURCE_REJECTED_LOGIN'))
  assert.equal(lab.fake.refused, 1)
})

test('a role without the right to one list reads the rest, and says what is hidden', async () => {
  for (const [path, name] of [
    ['/storage/volumes', 'volumes'],
    ['/storage/luns', 'LUNs'],
    ['/storage/qtrees', 'qtrees'],
    ['/storage/aggregates', 'aggregates'],
    ['/cluster/nodes', 'nodes'],
  ]) {
    lab.fake.interfere = (asked) => (asked === path ? { code: '6' } : undefined)
    const reading = await readAll(lab.open())
    assert.equal(
      reasonOf(reading),
      `the role of the user may not read the ${name} (6: not authorized for that command)`,
    )
    assert.ok(reading.records.length >= 8)
  }
})

test('a role without any right to the cluster is an error that says what to give', async () => {
  lab.fake.interfere = on(/^\/cluster$/, { code: '6' })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_FORBIDDEN', /read access to \/api\/cluster/))
})

test('what is only told beside the records leaves the reading complete, with a warning', async () => {
  lab.fake.interfere = on(/ethernet|interfaces|quota/, { code: '6' })
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(reading.warnings.length, 3, reading.warnings.join('\n'))
})

test('an interface that this release does not have is no gap; one that every release has is', async () => {
  delete lab.fake.world.lists['/storage/qtrees']
  delete lab.fake.world.lists['/storage/quota/reports']
  assert.deepEqual((await readAll(lab.open())).verdict, { complete: true })
  delete lab.fake.world.lists['/storage/volumes']
  assert.equal(reasonOf(await readAll(lab.open())), 'the cluster says that it has no volumes')
})

test('a 404 of something before the cluster is not the cluster’s word', async () => {
  lab.fake.interfere = on(/qtrees/, { status: 404, text: '<html>not here</html>' })
  assert.match(reasonOf(await readAll(lab.open())), /the qtrees could not be read/)
})

test('a release that does not know a field is asked for all that it has', async () => {
  lab.fake.unknownFields = ['tiering.policy', 'ha.partners', 'services']
  const reading = await readAll(lab.open())
  assert.deepEqual([reading.verdict, reading.warnings], [{ complete: true }, []])
  assert.equal(names(reading, 'volume').length, 6)
})

test('a node that is away keeps what is known of it', async () => {
  const [first] = lab.fake.world.lists['/cluster/nodes']!
  lab.fake.world.lists['/cluster/nodes']![0] = { uuid: first!['uuid'], name: first!['name'], state: 'down' }
  const reading = await readAll(lab.open())
  assert.equal(reasonOf(reading), 'these nodes do not answer: cluster1-01')
  assert.ok(!reading.records.some((each) => each.kind === 'device' && each.name === 'cluster1-01'))
})

test('a row that cannot be understood costs that row, and the reading its completeness', async () => {
  lab.fake.world.lists['/storage/volumes']![0]!['size'] = 'plenty'
  const reading = await readAll(lab.open())
  assert.equal(reasonOf(reading), '1 of the volumes could not be understood')
  assert.equal(names(reading, 'volume').length, 5)
})

test('numbers that JSON cannot hold exactly are not known, and break nothing', async () => {
  lab.fake.interfere = (path, query) =>
    path === '/storage/luns' && !query.has('return_records')
      ? {
          text: `{"records":[{"uuid":"11001100-5440-11ed-bc87-000000000001","name":"l","space":{"size":18446744073709551615,"used":5}}],"num_records":1}`,
        }
      : undefined
  const [lun] = volumesOf(await readAll(lab.open())).filter(({ volumeType }) => volumeType === 'lun')
  assert.deepEqual([lun?.capacityBytes, lun?.volatile], [undefined, { used_bytes: 5 }])
})

const troubles: [name: string, interference: Interference][] = [
  ['status 500 with the cluster’s own error', { status: 500, code: '4', message: 'entry does not exist' }],
  ['status 500', { status: 500 }],
  ['a page of a proxy', { text: '<html>Sign in</html>' }],
  ['no list', { text: '{}' }],
  ['records of another shape', { text: '{"records":{"a":1},"num_records":1}' }],
  ['an empty answer', { text: '' }],
]
for (const [name, interference] of troubles) {
  test(`${name} in place of any list of records makes the reading partial, and the rest is told`, async () => {
    for (const list of [
      '/storage/volumes',
      '/storage/luns',
      '/storage/qtrees',
      '/storage/aggregates',
      '/cluster/nodes',
    ]) {
      lab.fake.interfere = (path) => (path === list ? interference : undefined)
      const reading = await readAll(lab.open())
      assert.match(reasonOf(reading), /could not be read|not the cluster’s own/, list)
      assert.ok(reading.records.length >= 8, list)
    }
  })
}

for (const [name, interference] of [
  ['throttled', { status: 429, retryAfter: 1 }],
  ['busy', { status: 503 }],
  ['gone', { broken: true }],
] as const) {
  test(`a cluster that is ${name} in the middle is an error, and what was told until then stays`, async () => {
    let told = 0
    lab.fake.interfere = on(/luns/, interference)
    const read = async () => {
      for await (const { records } of lab.open().read(never)) told += records.length
    }
    await assert.rejects(read(), failing('SOURCE_UNREACHABLE'))
    assert.equal(told, 11)
  })
}

test('an abort in the middle stops the reading with the signal’s own reason', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  lab.fake.interfere = (path) => {
    if (path === '/storage/luns') stop.abort(reason)
    return undefined
  }
  await assert.rejects(readAll(lab.open(), stop.signal), (thrown) => thrown === reason)
})
