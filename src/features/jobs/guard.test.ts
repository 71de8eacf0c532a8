import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBroken, isGuarded, noWork, verdictOf, withinBudget } from '#features/jobs/guard.ts'
import type { GuardedJob } from '#features/jobs/guard.ts'

const job = (given: Partial<GuardedJob>): GuardedJob => ({
  options: {},
  total: 100,
  successful: 0,
  failed: 0,
  ambiguous: 0,
  spent: 0,
  isCanaryPassed: false,
  ...given,
})

const costs = (...cents: (number | null)[]) => cents.map((each) => ({ estimated_cost_cents: each }))
const pauseOf = (verdict: ReturnType<typeof verdictOf>) => verdict?.pause

test('a job without guards is never stopped by them', () => {
  assert.equal(isGuarded({ concurrency: 4 }), false)
  assert.equal(isGuarded({ maxFailures: 0 }), true)
  assert.equal(verdictOf(job({ failed: 9, spent: 1e9 }), noWork), null)
  assert.equal(isBroken(job({ failed: 9 })), false)
  assert.equal(withinBudget(job({ spent: 1e9 }), noWork, costs(1, 2)).rows.length, 2)
})

test('a job pauses when it has cost more than it may, not when it has cost just that', () => {
  const options = { maxCostCents: 1000 }

  assert.equal(verdictOf(job({ options, spent: 1000 }), noWork), null)
  assert.deepEqual(verdictOf(job({ options, spent: 1001 }), noWork), {
    pause: 'budget',
    message: 'It has cost 10.01, more than the 10.00 it may',
  })
})

test('no row is begun that the budget has no room for beside those in work', () => {
  const options = { maxCostCents: 1000 }
  const begun = { inWork: 2, waiting: 0, cents: 400 }

  const fitting = withinBudget(job({ options, spent: 300 }), begun, costs(100, null, 200, 1, 0))
  const none = withinBudget(job({ options, spent: 600 }), begun, costs(1))

  assert.deepEqual(fitting, { rows: costs(100, null, 200), verdict: null })
  assert.deepEqual(none, { rows: [], verdict: null })
})

test('a dear row is not overtaken for ever by cheaper ones: the job pauses before it', () => {
  const options = { maxCostCents: 1000 }

  const stopped = withinBudget(job({ options, spent: 600 }), noWork, costs(500, 1))

  assert.deepEqual([stopped.rows, pauseOf(stopped.verdict)], [[], 'budget'])
})

test('a job that is resumed over its budget begins nothing before it is raised', () => {
  const over = job({ options: { maxFailures: 1 }, failed: 2 })

  const resumed = withinBudget(over, noWork, costs(0))

  assert.deepEqual([resumed.rows, pauseOf(resumed.verdict), isBroken(over)], [[], 'budget', true])
})

test('failures pause a job by number, ambiguous rows among them', () => {
  const options = { maxFailures: 2 }

  assert.equal(verdictOf(job({ options, failed: 2 }), noWork), null)
  assert.equal(pauseOf(verdictOf(job({ options, failed: 2, ambiguous: 1 }), noWork)), 'budget')
})

test('a share of failures counts from twenty rows on', () => {
  const options = { maxFailureShare: 0.1 }

  assert.equal(verdictOf(job({ options, failed: 19 }), noWork), null)
  assert.equal(verdictOf(job({ options, failed: 2, successful: 18 }), noWork), null)
  assert.equal(pauseOf(verdictOf(job({ options, failed: 3, successful: 17 }), noWork)), 'budget')
})

test('a canary waits until its rows are over, those that are tried again too', () => {
  const options = { canary: { rows: 3, afterwards: 'go' as const } }

  assert.equal(verdictOf(job({ options, successful: 2 }), noWork), null)
  assert.equal(verdictOf(job({ options, successful: 3 }), { ...noWork, inWork: 1 }), null)
  assert.equal(verdictOf(job({ options, successful: 3 }), { ...noWork, waiting: 1 }), null)
})

test('a canary goes on by itself only when it may and every row went well', () => {
  const go = { canary: { rows: 3, afterwards: 'go' as const } }
  const wait = { canary: { rows: 3, afterwards: 'wait' as const } }

  assert.deepEqual(verdictOf(job({ options: go, successful: 3 }), noWork), {
    pause: null,
    isCanaryPassed: true,
  })
  assert.equal(pauseOf(verdictOf(job({ options: go, successful: 2, failed: 1 }), noWork)), 'canary')
  assert.equal(pauseOf(verdictOf(job({ options: go, successful: 2, ambiguous: 1 }), noWork)), 'canary')
  assert.equal(pauseOf(verdictOf(job({ options: wait, successful: 3 }), noWork)), 'canary')
  assert.equal(verdictOf(job({ options: wait, successful: 3, isCanaryPassed: true }), noWork), null)
})
