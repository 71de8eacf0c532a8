import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSearch, writeSearch } from './search-text.ts'

test('a query in an address is the text that was written, whatever it looks like', () => {
  for (const q of ['"web front"', 'true', '5', 'null', 'memory>16GB a+b&c=d', '{"a":1}', 'name:ä*'])
    assert.deepEqual(readSearch(writeSearch({ q })), { q })
})

test('an address without values has no question mark', () => {
  assert.equal(writeSearch({ q: undefined }), '')
})

test('a query that somebody typed into the address bar keeps its quotes', () => {
  assert.deepEqual(readSearch('?q=%22web+front%22&sort=-lastSeen'), { q: '"web front"', sort: '-lastSeen' })
})
