import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runOf } from './row-run.ts'

const sync = {
  action: 'sync',
  result: {
    runs: [
      { id: 4, source: 'a' },
      { id: null, source: 'b' },
    ],
  },
}

test('a row that read a source leads to its run, one that failed by the result of the job', () => {
  assert.equal(runOf({ ...sync, result: null }, { key: 'a', result: { id: 9, source: 'a' } }), 9)
  assert.equal(runOf(sync, { key: 'a', result: null }), 4)
})

test('a row without a run, or of other work, leads nowhere', () => {
  assert.equal(runOf(sync, { key: 'b', result: null }), undefined)
  assert.equal(runOf({ ...sync, action: 'webhook' }, { key: 'a', result: { id: 9 } }), undefined)
})
