import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatQuery } from '#query/format-query.ts'
import { parseQuery } from '#query/parse-query.ts'
import { anyQuery } from '#test/query-arbitraries.ts'

/** A query without the places where its parts stood. */
const withoutSpans = (query: unknown): unknown =>
  JSON.parse(
    JSON.stringify(query, (key, value: unknown) =>
      key === 'span' || key === 'pathSpan' ? undefined : value,
    ),
  )

test('a query written out reads back as the same query', () => {
  fc.assert(
    fc.property(anyQuery(), (query) => {
      const text = formatQuery(query)
      assert.deepEqual(withoutSpans(parseQuery(text)), withoutSpans(query), text)
    }),
    { numRuns: 3000 },
  )
})

test('any text at all is either a query or refused with its place', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), syntaxSoup), (text) => {
      try {
        parseQuery(text)
      } catch (error) {
        assert.match(JSON.stringify(error), /"code":"QUERY_INVALID"/)
        assert.match(JSON.stringify(error), /"path":"q:\d+"/)
      }
    }),
    { numRuns: 3000 },
  )
})

const syntaxSoup = fc
  .array(
    fc.constantFrom(
      '(',
      ')',
      '-',
      '"',
      '\\',
      ':',
      '..',
      ',',
      '=',
      '>',
      '<=',
      ' ',
      'or',
      'not ',
      'name',
      'a',
      '*',
      '?',
      '.',
      '10',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

test('a query is written in its plainest spelling', () => {
  const plainest: Record<string, string> = {
    '  type:vm   and  power=on ': 'type:vm power=on',
    'not type:vm': '-type:vm',
    '(a b) or (c)': 'a b or c',
    'a (b or c)': 'a (b or c)',
    '"web"': 'web',
    'name:"web"*': 'name:web*',
    'memory > 16GB': 'memory>16GB',
    'name:we\\*b': 'name:"we*b"',
    '': '',
  }
  for (const [typed, written] of Object.entries(plainest))
    assert.equal(formatQuery(parseQuery(typed)), written)
})
