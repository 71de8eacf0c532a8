import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matching } from './matching.ts'

const items = [
  { label: 'Devices' },
  { label: 'Read all sources now', also: 'sync' },
  { label: 'Dark theme' },
  { label: 'Sources' },
]
const found = (text: string) => matching(items, text).map(({ label }) => label)

test('without a text everything is offered in its order', () => {
  assert.deepEqual(
    found(' '),
    items.map(({ label }) => label),
  )
})

test('each written word must begin a word, in any order', () => {
  assert.deepEqual(found('theme da'), ['Dark theme'])
  assert.deepEqual(found('theme x'), [])
})

test('what begins with the text comes before what holds it, and other words count too', () => {
  assert.deepEqual(found('sou'), ['Sources', 'Read all sources now'])
  assert.deepEqual(found('SYNC'), ['Read all sources now'])
})
