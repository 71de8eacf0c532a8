import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '#features/sync/run-shapes.ts'
import { healthOf } from './source-health.ts'

const run = (given: Partial<Run>): Run =>
  ({ status: 'complete', missingWaiting: 0, missingDecision: null, ...given }) as Run
const source = (given: Partial<Parameters<typeof healthOf>[0]>) =>
  healthOf({ enabled: true, lastRun: run({}), ...given }).word

test('a source is up to date when its last run was complete', () => {
  assert.equal(source({}), 'up to date')
  assert.equal(source({ lastRun: run({ status: 'failed' }) }), 'failing')
  assert.equal(source({ lastRun: run({ status: 'partial' }) }), 'partial')
  assert.equal(source({ lastRun: null }), 'never read')
})

test('a decision that waits comes before how the run ended', () => {
  assert.equal(source({ lastRun: run({ status: 'partial', missingWaiting: 7 }) }), 'decision needed')
  assert.equal(source({ lastRun: run({ missingWaiting: 7, missingDecision: 'rejected' }) }), 'up to date')
})

test('a source that is read right now is reading, even when it is switched off', () => {
  assert.equal(source({ enabled: false, lastRun: run({ status: 'running' }) }), 'reading')
  assert.equal(source({ enabled: false }), 'switched off')
})
