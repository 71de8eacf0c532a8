import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorRegistry } from '#kernel/error-registry.ts'
import { adviceHere } from './browser-advice.ts'

test('advice that names commands of jobs is told in the words of the page', () => {
  const hint =
    'Look at it again: rollcall job show 5; prepare it again where its rows changed: rollcall job prepare 5'

  assert.match(adviceHere('CHANGED_SINCE', hint)!, /^Look at what it is now/)
  assert.match(adviceHere('OUTCOME_UNKNOWN', errorRegistry.OUTCOME_UNKNOWN.remedy)!, /under Unclear outcomes/)
  assert.equal(adviceHere('CONFLICT', 'Cancel it first: rollcall job cancel 5'), undefined)
})

test('advice of which no page has a button stays as it is', () => {
  const { remedy } = errorRegistry.DATABASE_CORRUPT

  assert.equal(adviceHere('DATABASE_CORRUPT', remedy), remedy)
  assert.equal(adviceHere('FORBIDDEN', 'Ask an admin.'), 'Ask an admin.')
})

test('every remedy that names a command a page does better has words of its own', () => {
  for (const [code, { remedy }] of Object.entries(errorRegistry)) assert.ok(adviceHere(code, remedy), code)
})
