import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from '../api.ts'
import { steppedThrough, taken } from './completion.ts'
import { corrected, partsAround, queryComplaintOf } from './query-complaint.ts'

const invalid = (path: string, value: string, hint?: string) =>
  new ApiError({
    code: 'QUERY_INVALID',
    status: 422,
    detail: 'There is no field memry\n  type:vm memry>4GB\n          ^^^^^',
    ...(hint === undefined ? {} : { hint }),
    errors: [{ path, value, expected: 'a field' }],
  })

test('a bad query is marked at its character, with one sentence and the word that was meant', () => {
  const complaint = queryComplaintOf(invalid('q:9', 'memry', 'Did you mean memory?'))!

  assert.equal(complaint.sentence, 'There is no field memry')
  assert.deepEqual(partsAround('type:vm memry>4GB', complaint), ['type:vm ', 'memry', '>4GB'])
  assert.equal(corrected('type:vm memry>4GB', complaint), 'type:vm memory>4GB')
})

test('what is missing at the end of a query is marked behind it', () => {
  const complaint = queryComplaintOf(invalid('q:6', ''))!

  assert.deepEqual(partsAround('type:', complaint), ['type:', ' ', ''])
  assert.equal(corrected('type:', complaint), 'type:')
})

test('other errors are no complaint about the query', () => {
  assert.equal(queryComplaintOf(new ApiError({ code: 'OFFLINE', status: 0, detail: 'no' })), undefined)
  assert.equal(queryComplaintOf(null), undefined)
})

test('a field is taken as it is, and a value is followed by a space to write on', () => {
  const completion = { from: 5, to: 7, candidates: [] }

  assert.deepEqual(taken('type:vm', completion, { kind: 'value', text: 'server', detail: '' }), {
    text: 'type:server ',
    position: 12,
  })
  assert.deepEqual(taken('type:vm os:x', completion, { kind: 'value', text: 'server', detail: '' }), {
    text: 'type:server os:x',
    position: 12,
  })
  assert.deepEqual(
    taken('me', { from: 0, to: 2, candidates: [] }, { kind: 'field', text: 'memory', detail: '' }),
    {
      text: 'memory',
      position: 6,
    },
  )
})

test('the arrows go round through the candidates and the text itself', () => {
  assert.equal(steppedThrough(-1, 1, 3), 0)
  assert.equal(steppedThrough(2, 1, 3), -1)
  assert.equal(steppedThrough(-1, -1, 3), 2)
})
