import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, type ErrorCode } from '#kernel/errors.ts'
import type { Page, Verdict } from '#sources/source.ts'
import { oceanstorLab, volumeNamed, volumesOf } from '#test/fakes/oceanstor-lab.ts'
import { sampleArray } from '#test/fakes/oceanstor-world.ts'
import { startFakeOceanstor, type Interference } from '#test/fakes/oceanstor.ts'
import { readAll, type Reading } from '#test/source-contract.ts'

const lab = oceanstorLab()
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
    const said = `${error.message} ${error.hint}`
    assert.ok(!said.includes(lab.fake.password), 'the password stands in the error')
    if (words) assert.match(said, words)
    return true
  }

const on = (matching: RegExp, interference: Interference) => (path: string) =>
  matching.test(path) ? interference : undefined

/** Interferes with the first matching request only. */
function once(matching: RegExp, interference: Interference) {
  let left = 1
  return (path: string) => (matching.test(path) && left-- > 0 ? interference : undefined)
}

const lunNames = (reading: Reading): string[] =>
  volumesOf(reading).flatMap(({ name, volumeType }) => (volumeType === 'lun' ? [name] : []))

test('one sign-in a reading, one session at a time, none left behind', async () => {
  await readAll(lab.open())
  assert.deepEqual([lab.fake.logins, lab.fake.sessions()], [{ good: 1, bad: 0 }, 0])
})

test('a reading that is given up in the middle leaves no session behind', async () => {
  const pages: AsyncGenerator<Page, Verdict> = lab.open().read(never)
  await pages.next()
  assert.equal(lab.fake.sessions(), 1)
  await pages.return({ complete: false, reason: 'enough' })
  assert.equal(lab.fake.sessions(), 0)
})

test('an abort in the middle ends the session all the same', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  lab.fake.interfere = (path) => {
    if (path === '/lun') stop.abort(reason)
    return undefined
  }
  await assert.rejects(readAll(lab.open(), stop.signal), (thrown) => thrown === reason)
  assert.equal(lab.fake.sessions(), 0)
})

test('a wrong password is tried once, at one address', async () => {
  const open = lab.open({ password: 'wr0ng-password', alternatives: [lab.fake.url] })
  await assert.rejects(readAll(open), failing('SOURCE_REJECTED_LOGIN', /1077949061.*three wrong tries lock/))
  assert.deepEqual(lab.fake.logins, { good: 0, bad: 1 })
})

test('a locked user and a locked address say what to do', async () => {
  lab.fake.interfere = on(/sessions/, {
    code: 1_077_949_070,
    description: 'The user account has been locked.',
  })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_REJECTED_LOGIN', /an administrator unlocks it/))
  lab.fake.interfere = on(/sessions/, { code: 1_077_949_071 })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_REJECTED_LOGIN', /address is locked/))
})

for (const [state, words] of [
  [3, /password has expired/],
  [4, /has to be changed first/],
] as const) {
  test(`account state ${state} is refused, and its session is ended`, async () => {
    lab.fake.accountState = state
    await assert.rejects(readAll(lab.open()), failing('SOURCE_REJECTED_LOGIN', words))
    assert.deepEqual([lab.fake.logins.good, lab.fake.sessions()], [1, 0])
  })
}

test('another management address is asked when the first does not answer', async () => {
  const reading = await readAll(lab.open({ url: 'http://127.0.0.1:9', alternatives: [lab.fake.url] }))
  assert.deepEqual(reading.verdict, { complete: true })
  await assert.rejects(
    readAll(lab.open({ url: 'http://127.0.0.1:9', alternatives: ['http://127.0.0.1:10'] })),
    failing('SOURCE_UNREACHABLE'),
  )
})

test('a session that is lost is renewed once, and the question repeated', async () => {
  lab.fake.interfere = (path) => {
    if (path === '/lun' && lab.fake.logins.good === 1) lab.fake.forgetSessions()
    return undefined
  }
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(lab.fake.logins.good, 2)
  assert.equal(lab.fake.sessions(), 0)
})

test('a session that is lost again and again is given up, with no third sign-in', async () => {
  lab.fake.interfere = (path) => {
    if (path === '/lun') lab.fake.forgetSessions()
    return undefined
  }
  await assert.rejects(readAll(lab.open()), failing('SOURCE_REJECTED_LOGIN', /one of its own/))
  assert.equal(lab.fake.logins.good, 2)
})

test('several questions that find the session lost at the same time sign in once', async () => {
  lab.fake.interfere = (path) => {
    if (path === '/lun/associate' && lab.fake.logins.good === 1) lab.fake.forgetSessions()
    return undefined
  }
  assert.deepEqual((await readAll(lab.open())).verdict, { complete: true })
  assert.equal(lab.fake.logins.good, 2)
})

test('a busy array is asked again', async () => {
  lab.fake.interfere = once(/^\/lun$/, { code: 1_077_949_006 })
  assert.deepEqual((await readAll(lab.open())).verdict, { complete: true })
  lab.fake.interfere = on(/^\/lun$/, { code: 1_077_949_006 })
  await assert.rejects(readAll(lab.open()), failing('SOURCE_UNREACHABLE', /too busy/))
})

test('an array whose features have no licence has none of their kind', async () => {
  lab.fake.interfere = on(/filesystem|vstore|HyperMetro/, { code: 1_077_950_233 })
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.deepEqual(lunNames(reading), ['lun-11', 'lun-12', 'lun-13'])
})

test('an empty list is one that is not there', async () => {
  for (const kind of ['/lun', '/filesystem', '/vstore', '/host', '/controller', '/storagepool'])
    lab.fake.array.lists[kind] = []
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(reading.records.length, 1)
})

for (const count of [99, 100, 101, 250]) {
  test(`${count} LUNs come once each, whether the end of a range belongs to it or not`, async () => {
    lab.fake.array = sampleArray(count)
    const reading = await readAll(lab.open({ vstores: false }))
    lab.fake.endIsIncluded = true
    const included = await readAll(lab.open({ vstores: false }))
    for (const each of [reading, included]) {
      assert.deepEqual(each.verdict, { complete: true })
      assert.equal(new Set(lunNames(each)).size, count)
      assert.equal(lunNames(each).length, count)
    }
  })
}

test('an array that gives fewer rows than were asked for loses none', async () => {
  lab.fake.array = sampleArray(130)
  lab.fake.pageLimit = 25
  const reading = await readAll(lab.open({ vstores: false }))
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(lunNames(reading).length, 130)
})

test('a row that comes twice, because another went away meanwhile, is one', async () => {
  lab.fake.array = sampleArray(150)
  const luns = lab.fake.array.lists['/lun']!
  lab.fake.interfere = (path, query) => {
    // Between the pages somebody makes a LUN, which moves the others on by one place.
    if (path === '/lun' && query.get('range')?.startsWith('[100'))
      luns.unshift({ ...luns[0], ID: '5', NAME: 'new' })
    return undefined
  }
  const reading = await readAll(lab.open({ vstores: false }))
  assert.equal(new Set(lunNames(reading)).size, lunNames(reading).length)
  assert.deepEqual(reading.verdict, { complete: true })
})

test('fewer rows than the array counts make the reading partial', async () => {
  lab.fake.array = sampleArray(150)
  lab.fake.interfere = (path, query) =>
    path === '/lun' && query.get('range')?.startsWith('[100') ? { data: undefined } : undefined
  const reading = await readAll(lab.open({ vstores: false }))
  assert.equal(reasonOf(reading), 'the array counts 150 LUNs, but told 100')
})

test('LUNs that the array does not count prove nothing; pools that it does not count are read to their end', async () => {
  lab.fake.array.counted.delete('/storagepool')
  assert.deepEqual((await readAll(lab.open())).verdict, { complete: true })
  lab.fake.array.counted.delete('/lun')
  assert.match(reasonOf(await readAll(lab.open())), /^the array did not say how many LUNs there are/)
})

test('a row that cannot be understood costs that row, and the reading its completeness', async () => {
  lab.fake.array.lists['/lun']![1]!['CAPACITY'] = 'plenty'
  const reading = await readAll(lab.open())
  assert.equal(reasonOf(reading), '1 of the LUNs could not be understood')
  assert.deepEqual(lunNames(reading), ['lun-11', 'lun-13', 'tenant-lun'])
})

test('capacities beyond what a number can hold, and the array’s word for none, are not known', async () => {
  const [first, second] = lab.fake.array.lists['/lun']!
  first!['CAPACITY'] = '18446744073709551615'
  second!['CAPACITY'] = '17592186044416000'
  second!['ALLOCCAPACITY'] = '17592186044415'
  const reading = await readAll(lab.open())
  assert.deepEqual(
    [volumeNamed(reading, 'lun-11').capacityBytes, volumeNamed(reading, 'lun-12').capacityBytes],
    [undefined, undefined],
  )
  assert.deepEqual(volumeNamed(reading, 'lun-12').volatile, { used_bytes: 9_007_199_254_740_480 })
})

test('another serial number in the middle of a reading is an error, not a new array', async () => {
  lab.fake.array.system['ID'] = '2102353TJWFSN7999999'
  await assert.rejects(readAll(lab.open()), failing('SOURCE_ANSWER_INVALID', /two serial numbers/))
  assert.equal(lab.fake.sessions(), 0)
})

/** Whatever goes wrong with whichever list of records, the reading is never complete. */
const troubles: [name: string, interference: Interference][] = [
  ['a refusal with status 200', { code: 1_077_949_114, description: 'not allowed' }],
  ['status 403', { status: 403 }],
  ['status 500', { status: 500 }],
  ['a page of a proxy', { text: '<html>Sign in</html>' }],
  ['no envelope', { text: '{}' }],
  ['another shape', { data: { LUN: 1 } }],
  ['an empty answer', { text: '' }],
]
for (const [name, interference] of troubles) {
  test(`${name} in place of any list of records makes the reading partial, and the rest is told`, async () => {
    for (const list of ['/lun', '/filesystem', '/storagepool', '/quotatree', '/vstore']) {
      lab.fake.interfere = on(new RegExp(`^${list}$`), interference)
      const reading = await readAll(lab.open())
      assert.match(reasonOf(reading), /could not be read|not the array’s own|counts/, list)
      assert.ok(reading.records.length >= 6, list)
      assert.equal(lab.fake.sessions(), 0)
    }
  })
}

test('what is only told beside the records leaves the reading complete, with a warning', async () => {
  lab.fake.interfere = on(/^\/(controller|enclosure|eth_port|host|NFSHARE|HyperMetroPair)$/, { status: 403 })
  const reading = await readAll(lab.open())
  assert.deepEqual(reading.verdict, { complete: true })
  assert.equal(reading.warnings.length, 6, reading.warnings.join('\n'))
})

for (const [name, interference, code] of [
  ['an array that is throttled', { status: 429, retryAfter: 1 }, 'SOURCE_UNREACHABLE'],
  ['an array that is gone', { broken: true }, 'SOURCE_UNREACHABLE'],
] as const) {
  test(`${name} in the middle is an error, and what was told until then stays`, async () => {
    const told: string[] = []
    lab.fake.interfere = on(/^\/filesystem/, interference)
    const read = async () => {
      for await (const { records } of lab.open().read(never))
        told.push(...records.map((each) => each.sourceId))
    }
    await assert.rejects(read(), failing(code))
    assert.equal(told.length, 6)
    assert.equal(lab.fake.sessions(), 0)
  })
}

test('a failure to sign out does not spoil a good reading', async () => {
  lab.fake.interfere = (path) =>
    path === '/sessions' && lab.fake.logins.good > 0 ? { status: 500 } : undefined
  assert.deepEqual((await readAll(lab.open())).verdict, { complete: true })
})

test('what the array says in an error is one short line', async () => {
  const fake = await startFakeOceanstor(sampleArray())
  try {
    fake.interfere = on(/sessions/, { code: 1, description: `a\n\u0000b${'x'.repeat(9000)}` })
    await assert.rejects(
      readAll(lab.open({ url: fake.url })),
      (error: AppError) => error.message.length < 300 && !/[\n\0]/.test(error.message),
    )
  } finally {
    await fake.close()
  }
})
