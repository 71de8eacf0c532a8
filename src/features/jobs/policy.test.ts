import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertBeginsByItself,
  assertUnbroken,
  beginningOf,
  isSamePerson,
  violationsOf,
} from '#features/jobs/policy.ts'
import type { JobFacts } from '#features/jobs/policy.ts'
import { testConfig } from '#test/test-config.ts'

const ada = { name: 'ada@example.net', userId: 'ada' }
const facts: JobFacts = {
  action: 'tag',
  mode: 'auto',
  rows: 10,
  estimatedCostCents: null,
  maxRowCostCents: null,
  warnings: 0,
  requestedBy: ada,
}

/** The default rules with some changed. */
function configWith(changes: Partial<ReturnType<typeof testConfig>['jobs']['policy']> = {}) {
  const config = testConfig()
  return { jobs: { ...config.jobs, policy: { ...config.jobs.policy, ...changes } } }
}

const told = (config: ReturnType<typeof configWith>, given: Partial<JobFacts>, approver?: typeof ada) =>
  violationsOf(config, { ...facts, ...given }, approver).map(({ verdict, policy }) => `${verdict} ${policy}`)

test('a small harmless job that asks for it begins by itself, one that does not waits', () => {
  assert.equal(beginningOf(configWith(), facts).beginsByItself, true)
  assert.equal(beginningOf(configWith(), { ...facts, mode: 'confirm' }).beginsByItself, false)
})

test('every rule that is broken is told at once', () => {
  const config = configWith({
    maxRows: 5,
    maxCostCents: 100,
    actions: ['untag'],
    fourEyes: ['tag'],
    neverAuto: ['tag'],
  })

  const all = told(config, { rows: 501, estimatedCostCents: 50_001, maxRowCostCents: 5_001, warnings: 2 })

  assert.deepEqual(all, [
    'refuse jobs.policy.actions',
    'refuse jobs.policy.maxRows',
    'refuse jobs.policy.maxCostCents',
    'other jobs.policy.fourEyes',
    'approve jobs.policy.neverAuto',
    'approve jobs.policy.auto.maxRows',
    'approve jobs.policy.auto.maxCostCents',
    'approve jobs.policy.auto.maxRowCostCents',
    'approve jobs.policy.auto.warnings',
  ])
})

test('what is exactly as much as allowed is allowed', () => {
  assert.deepEqual(told(configWith(), { rows: 500, estimatedCostCents: 50_000, maxRowCostCents: 5_000 }), [])
})

test('what only keeps a job from going on by itself is no reproach to one that waits for an approval', () => {
  assert.deepEqual(told(configWith({ neverAuto: ['tag'] }), { mode: 'confirm', rows: 501, warnings: 1 }), [])
})

test('four eyes are two people: a token of the same account is no second one', () => {
  const config = configWith({ fourEyes: ['tag'] })

  assert.deepEqual(told(config, {}, ada), ['other jobs.policy.fourEyes'])
  assert.deepEqual(told(config, {}, { name: 'token:ci', userId: 'ada' }), ['other jobs.policy.fourEyes'])
  assert.deepEqual(told(config, {}, { name: 'bob@example.net', userId: 'bob' }), [])
})

test('two without an account are the same person only by their name', () => {
  assert.equal(isSamePerson({ name: 'cli:root' }, { name: 'cli:root' }), true)
  assert.equal(isSamePerson({ name: 'cli:root' }, { name: 'token:ci' }), false)
})

test('a rule says what it saw and what is allowed', () => {
  const [first] = violationsOf(configWith(), { ...facts, rows: 1501, mode: 'auto' })

  assert.equal(first!.message, '1,501 rows are more than the 500 rows that are allowed')
  assert.throws(() => assertUnbroken('Job 7', [first!]), {
    code: 'POLICY_VIOLATED',
    complaints: [{ path: 'jobs.policy.auto.maxRows', value: '1,501 rows', expected: 'at most 500 rows' }],
  })
})

test('work on devices goes past previews only where nobody has to look at it, work of its own always', () => {
  const config = configWith({ neverAuto: ['tag'] })
  const job = { rows: 1, requestedBy: ada }
  const tag = { name: 'tag', title: 'Tag devices', subject: 'device' } as const

  assert.throws(() => assertBeginsByItself(config, tag, job), { code: 'POLICY_VIOLATED' })
  assert.doesNotThrow(() => assertBeginsByItself(configWith(), tag, job))
  assert.throws(() => assertBeginsByItself(configWith(), tag, { ...job, rows: 501 }), {
    code: 'POLICY_VIOLATED',
  })
  assert.doesNotThrow(() =>
    assertBeginsByItself(config, { name: 'sync', title: 'Read', subject: 'source' }, { ...job, rows: 900 }),
  )
})
