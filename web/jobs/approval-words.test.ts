import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobDetail, PolicyViolation } from '#features/jobs/job-shapes.ts'
import { judgementOf, verdictWords } from './approval-words.ts'

const ada = { name: 'ada@example.net', user: null }
const bob = { name: 'bob@example.net', user: null }

const job = (...verdicts: PolicyViolation['verdict'][]): JobDetail =>
  ({
    requestedBy: ada.name,
    totalRows: 10,
    skippedRows: 0,
    violations: verdicts.map((verdict) => ({ policy: 'jobs.policy.maxRows', message: '', verdict })),
  }) as unknown as JobDetail

test('who asked for a job does not approve what somebody else has to', () => {
  assert.match(judgementOf(job('other'), ada).refused!, /somebody else/)
  assert.equal(judgementOf(job('other'), bob).refused, undefined)
  assert.match(verdictWords({ verdict: 'other' }, true).text, /somebody else has to/)
})

test('a rule that nobody can lift keeps everybody from approving', () => {
  assert.match(judgementOf(job('approve', 'refuse'), bob).refused!, /nobody can lift/)
})

test('a rule that only asks for an approval keeps nobody from giving it', () => {
  assert.equal(judgementOf(job('approve'), ada).refused, undefined)
  assert.equal(judgementOf(job(), undefined).refused, undefined)
})

test('a job without rows has nothing to approve', () => {
  assert.match(judgementOf({ ...job(), totalRows: 0 }, ada).refused!, /no rows/)
})
