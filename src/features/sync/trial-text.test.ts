import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trialText } from '#features/sync/trial-text.ts'

test('what a check tells is not told again as a warning', () => {
  const check = {
    name: 'Read facts',
    result: 'limited',
    detail: 'No facts.',
    fix: 'Give the right.',
  } as const
  const text = trialText({
    ok: true,
    message: 'It answers.',
    hint: null,
    errorCode: null,
    warnings: ['Read facts: No facts.', 'No facts.', 'Something else.'],
    checks: [check],
  })

  assert.deepEqual(text.split('\n'), [
    '✔ It answers.',
    '',
    '! Read facts  No facts.',
    '              To mend it: Give the right.',
    '',
    '! Something else.',
  ])
})
