import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobRow } from '#features/jobs/job-shapes.ts'
import { changeLine, resultText, rowNote } from './row-change.ts'

const row = (rest: Partial<JobRow>): JobRow =>
  ({ status: 'pending', errorCode: null, errorMessage: null, result: null, warnings: [], ...rest }) as JobRow

test('a row tells what it changes in one line', () => {
  assert.equal(
    changeLine({ before: { tags: ['a'], site: 'Graz' }, after: { tags: ['a', 'b'], site: 'Graz' } }),
    'Tags: a → a, b',
  )
  assert.equal(changeLine({ before: null, after: { devices: 12 } }), 'Devices: 12')
  assert.equal(changeLine({ before: null, after: null }), '')
})

test('a row tells first why it failed, then what it gave, then what was warned of', () => {
  assert.equal(rowNote(row({ status: 'failed', errorMessage: 'no such customer' })), 'no such customer')
  assert.equal(
    rowNote(row({ status: 'completed', result: { status: 200, body: 'ok' } })),
    'status 200, body ok',
  )
  assert.equal(rowNote(row({ warnings: ['a date can be read twice'] })), 'a date can be read twice')
  assert.equal(resultText(3), '3')
  assert.equal(resultText({ changed: true }), 'changed')
})
