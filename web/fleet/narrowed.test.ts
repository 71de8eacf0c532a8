import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuery } from '#query/parse-query.ts'
import { narrowed } from './narrowed.ts'

test('a query is narrowed to a group, whatever the group is called', () => {
  assert.equal(narrowed('', 'site', 'Graz'), 'site:Graz')
  assert.equal(narrowed('os:debian', 'site', 'Wien 3'), 'os:debian site:"Wien 3"')
  assert.equal(narrowed('os:debian or os:rocky', 'tag', 'a"b'), '(os:debian or os:rocky) tag:"a\\"b"')
  assert.equal(narrowed('', 'rack', null), '-rack:*')
})

test('what is written can be read', () => {
  for (const value of ['Graz', 'Wien 3', 'a"b', 'back\\slash', null])
    assert.doesNotThrow(() => parseQuery(narrowed('x or y', 'site', value)))
})
