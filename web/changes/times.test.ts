import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromLocalInput, toLocalInput } from './times.ts'

test('a time goes through the field of the browser and back', () => {
  const at = '2026-03-04T05:06:00.000Z'

  assert.equal(fromLocalInput(toLocalInput(at)), at)
  assert.match(toLocalInput(at), /^2026-03-0\dT\d\d:\d6$/)
})

test('no time and an age leave the field empty', () => {
  assert.equal(toLocalInput(undefined), '')
  assert.equal(toLocalInput('7d'), '')
  assert.equal(fromLocalInput(''), undefined)
  assert.equal(fromLocalInput('soon'), undefined)
})
