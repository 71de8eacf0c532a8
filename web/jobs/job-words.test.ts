import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job, JobDetail } from '#features/jobs/job-shapes.ts'
import { adviceOf, costText, formatMoney, rowsFromText, stateWords, waitsForPerson } from './job-words.ts'

const state = (status: Job['status'], rest: Partial<Job> = {}) =>
  stateWords({ status, waitingFor: null, approval: null, isCancelling: false, ...rest }).text

test('a job says in plain words how it stands and what it waits for', () => {
  assert.equal(state('pending', { waitingFor: 'approval', approval: 'waiting' }), 'waits for an approval')
  assert.equal(state('paused', { waitingFor: 'budget' }), 'paused: over its limit')
  assert.equal(state('running', { isCancelling: true }), 'being cancelled')
  assert.equal(state('cancelled', { approval: 'rejected' }), 'rejected')
  assert.equal(state('pending', { waitingFor: 'approval', approval: 'expired' }), 'too late to approve')
  assert.equal(state('completed', { isCancelling: true }), 'done')
})

test('only what needs a decision waits for a person', () => {
  assert.equal(waitsForPerson({ status: 'pending', waitingFor: 'approval' }), true)
  assert.equal(waitsForPerson({ status: 'paused', waitingFor: 'canary' }), true)
  assert.equal(waitsForPerson({ status: 'paused', waitingFor: 'person' }), false)
  assert.equal(waitsForPerson({ status: 'pending', waitingFor: 'time' }), false)
})

test('money is exact to the cent', () => {
  assert.equal(formatMoney(123_456), '1,234.56')
  assert.equal(formatMoney(5), '0.05')
  assert.equal(costText({ totalCostCents: 696, estimatedCostCents: 1212 }), '6.96 of 12.12')
  assert.equal(costText({ totalCostCents: null, estimatedCostCents: null }), undefined)
})

test('where rows come from can be read', () => {
  assert.equal(rowsFromText({ kind: 'query', q: 'site:graz' }), 'site:graz')
  assert.equal(rowsFromText({ kind: 'query', q: '' }), 'everything there is')
  assert.equal(rowsFromText({ kind: 'ids', ids: [1, 2] }), '2 chosen one by one')
  assert.equal(
    rowsFromText({ kind: 'file', upload: 'x', key: ['site', 'name'] }),
    'an uploaded file, named by site and name',
  )
})

test('a job at one of its limits says which, and how far it is', () => {
  const job = {
    status: 'paused',
    waitingFor: 'budget',
    approval: 'approved',
    isCancelling: false,
    options: { maxCostCents: 2000, maxFailures: 3 },
    totalCostCents: 1950,
    failedRows: 1,
    successfulRows: 12,
  } as JobDetail

  assert.match(adviceOf(job)!.text, /has cost 19\.50, .* more than the 20\.00/)
  assert.match(adviceOf({ ...job, failedRows: 4 })!.text, /4 rows failed, and 3 may/)
  assert.equal(adviceOf({ ...job, status: 'running', waitingFor: null }), undefined)
})
