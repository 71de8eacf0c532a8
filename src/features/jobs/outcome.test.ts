import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badOutcome, goodOutcome } from '#features/jobs/outcome.ts'
import { OutcomeUnknown } from '#features/jobs/outcome-unknown.ts'
import { AppError } from '#kernel/errors.ts'

const row = { attempt: 1, maxAttempts: 3, isAborted: false, now: '2026-01-01T00:00:00.000Z', random: 0.5 }

test('what a row gives and says is bounded, as a job has many of them', () => {
  const { result } = goodOutcome({ result: { text: 'x'.repeat(300_000) } }, null)
  const { errorMessage } = badOutcome(new AppError('SOURCE_FORBIDDEN', 'y'.repeat(9_000)), {
    ...row,
    effect: 'read',
  })

  assert.deepEqual(JSON.parse(result!), { shortened: true, length: 300_011 })
  assert.equal(errorMessage!.length, 4_000)
  assert.ok(errorMessage!.endsWith('y…'))
})

test('a cost is whole cents, and what is none leaves the estimate', () => {
  const costs = [12, 12.5, 1e300, NaN, -3].map((costCents) => goodOutcome({ costCents }, 7).costCents)

  assert.deepEqual(costs, [12, 13, 7, 7, 7])
  assert.equal(goodOutcome({ skipped: 'as it was' }, 7).costCents, null)
})

test('an effect that is to be done once is tried again only where it is known not to have been done', () => {
  const busy = new AppError('SOURCE_UNREACHABLE', 'Nobody answers')
  const once = (thrown: unknown, isAborted = false) => {
    const { status, isAmbiguous } = badOutcome(thrown, { ...row, effect: 'once', isAborted })
    return isAmbiguous ? 'ambiguous' : status
  }

  assert.deepEqual(
    [
      once(busy),
      once(new AppError('SOURCE_FORBIDDEN', 'No')),
      once(new OutcomeUnknown('?')),
      once(new TypeError('?')),
    ],
    ['pending', 'failed', 'ambiguous', 'ambiguous'],
  )
  assert.deepEqual([once(busy, true), once(new Error('stopped'), true)], ['pending', 'ambiguous'])
})
