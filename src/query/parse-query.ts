import type { Query, Span } from '#query/query-ast.ts'
import { queryError } from '#query/query-error.ts'
import { queryLimits } from '#query/query-limits.ts'
import type { Token } from '#query/tokens.ts'
import { tokenise } from '#query/tokens.ts'

/**
 * Reads the text of a query: `type:vm (memory>16GB or cpu>8) -tag:legacy "web front"`.
 * Conditions side by side must all hold; `and` binds before `or`. Throws QUERY_INVALID with the place.
 */
export function parseQuery(text: string): Query {
  const tokens = tokenise(text)
  if (tokens[0]!.is === 'end') return { is: 'all', span: { start: 0, end: text.length } }
  const reader: Reader = { text, tokens, at: 0 }
  const query = readOr(reader, 0)
  const rest = peek(reader)
  if (rest.is === 'end') return query
  throw queryError(text, rest.span, {
    sentence: 'This bracket closes nothing',
    expected: 'no ) without a ( before it',
  })
}

interface Reader {
  readonly text: string
  readonly tokens: readonly Token[]
  at: number
}

const peek = (reader: Reader): Token => reader.tokens[reader.at]!
const take = (reader: Reader): Token => reader.tokens[reader.at++]!

function readOr(reader: Reader, depth: number): Query {
  const items = [readAnd(reader, depth)]
  while (peek(reader).is === 'or') {
    reader.at += 1
    items.push(readAnd(reader, depth))
  }
  return group('or', items)
}

function readAnd(reader: Reader, depth: number): Query {
  const items = [readOne(reader, depth)]
  for (;;) {
    const next = peek(reader).is
    if (next === 'or' || next === ')' || next === 'end') return group('and', items)
    if (next === 'and') reader.at += 1
    items.push(readOne(reader, depth))
  }
}

function group(is: 'and' | 'or', items: Query[]): Query {
  if (items.length === 1) return items[0]!
  const flat = items.flatMap((item) => (item.is === is ? item.items : [item]))
  return { is, items: flat, span: { start: items[0]!.span.start, end: items.at(-1)!.span.end } }
}

function readOne(reader: Reader, depth: number): Query {
  const token = take(reader)
  switch (token.is) {
    case 'word':
    case 'comparison':
      return token
    case '-':
    case 'not': {
      const item = readOne(reader, deeper(reader, depth, token.span))
      return { is: 'not', item, span: { start: token.span.start, end: item.span.end } }
    }
    case '(':
      return readGroup(reader, deeper(reader, depth, token.span), token.span)
    case ')':
    case 'and':
    case 'or':
    case 'end':
      throw missingCondition(reader, token)
  }
}

function readGroup(reader: Reader, depth: number, open: Span): Query {
  const query = readOr(reader, depth)
  const close = take(reader)
  if (close.is === ')') return { ...query, span: { start: open.start, end: close.span.end } }
  throw queryError(reader.text, open, { sentence: 'This bracket is never closed', expected: 'a closing )' })
}

function deeper(reader: Reader, depth: number, span: Span): number {
  if (depth < queryLimits.depth) return depth + 1
  throw queryError(reader.text, span, {
    sentence: `The query has more than ${queryLimits.depth} brackets and negations inside each other`,
    expected: `at most ${queryLimits.depth} levels`,
  })
}

function missingCondition(reader: Reader, token: Token) {
  const before = reader.tokens[reader.at - 2]
  const after = before ? ` after ${reader.text.slice(before.span.start, before.span.end)}` : ''
  const keyword = token.is === 'and' || token.is === 'or'
  return queryError(reader.text, token.span, {
    sentence: `A condition is missing${after}`,
    expected: 'a condition such as type:vm or a word to search for',
    ...(keyword ? { hint: `Put "${token.is}" in quotes to search for the word itself.` } : {}),
  })
}
