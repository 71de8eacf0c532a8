import type { Comparison, Pattern, Query, Value } from '#query/query-ast.ts'
import { writeFieldPath } from '#query/field-path.ts'

/** The text of a query, in its plainest spelling; parseQuery reads it back as the same query. */
export function formatQuery(query: Query): string {
  switch (query.is) {
    case 'all':
      return ''
    case 'and':
      return query.items
        .map((item) => (item.is === 'or' ? `(${formatQuery(item)})` : formatQuery(item)))
        .join(' ')
    case 'or':
      return query.items.map(formatQuery).join(' or ')
    case 'not':
      return isGroup(query.item) ? `-(${formatQuery(query.item)})` : `-${formatQuery(query.item)}`
    case 'word':
      return formatPattern(query.pattern, plainWord)
    case 'comparison':
      return formatComparison(query)
  }
}

const isGroup = (query: Query): boolean => query.is === 'and' || query.is === 'or'

function formatComparison({ path, operator, values }: Comparison): string {
  const name = writeFieldPath(path)
  const plain = hexadecimal.test(name) ? plainWithoutColon : plainValue
  return `${name}${operator}${values.map((value) => formatValue(value, plain)).join(',')}`
}

function formatValue(value: Value, plain: RegExp): string {
  if (value.is === 'pattern') return formatPattern(value, plain)
  const [low, high] = [value.low, value.high].map((end) => (end ? formatPattern(end, plain) : ''))
  return `${low}..${high}`
}

/** What needs no quotes: nothing in it could be taken for an operator, a keyword or the end. */
const plainWord = /^(?!(?:and|or|not)$)[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/iu
const plainValue = /^(?!.*\.\.)[\p{L}\p{N}_+@/:-](?:[\p{L}\p{N}_.+@/:-]*[\p{L}\p{N}_+@/:-])?$/u
/** `face:ad:d` would be read as an address. */
const hexadecimal = /^[0-9a-f]{1,4}$/i
const plainWithoutColon = /^[\p{L}\p{N}_]+$/u

function formatPattern({ pieces }: Pattern, plain: RegExp): string {
  if (pieces.length === 0) return '""'
  return pieces
    .map((piece) => {
      if ('wild' in piece) return piece.wild
      return plain.test(piece.literal) ? piece.literal : `"${piece.literal.replaceAll(/["\\]/g, '\\$&')}"`
    })
    .join('')
}
