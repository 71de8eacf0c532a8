import assert from 'node:assert/strict'
import { test } from 'node:test'
import { centsOf, draftOf, noOptions, optionsOf, timeOf } from './option-draft.ts'

test('money is written with a point or a comma and becomes exact cents', () => {
  assert.equal(centsOf('19.99'), 1999)
  assert.equal(centsOf('0,07'), 7)
  assert.equal(centsOf('1 250'), 125_000)
  assert.equal(centsOf(' '), undefined)
})

test('what is left empty is left out', () => {
  assert.deepEqual(optionsOf(noOptions), {})
  assert.equal(timeOf(noOptions), undefined)
})

test('options that were read and written again are the same', () => {
  const options = {
    concurrency: 8,
    maxAttempts: 5,
    maxCostCents: 1999,
    maxFailures: 0,
    maxFailureShare: 0.125,
    canary: { rows: 10, afterwards: 'go' as const },
  }

  const draft = draftOf({ options, priority: 3, scheduledFor: '2026-11-26T10:30:00.000Z' })

  assert.deepEqual(optionsOf(draft), options)
  assert.equal(draft.priority, '3')
  assert.equal(timeOf(draft), '2026-11-26T10:30:00.000Z')
})
