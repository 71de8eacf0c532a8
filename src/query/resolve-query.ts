import type { Timestamp } from '#kernel/clock.ts'
import { suggest } from '#kernel/suggest.ts'
import { parseIp } from '#model/ip-address.ts'
import { parseMac } from '#model/mac.ts'
import type { Condition } from '#query/condition.ts'
import { combine } from '#query/condition.ts'
import { readFieldPath, writeFieldPath } from '#query/field-path.ts'
import type { CustomField, Field, Relation, Subject } from '#query/field.ts'
import { badOperator, isOrder, passes } from '#query/operand.ts'
import type { Reading } from '#query/operand.ts'
import type { Comparison, Query, Value, Word } from '#query/query-ast.ts'
import { isAnything, literalOf } from '#query/query-ast.ts'
import { queryError } from '#query/query-error.ts'
import { queryLimits } from '#query/query-limits.ts'
import { parseNetwork, readAddress, readMac } from '#query/read-address.ts'
import { readChoice, readFlag } from '#query/read-choice.ts'
import { readJson } from '#query/read-json.ts'
import { readNumber, readSize } from '#query/read-number.ts'
import { readText } from '#query/read-text.ts'
import { readTime } from '#query/read-time.ts'
import { findFamily, findField, findRelation, subjects } from '#query/subjects.ts'
import { mapLiterals } from '#query/text-pattern.ts'

/** What a query is read against. */
export interface Resolving {
  /** The query's text, for the marks in errors. */
  readonly text: string
  readonly now: Timestamp
  /** The custom fields there are; without them any name is taken. */
  readonly customFields?: readonly CustomField[] | undefined
}

/** Finds each word's field and reads each value as its field does. Throws QUERY_INVALID with the place. */
export function resolveQuery(query: Query, subject: Subject, context: Resolving): Condition {
  switch (query.is) {
    case 'all':
      return { is: 'all' }
    case 'and':
    case 'or':
      return combine(
        query.is,
        query.items.map((item) => resolveQuery(item, subject, context)),
      )
    case 'not':
      return { is: 'not', item: resolveQuery(query.item, subject, context) }
    case 'word':
      return resolveWord(query, subject)
    case 'comparison':
      return resolveComparison(query, subject, context)
  }
}

/** Text anywhere; an address or MAC in its canonical spelling too, and a network as what it means. */
function resolveWord({ pattern }: Word, subject: Subject): Condition {
  const word: Condition = { is: 'word', pieces: mapLiterals(pattern.pieces, (text) => text.toLowerCase()) }
  const literal = literalOf(pattern)
  if (literal === undefined) return word
  const field = findField(subject, 'ip')
  const network = literal.includes('/') ? parseNetwork(literal) : undefined
  if (network && field) return { is: 'some', field, test: { is: 'between', ...network } }
  const canonical = parseMac(literal) ?? (literal.includes('/') ? undefined : parseIp(literal))
  if (canonical === undefined || canonical === literal.toLowerCase()) return word
  return combine('or', [word, { is: 'word', pieces: [{ literal: canonical }] }])
}

function resolveComparison(comparison: Comparison, subject: Subject, context: Resolving): Condition {
  const { path, pathSpan } = comparison
  if (path.length === 1 && path[0]!.toLowerCase() === 'has') return resolveHas(comparison, subject, context)
  const found = findPath(path, subject, { ...context, span: pathSpan })
  const reading: Reading = { text: context.text, now: context.now, comparison, field: found.field }
  return wrap(
    found.relations,
    (item) => (comparison.operator === '!=' ? { is: 'not', item } : item),
    readValues(reading),
  )
}

/** Negation stands outside of relations: `parent.name!=x` is `-parent.name:x`. */
const wrap = (
  relations: readonly Relation[],
  outside: (item: Condition) => Condition,
  inner: Condition,
): Condition =>
  outside(relations.reduceRight<Condition>((item, relation) => ({ is: 'related', relation, item }), inner))

/** `has:tag` is `tag:*`; also for relations, and for several at once: any of them. */
function resolveHas(comparison: Comparison, subject: Subject, context: Resolving): Condition {
  const reading = { text: context.text, now: context.now, comparison, field: subject.fields[0]! }
  if (isOrder(comparison.operator)) throw badOperator(reading, ':, = or !=')
  const items = comparison.values.map((value): Condition => {
    const literal = value.is === 'pattern' ? literalOf(value) : undefined
    const path = literal === undefined ? undefined : readFieldPath(literal, 0)
    if (!path || path.end !== literal!.length) throw notAField(context.text, value, subject)
    const relation = relationPath(path.names, subject)
    if (relation) return wrap(relation, (item) => item, { is: 'all' })
    const found = findPath(path.names, subject, { ...context, span: value.span })
    return wrap(found.relations, (item) => item, presence(found.field))
  })
  const any = combine('or', items)
  return comparison.operator === '!=' ? { is: 'not', item: any } : any
}

const presence = (field: Field): Condition =>
  field.type === 'json'
    ? { is: 'json', field, test: { present: true } }
    : { is: 'some', field, test: { is: 'present' } }

const notAField = (text: string, value: Value, subject: Subject) =>
  queryError(text, value.span, {
    sentence: 'This is not the name of a field',
    expected: `a field of a ${subject.name}, such as ${subject.fields[0]!.name}`,
  })

/** The relations, when a path is made of nothing else. */
function relationPath(path: readonly string[], subject: Subject): Relation[] | undefined {
  const relations: Relation[] = []
  let current = subject
  for (const name of path.slice(0, queryLimits.relations)) {
    const relation = findRelation(current, name)
    if (!relation) return undefined
    relations.push(relation)
    current = subjects[relation.to]
  }
  return relations.length === path.length ? relations : undefined
}

interface Finding extends Resolving {
  readonly span: { start: number; end: number }
}

/** Relations first, then a field, or a family with the rest of the path. */
function findPath(
  path: readonly string[],
  start: Subject,
  context: Finding,
): { relations: Relation[]; field: Field } {
  if (path.length > queryLimits.path) throw tooLong(context, `${queryLimits.path} names`)
  const relations: Relation[] = []
  let subject = start
  for (const [index, name] of path.entries()) {
    const rest = path.slice(index + 1)
    const relation = findRelation(subject, name)
    const family = findFamily(subject, name)
    const field = findField(subject, name)
    if (relation) {
      if (relations.push(relation) > queryLimits.relations)
        throw tooLong(context, `${queryLimits.relations} relations`)
      subject = subjects[relation.to]
      if (rest.length === 0) return { relations, field: findField(subject, relation.main)! }
    } else if (family && rest.length > 0) {
      return {
        relations,
        field: family.field(
          familyPath(rest, context),
          family.name === 'custom' ? declared(rest, context) : undefined,
        ),
      }
    } else if (field && rest.length === 0) return { relations, field }
    else throw unknownField(path, index, subject, context)
  }
  throw unknownField(path, path.length - 1, subject, context)
}

const tooLong = ({ text, span }: Finding, most: string) =>
  queryError(text, span, { sentence: 'The path to this field is too long', expected: `at most ${most}` })

/** What SQLite's JSON paths cannot spell, nobody names a field. */
function familyPath(path: readonly string[], { text, span }: Finding): readonly string[] {
  if (path.every((name) => !/["\\]/.test(name))) return path
  throw queryError(text, span, {
    sentence: 'The name of a field cannot hold quotes or backslashes',
    expected: 'a name without " and \\',
  })
}

function declared(path: readonly string[], { text, span, customFields }: Finding): CustomField | undefined {
  if (!customFields) return undefined
  const name = path.join('.')
  const found = customFields.find((field) => field.name.toLowerCase() === name.toLowerCase())
  if (found) return found
  const names = customFields.map((field) => field.name)
  throw queryError(text, span, {
    sentence: `There is no custom field ${name}`,
    expected:
      names.length === 0 ? 'the name of a custom field; there are none yet' : `one of ${names.join(', ')}`,
    suggestion: suggestPath('custom', suggest(name, names)),
  })
}

const suggestPath = (before: string, name: string | undefined): string | undefined =>
  name && `${before}.${name}`

function unknownField(path: readonly string[], index: number, subject: Subject, { text, span }: Finding) {
  const known = fieldNames(subject)
  const name = path[index]!
  const before = path
    .slice(0, index)
    .map((each) => `${each}.`)
    .join('')
  const better = suggest(name, known)
  const family = findFamily(subject, name)
  return queryError(text, span, {
    sentence: `There is no field ${writeFieldPath(path)}`,
    expected: family ? `${before}${family.name}.NAME` : `a field of a ${subject.name}: ${known.join(', ')}`,
    suggestion: better === undefined || family ? undefined : `${before}${better}`,
    hint: 'Put it in quotes to search for it as text.',
  })
}

/** Every name that can stand first in a path about a subject, aliases last. */
export const fieldNames = (subject: Subject): string[] => [
  ...subject.fields.map((field) => field.name),
  ...subject.relations.map((relation) => relation.name),
  ...subject.families.map((family) => family.name),
  ...subject.fields.flatMap((field) => field.aliases ?? []),
]

function readValues(reading: Reading): Condition {
  const items = reading.comparison.values.map((value) => readValue(reading, value))
  return combine('or', mergeEquals(items))
}

/** Many equal values of one field are one test, and one list in SQL. */
function mergeEquals(items: readonly Condition[]): Condition[] {
  const merged: Condition[] = []
  for (const item of items) {
    const last = merged.at(-1)
    if (
      item.is === 'some' &&
      last?.is === 'some' &&
      item.test.is === 'equal' &&
      last.test.is === 'equal' &&
      item.field === last.field
    ) {
      merged[merged.length - 1] = {
        ...last,
        test: { is: 'equal', values: [...last.test.values, ...item.test.values] },
      }
    } else merged.push(item)
  }
  return merged
}

function readValue(reading: Reading, value: Value): Condition {
  const { field } = reading
  if (value.is === 'pattern' && isAnything(value) && !isOrder(reading.comparison.operator))
    return presence(field)
  switch (field.type) {
    case 'text':
    case 'tags':
      return readText(reading, value, field.type === 'text' && field.holds)
    case 'enum':
      return readChoice(reading, value, field.choices)
    case 'number':
      return passes(reading, readNumber(reading, value))
    case 'size':
      return passes(reading, readSize(reading, value, field.unit))
    case 'time':
      return passes(reading, readTime(reading, value))
    case 'address':
      return passes(reading, readAddress(reading, value))
    case 'mac':
      return passes(reading, readMac(reading, value))
    case 'boolean':
      return passes(reading, readFlag(reading, value))
    case 'json':
      return readJson({ ...reading, field }, value)
  }
}
