import type { Field, Subject, SubjectName } from '#query/field.ts'
import { writeFieldPath } from '#query/field-path.ts'
import { parseQuery } from '#query/parse-query.ts'
import { isAnything, literalOf } from '#query/query-ast.ts'
import type { Comparison, Operator, Pattern, Query, Value } from '#query/query-ast.ts'
import { findFamily, findField, findRelation, subjects } from '#query/subjects.ts'

/** So many values of one condition are named. */
const namedAtMost = 8

/** A query in words: `type is vm and cluster is like prod*`; empty for everything. Throws QUERY_INVALID. */
export const querySentence = (q: string, subject: SubjectName): string =>
  wordsOf(parseQuery(q), subjects[subject])

/** The same of a syntax tree. */
export function wordsOf(query: Query, subject: Subject): string {
  switch (query.is) {
    case 'all':
      return ''
    case 'and':
    case 'or':
      return query.items.map((item) => bracketed(item, subject)).join(` ${query.is} `)
    case 'not':
      return negated(query.item, subject)
    case 'word':
      return `${shown(query.pattern)} is found`
    case 'comparison':
      return comparisonWords(query, subject, false)
  }
}

const isGroup = (query: Query): boolean => query.is === 'and' || query.is === 'or'

const bracketed = (query: Query, subject: Subject): string =>
  isGroup(query) ? `(${wordsOf(query, subject)})` : wordsOf(query, subject)

function negated(item: Query, subject: Subject): string {
  if (item.is === 'comparison') return comparisonWords(item, subject, true)
  if (item.is === 'word') return `${shown(item.pattern)} is not found`
  return `not (${wordsOf(item, subject)})`
}

function comparisonWords(comparison: Comparison, subject: Subject, isNegated: boolean): string {
  const { path, operator, values } = comparison
  const isNot = isNegated !== (operator === '!=')
  const asked = listed(values)
  if (path.length === 1 && path[0]!.toLowerCase() === 'has')
    return `${asked} is ${isNot ? 'not known' : 'known'}`
  const name = writeFieldPath(path)
  if (values.every((value) => value.is === 'pattern' && isAnything(value)))
    return `${name} is ${isNot ? 'not known' : 'known'}`
  const field = fieldAt(path, subject)
  const ago = operator in ages && field?.type === 'time' && values.every(isAge) ? ' ago' : ''
  return `${name} ${verb(operator, field, values, isNot)} ${asked}${ago}`
}

/** The field that a path leads to; undefined where it leads nowhere, which is refused elsewhere. */
function fieldAt(path: readonly string[], start: Subject): Field | undefined {
  let subject = start
  for (const [index, name] of path.entries()) {
    const relation = findRelation(subject, name)
    if (!relation) {
      const family = findFamily(subject, name)
      return family ? family.field(path.slice(index + 1)) : findField(subject, name)
    }
    subject = subjects[relation.to]
    if (index === path.length - 1) return findField(subject, relation.main)
  }
  return undefined
}

const orders: Partial<Record<Operator, string>> = {
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
}
/** `seen<7d` asks for an age below seven days, `seen<2026-01-01` for what was before that day. */
const ages: Partial<Record<Operator, string>> = {
  '<': 'less than',
  '<=': 'no more than',
  '>': 'more than',
  '>=': 'at least',
}
const dates: Partial<Record<Operator, string>> = {
  '<': 'before',
  '<=': 'up to',
  '>': 'after',
  '>=': 'from',
}

const isAge = (value: Value): boolean =>
  value.is === 'pattern' && /^\d+(\.\d+)?[a-z]+$/i.test(literalOf(value) ?? '')

function verb(
  operator: Operator,
  field: Field | undefined,
  values: readonly Value[],
  isNot: boolean,
): string {
  const not = isNot ? ' not' : ''
  if (operator in orders) {
    if (field?.type !== 'time') return `is${not} ${orders[operator]}`
    return `is${not} ${(values.every(isAge) ? ages : dates)[operator]}`
  }
  if (operator === ':' && field?.type === 'text' && field.holds) return isNot ? 'does not hold' : 'holds'
  const hasWildcard = values.some((value) => value.is === 'pattern' && literalOf(value) === undefined)
  return hasWildcard ? `is${not} like` : `is${not}`
}

function listed(values: readonly Value[]): string {
  const named = values.slice(0, namedAtMost).map(valueWords)
  const rest = values.length - named.length
  return [...named, ...(rest > 0 ? [`one of ${rest} more`] : [])].join(' or ')
}

function valueWords(value: Value): string {
  if (value.is === 'pattern') return shown(value)
  const [low, high] = [value.low, value.high].map((end) => end && shown(end))
  if (low === undefined) return `up to ${high}`
  return high === undefined ? `from ${low} on` : `from ${low} to ${high}`
}

/** In quotes unless it is one plain word, so that no value reads like a part of the sentence. */
function shown({ pieces }: Pattern): string {
  const text = pieces.map((piece) => ('wild' in piece ? piece.wild : piece.literal)).join('')
  return plain(text)
}

/** A value in a sentence. */
export const plain = (text: string): string =>
  /^(?!(?:and|or|not|is)$)[\p{L}\p{N}_.:/@*?+-]+$/iu.test(text) ? text : JSON.stringify(text)
