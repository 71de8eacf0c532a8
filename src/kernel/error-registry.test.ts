import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorRegistry, helpFor, hintOf } from '#kernel/error-registry.ts'
import { AppError, errorCatalogue } from '#kernel/errors.ts'

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')

test('docs/errors.md says of every code what the program says, and knows no other', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.+) \| (.+) \| (yes|no) \|$/gm)]
  const documented = rows.map(([, code, title, remedy, retry]) => ({ code, title, remedy, retry }))

  const real = Object.entries(errorRegistry).map(([code, { title, remedy, canRetry }]) => ({
    code,
    title,
    remedy,
    retry: canRetry ? 'yes' : 'no',
  }))

  assert.deepEqual(documented, real)
  assert.deepEqual(Object.keys(errorRegistry), Object.keys(errorCatalogue))
})

test('every remedy is one or two sentences, and what the program tries again by itself a person may too', () => {
  for (const [code, { title, remedy, canRetry }] of Object.entries(errorRegistry)) {
    assert.match(title, /^[A-Z][a-z ]+$/, code)
    assert.match(remedy, /^[A-Z].{10,150}\.$/, code)
    if (errorCatalogue[code as keyof typeof errorCatalogue].retry) assert.ok(canRetry, code)
  }
})

test('an error keeps its own hint, and gets the remedy of its code where it has none', () => {
  const own = new AppError('NOT_FOUND', 'There is no job 7', { hint: 'Look into the list.' })
  const bare = new AppError('NOT_FOUND', 'There is no job 7')

  assert.equal(hintOf(own), 'Look into the list.')
  assert.equal(hintOf(bare), errorRegistry.NOT_FOUND.remedy)
})

test('a code that this version does not know is taken for a fault of ours', () => {
  assert.equal(helpFor('OF_ANOTHER_VERSION'), errorRegistry.INTERNAL)
})
