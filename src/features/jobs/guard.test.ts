import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canaryPasses, guardOf, isGuarded, verdictOf, withinBudget } from '#features/jobs/guard.ts'
import type { GuardedJob } from '#features/jobs/guard.ts'

const job = (successful: number, failed: number, spent: number | null = null, passed = 0): GuardedJob => ({
  successful_rows: successful,
  failed_rows: failed,
  total_cost_cents: spent,
  canary_passed: passed,
})

const nothing = { inWork: 0, cents: 0 }
const costs = (...cents: (number | null)[]) => cents.map((each) => ({ estimated_cost_cents: each }))

test('a job without guards is never stopped by them', () => {
  assert.equal(isGuarded({ concurrency: 4 }), false)
  assert.equal(isGuarded({ maxFailures: 0 }), true)
  assert.equal(verdictOf(job(0, 9, 1e9), {}), null)
  assert.equal(withinBudget(job(0, 0, 1e9), {}, nothing, costs(1, 2)).rows.length, 2)
})

test('a job pauses when it has cost more than it may, not when it has cost just that', () => {
  const options = { maxCostCents: 1000 }

  assert.equal(guardOf(job(1, 0, 1000), options), null)
  assert.deepEqual(verdictOf(job(1, 0, 1001), options), {
    pause: 'budget',
    message: 'It has cost 10.01, more than the 10.00 it may',
  })
})

test('no row is begun that the budget has no room for beside those in work', () => {
  const options = { maxCostCents: 1000 }
  const begun = { inWork: 2, cents: 400 }

  const fitting = withinBudget(job(1, 0, 300), options, begun, costs(100, null, 200, 1, 0))
  const none = withinBudget(job(1, 0, 600), options, begun, costs(1))

  assert.deepEqual(fitting, { rows: costs(100, null, 200), verdict: null })
  assert.deepEqual(none, { rows: [], verdict: null })
})

test('a dear row is not overtaken for ever by cheaper ones: the job pauses before it', () => {
  const stopped = withinBudget(job(1, 0, 600), { maxCostCents: 1000 }, nothing, costs(500, 1))

  assert.deepEqual([stopped.rows, stopped.verdict?.pause], [[], 'budget'])
})

test('a job that is resumed over its budget begins nothing before it is raised', () => {
  const resumed = withinBudget(job(0, 2), { maxFailures: 1 }, nothing, costs(0))

  assert.deepEqual([resumed.rows, resumed.verdict?.pause], [[], 'budget'])
})

test('failures pause a job by number', () => {
  assert.equal(guardOf(job(0, 2), { maxFailures: 2 }), null)
  assert.equal(guardOf(job(0, 3), { maxFailures: 2 }), 'budget')
})

test('a share of failures counts from twenty rows on', () => {
  const options = { maxFailureShare: 0.1 }

  assert.equal(guardOf(job(0, 19), options), null)
  assert.equal(guardOf(job(18, 2), options), null)
  assert.equal(guardOf(job(17, 3), options), 'budget')
})

test('a canary goes on by itself only when it may and every row went well', () => {
  const go = { canary: { rows: 3, afterwards: 'go' as const } }
  const wait = { canary: { rows: 3, afterwards: 'wait' as const } }

  assert.deepEqual([guardOf(job(2, 0), go), canaryPasses(job(2, 0), go)], [null, false])
  assert.deepEqual([guardOf(job(3, 0), go), canaryPasses(job(3, 0), go)], [null, true])
  assert.deepEqual([guardOf(job(2, 1), go), canaryPasses(job(2, 1), go)], ['canary', false])
  assert.deepEqual([guardOf(job(3, 0), wait), canaryPasses(job(3, 0), wait)], ['canary', false])
  assert.deepEqual([guardOf(job(3, 9, null, 1), wait), canaryPasses(job(3, 0, null, 1), go)], [null, false])
})
