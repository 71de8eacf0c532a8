import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '#kernel/errors.ts'
import { parseQuery } from '#query/parse-query.ts'
import type { Query } from '#query/query-ast.ts'

/** The shape of a query in brackets, with every value in angle quotes. */
function shape(query: Query): string {
  switch (query.is) {
    case 'all':
      return 'all'
    case 'and':
    case 'or':
      return `(${query.items.map(shape).join(` ${query.is} `)})`
    case 'not':
      return `not ${shape(query.item)}`
    case 'word':
      return pieces(query.pattern)
    case 'comparison':
      return `${query.path.join('/')} ${query.operator} ${query.values
        .map((value) =>
          value.is === 'range' ? `${pieces(value.low)}..${pieces(value.high)}` : pieces(value),
        )
        .join(' , ')}`
  }
}

const pieces = (pattern?: { pieces: readonly ({ literal: string } | { wild: string })[] }): string =>
  pattern
    ? pattern.pieces.map((piece) => ('wild' in piece ? piece.wild : `‹${piece.literal}›`)).join('') || '‹›'
    : ''

const read = (text: string): string => shape(parseQuery(text))

function refusal(text: string): AppError {
  try {
    parseQuery(text)
  } catch (error) {
    assert.ok(error instanceof AppError)
    return error
  }
  throw new Error(`${text} was taken`)
}

const meanings: Record<string, string> = {
  '': 'all',
  '   ': 'all',
  web: '‹web›',
  'type:vm power:on memory>16GB cluster:prod* -tag:legacy seen<7d "web front"':
    '(type : ‹vm› and power : ‹on› and memory > ‹16GB› and cluster : ‹prod›* and not tag : ‹legacy› and seen < ‹7d› and ‹web front›)',
  'a b or c d': '((‹a› and ‹b›) or (‹c› and ‹d›))',
  'a and (b or c)': '(‹a› and (‹b› or ‹c›))',
  'a (b c) d': '(‹a› and ‹b› and ‹c› and ‹d›)',
  'NOT a Or -b': '(not ‹a› or not ‹b›)',
  'not (a or b)': 'not (‹a› or ‹b›)',
  '--a': 'not not ‹a›',
  '"or" "and" "not"': '(‹or› and ‹and› and ‹not›)',
  'organic android notes': '(‹organic› and ‹android› and ‹notes›)',
  'memory >= 16GB': 'memory >= ‹16GB›',
  'memory\t!=\n1GB': 'memory != ‹1GB›',
  'tag:a,b,"c d"': 'tag : ‹a› , ‹b› , ‹c d›',
  'id:1..5,9,20..': 'id : ‹1›..‹5› , ‹9› , ‹20›..',
  'name:"a..b"': 'name : ‹a..b›',
  'name:..m': 'name : ..‹m›',
  'name:""': 'name : ‹›',
  'name:we?b*': 'name : ‹we›?‹b›*',
  'name:"we*b"': 'name : ‹we*b›',
  'name:we\\*b': 'name : ‹we*b›',
  'name:"say \\"hi\\" \\\\"': 'name : ‹say "hi" \\›',
  'name:"web "*" end"': 'name : ‹web ›*‹ end›',
  'parent.parent.name:x': 'parent/parent/name : ‹x›',
  'fact.lab."kernel version":6*': 'fact/lab/kernel version : ‹6›*',
  'mac:00:1b:21:3c:4d:5e': 'mac : ‹00:1b:21:3c:4d:5e›',
  'ip:fe80::/10': 'ip : ‹fe80::/10›',
  'fe80::1 2001:db8:: ::1': '(‹fe80::1› and ‹2001:db8::› and ‹::1›)',
  '00:1b:21:3c:4d:5e aa:bb:cc:* 001b.213c.4d5e':
    '(‹00:1b:21:3c:4d:5e› and ‹aa:bb:cc:›* and ‹001b.213c.4d5e›)',
  '10.0.0.0/24': '‹10.0.0.0/24›',
  'esx-01.example.net': '‹esx-01.example.net›',
  'größe:1 日本語': '(größe : ‹1› and ‹日本語›)',
  'a(b)c': '(‹a› and ‹b› and ‹c›)',
}

for (const [text, meaning] of Object.entries(meanings)) {
  test(`${text || 'nothing'} means ${meaning}`, () => assert.equal(read(text), meaning))
}

const refusals: Record<string, [path: string, sentence: RegExp]> = {
  '(a or b': ['q:1', /never closed/],
  'a or b)': ['q:7', /closes nothing/],
  'a ()': ['q:4', /condition is missing after \(/],
  'or a': ['q:1', /condition is missing/],
  'a or': ['q:5', /condition is missing after or/],
  'a and and b': ['q:7', /condition is missing after and/],
  not: ['q:4', /condition is missing after not/],
  'a - b': ['q:3', /nothing here that - could belong to/],
  '!a': ['q:1', /nothing here that ! could/],
  'a >= ': ['q:6', /value is missing after a >=/],
  '>5': ['q:1', /nothing here that > could/],
  'type: vm': ['q:6', /value is missing after type:/],
  'type:vm, server': ['q:9', /value is missing after type:/],
  'type:': ['q:6', /value is missing after type:/],
  'type:..': ['q:6', /value is missing/],
  'name:a*..b': ['q:6', /end of a range cannot hold a wildcard/],
  'a "b c': ['q:3', /quote is never closed/],
  'a\\': ['q:2', /middle of an escape/],
  '*': ['q:1', /nothing to search for/],
  'a ""': ['q:3', /nothing to search for/],
  'a\u0000b': ['q:2', /character that is not text/],
  'a \ud800': ['q:3', /character that is not text/],
}

for (const [text, [path, sentence]] of Object.entries(refusals)) {
  test(`${JSON.stringify(text)} is refused at ${path}`, () => {
    const error = refusal(text)

    assert.equal(error.code, 'QUERY_INVALID')
    assert.equal(error.complaints[0]?.path, path)
    assert.match(error.message, sentence)
  })
}

test('the message marks the place below the text, also far into a long query', () => {
  const [, line, carets] = refusal(`${'x '.repeat(100)}(y`).message.split('\n') as [string, string, string]

  assert.equal(line.indexOf('(y'), carets.indexOf('^'))
  assert.ok(line.startsWith('  …'))
  assert.ok(line.length < 110)
})

test('a hostile query is refused before it costs anything', () => {
  const hostile = {
    brackets: '('.repeat(7000),
    negations: '-'.repeat(7000) + 'a',
    'words of not': 'not '.repeat(1900) + 'a',
    'many words': 'a '.repeat(3000),
    'many values': `id:${'1,'.repeat(3000)}1`,
    'much text': 'a'.repeat(1_000_000),
  }
  for (const [what, text] of Object.entries(hostile)) {
    const start = performance.now()
    assert.equal(refusal(text).code, 'QUERY_INVALID', what)
    assert.ok(performance.now() - start < 500, what)
    assert.ok(refusal(text).message.length < 500, what)
  }
})

test('a query at every limit is still read', () => {
  assert.ok(parseQuery('('.repeat(30) + 'a' + ')'.repeat(30)))
  assert.ok(parseQuery('a '.repeat(500)))
  assert.ok(parseQuery('a'.repeat(8000)))
})
