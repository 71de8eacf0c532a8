import type { Comparison, Piece, Pattern, Span, Value, Word } from '#query/query-ast.ts'
import { operators } from '#query/query-ast.ts'
import { queryError } from '#query/query-error.ts'
import { queryLimits } from '#query/query-limits.ts'
import { readFieldPath } from '#query/field-path.ts'

/** A comparison is one token: what its characters mean depends on where in it they stand. */
export type Token =
  | { readonly is: '(' | ')' | '-' | 'and' | 'or' | 'not' | 'end'; readonly span: Span }
  | Word
  | Comparison

const space = /\s/
/** `fe80::1` and `ab:cd:ef:*` begin like a comparison and are addresses. */
const addressLike = /^[0-9a-f]{1,4}:[0-9a-f*?]*:[0-9a-f:.*?]*(\/\d{1,3})?$/i

/** Splits a query into tokens, the last one `end`. Throws QUERY_INVALID. */
export function tokenise(text: string): Token[] {
  checkCharacters(text)
  const tokens: Token[] = []
  let values = 0
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const token = readToken(text, at)
    values += token.is === 'comparison' ? token.values.length : token.is === 'word' ? 1 : 0
    if (values > queryLimits.values) throw tooMany(text, token.span)
    tokens.push(token)
    at = token.span.end
  }
  return [...tokens, { is: 'end', span: { start: text.length, end: text.length } }]
}

const tooMany = (text: string, span: Span) =>
  queryError(text, span, {
    sentence: `The query has more than ${queryLimits.values} words and values`,
    expected: `at most ${queryLimits.values} words and values`,
  })

function checkCharacters(text: string): void {
  if (text.length > queryLimits.length) {
    throw queryError(
      text,
      { start: queryLimits.length, end: queryLimits.length + 1 },
      {
        sentence: `The query is longer than ${queryLimits.length} characters`,
        expected: `at most ${queryLimits.length} characters`,
      },
    )
  }
  // Tab, newline and return are spaces; a lone half of a surrogate pair is no character at all.
  const odd = /(?![\t\n\r])\p{Cc}|\p{Cs}/u.exec(text)
  if (odd) {
    throw queryError(
      text,
      { start: odd.index, end: odd.index + 1 },
      { sentence: 'The query holds a character that is not text', expected: 'printable characters' },
    )
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && space.test(text[at]!)) at += 1
  return at
}

function readToken(text: string, start: number): Token {
  const character = text[start]!
  if (character === '(' || character === ')') return { is: character, span: { start, end: start + 1 } }
  if (character === '-' && start + 1 < text.length && !space.test(text[start + 1]!)) {
    return { is: '-', span: { start, end: start + 1 } }
  }
  return readComparison(text, start) ?? readKeyword(text, start) ?? readWord(text, start)
}

function readKeyword(text: string, start: number): Token | undefined {
  const word = /^(and|or|not)(?![^\s()])/i.exec(text.slice(start, start + 4))?.[0]
  if (!word) return undefined
  return { is: word.toLowerCase() as 'and' | 'or' | 'not', span: { start, end: start + word.length } }
}

/** `:` stands next to its field; the other operators may have spaces around them. */
function readComparison(text: string, start: number): Comparison | undefined {
  if (addressLike.test(bareRun(text, start))) return undefined
  const path = readFieldPath(text, start)
  if (!path) return undefined
  const spaced = skipSpace(text, path.end)
  const operator = operators.find((each) => text.startsWith(each, each === ':' ? path.end : spaced))
  if (!operator) return undefined
  const operatorEnd = (operator === ':' ? path.end : spaced) + operator.length
  const valueStart = operator === ':' ? operatorEnd : skipSpace(text, operatorEnd)
  const values = readValues(text, valueStart, { start, end: operatorEnd })
  const end = values.at(-1)!.span.end
  return {
    is: 'comparison',
    path: path.names,
    pathSpan: { start, end: path.end },
    operator,
    values,
    span: { start, end },
  }
}

/** What stands from here to the next space, bracket or quote. */
function bareRun(text: string, start: number): string {
  let end = start
  while (end < text.length && !/[\s()"]/.test(text[end]!)) end += 1
  return text[end] === '"' ? '' : text.slice(start, end)
}

function readValues(text: string, start: number, comparison: Span): Value[] {
  const values = [readValue(text, start, comparison)]
  while (text[values.at(-1)!.span.end] === ',') {
    values.push(readValue(text, values.at(-1)!.span.end + 1, comparison))
  }
  return values
}

function readValue(text: string, start: number, comparison: Span): Value {
  const first = readPattern(text, start, valueEnd)
  if (!text.startsWith('..', first.span.end)) {
    if (first.span.end > start) return first
    throw noValue(text, comparison, start)
  }
  const second = readPattern(text, first.span.end + 2, valueEnd)
  const low = first.span.end > start ? first : undefined
  const high = second.span.end > second.span.start ? second : undefined
  if (!low && !high) throw noValue(text, comparison, start)
  const span = { start, end: second.span.end }
  for (const end of [low, high]) {
    if (end?.pieces.some((piece) => 'wild' in piece)) {
      throw queryError(text, end.span, {
        sentence: 'The end of a range cannot hold a wildcard',
        expected: 'a plain value; put it in quotes if it has a * or ? of its own',
      })
    }
  }
  return { is: 'range', low, high, span }
}

function noValue(text: string, comparison: Span, at: number) {
  const written = text.slice(comparison.start, comparison.end)
  const span = { start: at, end: Math.min(at + 1, text.length) }
  return queryError(text, span, {
    sentence: `A value is missing after ${written}`,
    expected: `a value right after ${written}`,
    hint: `Write ${written}VALUE, ${written}"a value with spaces", or has:FIELD to ask whether there is one.`,
  })
}

const valueEnd = (text: string, at: number): boolean => /[\s(),]/.test(text[at]!) || text.startsWith('..', at)
const wordEnd = (text: string, at: number): boolean => /[\s()]/.test(text[at]!)

function readWord(text: string, start: number): Word {
  const pattern = readPattern(text, start, wordEnd)
  const written = text.slice(start, pattern.span.end)
  const sign = /^[^"\\]*?([<>=]|^:(?![0-9a-f:*?])|^!|^-)/i.exec(written)
  if (sign) throw strayCharacter(text, start + sign[0].length - 1)
  if (pattern.pieces.every((piece) => 'wild' in piece)) {
    throw queryError(text, pattern.span, {
      sentence: 'There is nothing to search for in this word',
      expected: 'at least one letter or digit',
      hint: 'An empty query finds everything.',
    })
  }
  return { is: 'word', pattern, span: pattern.span }
}

function strayCharacter(text: string, at: number) {
  const character = text[at]!
  return queryError(
    text,
    { start: at, end: at + 1 },
    {
      sentence: `There is nothing here that ${character} could belong to`,
      expected:
        character === '-' || character === '!'
          ? 'a condition right after the sign'
          : 'a field before the sign',
      hint:
        character === '!'
          ? 'Write -CONDITION or not CONDITION to turn it round.'
          : `Put the word in quotes to search for ${character} itself.`,
    },
  )
}

/** Literals, quoted parts, escapes and wildcards up to where the value ends. */
function readPattern(text: string, start: number, ends: (text: string, at: number) => boolean): Pattern {
  const pieces: Piece[] = []
  let literal = ''
  let at = start
  const flush = () => {
    if (literal !== '') pieces.push({ literal })
    literal = ''
  }
  while (at < text.length && !ends(text, at)) {
    const character = text[at]!
    if (character === '"') {
      const quoted = readQuoted(text, at)
      literal += quoted.text
      at = quoted.end
    } else if (character === '\\') {
      literal += escaped(text, at)
      at += 2
    } else {
      if (character === '*' || character === '?') {
        flush()
        pieces.push({ wild: character })
      } else literal += character
      at += 1
    }
  }
  flush()
  return { is: 'pattern', pieces, span: { start, end: at } }
}

function readQuoted(text: string, start: number): { text: string; end: number } {
  let content = ''
  let at = start + 1
  while (at < text.length && text[at] !== '"') {
    const escape = text[at] === '\\'
    content += escape ? escaped(text, at) : text[at]!
    at += escape ? 2 : 1
  }
  if (at < text.length) return { text: content, end: at + 1 }
  throw queryError(
    text,
    { start, end: start + 1 },
    {
      sentence: 'This quote is never closed',
      expected: 'a closing "',
      hint: 'Write \\" for a quote inside of quotes.',
    },
  )
}

function escaped(text: string, at: number): string {
  const character = text[at + 1]
  if (character !== undefined) return character
  throw queryError(
    text,
    { start: at, end: at + 1 },
    {
      sentence: 'The query ends in the middle of an escape',
      expected: 'a character after \\',
      hint: 'Write \\\\ for a backslash.',
    },
  )
}
