import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketOf, limitKeys, Occupancy, sharedLimits, takeTokens } from '#features/jobs/limits.ts'
import type { Bucket } from '#features/jobs/limits.ts'

test('never more rows than the limit begin in any window, whenever and however greedily they are asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 1, max: 150 })), {
        maxLength: 400,
      }),
      (limit, seconds, asks) => {
        const begun: number[] = []
        let bucket: Bucket | undefined
        let now = 1_000_000
        for (const [pause, wanted] of asks) {
          now += pause
          const taken = takeTokens(bucket, { limit, seconds }, now, wanted)
          bucket = taken.bucket
          for (let each = 0; each < taken.taken; each += 1) begun.push(now)
        }
        for (const [index, time] of begun.entries()) {
          const later = begun[index + limit]
          assert.ok(later === undefined || later - time > seconds * 1000)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('a rate is used to four fifths at least by one who asks often', () => {
  for (const [limit, seconds] of [
    [1, 1],
    [10, 1],
    [100, 1],
    [600, 60],
    [5_000, 3_600],
  ] as const) {
    let bucket: Bucket | undefined
    let begun = 0
    const windows = 20
    for (let now = 0; now < windows * seconds * 1000; now += Math.min(20, seconds * 20)) {
      const taken = takeTokens(bucket, { limit, seconds }, now, 10_000)
      bucket = taken.bucket
      begun += taken.taken
    }
    assert.ok(begun >= 0.8 * limit * windows, `${limit} in ${seconds} s: ${begun / windows}`)
  }
})

test('the time that a rate says is when the next may begin', () => {
  const rate = { limit: 7, seconds: 10 }
  const empty = takeTokens(undefined, rate, 0, 100)

  const early = takeTokens(empty.bucket, rate, empty.waitMs - 1, 1)
  const right = takeTokens(empty.bucket, rate, empty.waitMs, 1)

  assert.deepEqual([early.taken, early.waitMs, right.taken], [0, 1, 1])
})

test('a clock that goes back gives nothing and blocks nothing for long', () => {
  const rate = { limit: 10, seconds: 1 }
  const full = takeTokens(undefined, rate, 3_600_000, 1)

  const back = takeTokens(full.bucket, rate, 0, 1)
  const later = takeTokens(back.bucket, rate, 200, 1)

  assert.deepEqual([back.taken, later.taken], [0, 1])
})

test('a bucket holds a tenth of the limit, and at least one', () => {
  assert.equal(bucketOf({ limit: 1, seconds: 1 }).size, 1)
  assert.equal(bucketOf({ limit: 600, seconds: 60 }).size, 60)
})

test('a row is begun only when both its target and its credential are free', () => {
  const busy = new Occupancy(
    { perTarget: 1, perCredential: 2 },
    new Map([['nas', 1]]),
    new Map([['root', 1]]),
  )
  const row = (target: string, credential: string) => ({
    id: 1,
    target_key: target,
    credential_key: credential,
  })

  assert.equal(busy.take(row('nas', 'other')), false)
  assert.equal(busy.take(row('web', 'root')), true)
  assert.equal(busy.take(row('db', 'root')), false)
  assert.equal(busy.take(row('', '')), true)
  assert.equal(busy.take(row('', '')), true)
  assert.deepEqual([busy.fullTargets(), busy.fullCredentials()], [['nas', 'web'], ['root']])
})

test('a row of an action with limits keeps both keys, also those it does not name', () => {
  assert.deepEqual(limitKeys({ target: 'nas', perTarget: 1 }), { target_key: 'nas', credential_key: '' })
  assert.deepEqual(sharedLimits({ target: 'nas', perTarget: 1 }), {
    perTarget: 1,
    perCredential: null,
    rate: null,
  })
})
