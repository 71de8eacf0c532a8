import type { CustomField, Field, Relation, Subject, SubjectName } from '#query/field.ts'
import { operatorsOf } from '#query/field-help.ts'
import { findFamily, findField, findRelation, subjects } from '#query/subjects.ts'

/** One thing that may stand at the cursor. */
export interface Candidate {
  readonly kind: 'field' | 'relation' | 'operator' | 'value' | 'keyword'
  /** What replaces the text from `from` to `to`. */
  readonly text: string
  /** For people: what it is. */
  readonly detail: string
}

/** What may stand at a place in a query. */
export interface Completion {
  /** The part of the text that a candidate replaces; 0-based offsets. */
  readonly from: number
  readonly to: number
  readonly candidates: readonly Candidate[]
  /** Values of this column that begin with `prefix` may stand here too; see fieldValues. */
  readonly lookup?:
    | { readonly field: string; readonly column: NonNullable<Field['lookup']>; readonly prefix: string }
    | undefined
}

const mostCandidates = 50

/** What may stand at a 0-based place in the text of a query. Never throws: a half-typed query is what it is for. */
export function completeQuery(
  text: string,
  position: number,
  subject: SubjectName,
  customFields: readonly CustomField[] = [],
): Completion {
  const to = Math.max(0, Math.min(position, text.length))
  const start = wordStart(text.slice(0, to))
  if (start === undefined) return { from: to, to, candidates: [] }
  const typed = text.slice(start, to)
  const comparison = /^([\p{L}_][\p{L}\p{N}_."-]*?)(:|=|!=|>=?|<=?)(?=[^=]|$)(.*)$/su.exec(typed)
  if (comparison) {
    const [, path, operator, rest] = comparison as unknown as [string, string, string, string]
    const last = rest.split(/,|\.\./).at(-1)!
    return completeValue(
      { path, operator, typed: last, from: to - last.length, to },
      subjects[subject],
      customFields,
    )
  }
  return completeName(typed, start, to, subjects[subject], customFields)
}

/** Where the word at the end begins; undefined inside of a quoted phrase that belongs to no field. */
function wordStart(text: string): number | undefined {
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!
    if (character === '\\') at += 1
    else if (character === '"') quoted = !quoted
    else if (!quoted && /[\s()]/.test(character)) start = at + 1
    else if (character === '-' && at === start) start = at + 1
  }
  return quoted && text[start] === '"' ? undefined : start
}

function completeName(
  typed: string,
  start: number,
  to: number,
  root: Subject,
  customFields: readonly CustomField[],
): Completion {
  const dot = typed.lastIndexOf('.')
  const before = dot < 0 ? [] : typed.slice(0, dot).split('.')
  const prefix = typed.slice(dot + 1).toLowerCase()
  const exact = dot < 0 ? findField(root, typed) : undefined
  if (exact && typed !== '') {
    const more = namesOf(root, prefix, true).filter((each) => each.text !== exact.name)
    return { from: start, to, candidates: [...operatorsFor(exact, typed), ...more] }
  }
  const owner = walk(root, before.slice(0, -1))
  if (before.length > 0 && owner && findFamily(owner, before.at(-1)!)?.name === 'custom')
    return { from: start + dot + 1, to, candidates: customNames(customFields, prefix) }
  const subject = walk(root, before)
  return { from: start + dot + 1, to, candidates: subject ? namesOf(subject, prefix, dot < 0) : [] }
}

/** The subject that relations lead to; undefined when the path leaves the known ones. */
function walk(start: Subject, path: readonly string[]): Subject | undefined {
  let subject: Subject | undefined = start
  for (const name of path) {
    const relation: Relation | undefined = subject && findRelation(subject, name)
    subject = relation && subjects[relation.to]
  }
  return subject
}

function namesOf(subject: Subject, prefix: string, first: boolean): Candidate[] {
  const fits = (each: { name: string; aliases?: readonly string[] | undefined }) =>
    [each.name, ...(each.aliases ?? [])].some((name) => name.startsWith(prefix))
  const candidates: Candidate[] = [
    ...subject.fields
      .filter(fits)
      .map((field): Candidate => ({ kind: 'field', text: field.name, detail: field.summary })),
    ...subject.relations
      .filter(fits)
      .map((each): Candidate => ({ kind: 'relation', text: `${each.name}.`, detail: each.summary })),
    ...subject.families
      .filter(fits)
      .map((each): Candidate => ({ kind: 'relation', text: `${each.name}.`, detail: each.summary })),
  ]
  if (first && 'has'.startsWith(prefix))
    candidates.push({ kind: 'field', text: 'has:', detail: 'that there is a value' })
  return first
    ? [...candidates, ...keywords.filter(({ text }) => prefix !== '' && text.startsWith(prefix))]
    : candidates
}

const keywords: Candidate[] = [
  { kind: 'keyword', text: 'and', detail: 'both conditions; the same as a space' },
  { kind: 'keyword', text: 'or', detail: 'one of the conditions' },
  { kind: 'keyword', text: 'not', detail: 'the opposite of the condition; the same as -' },
]

const customNames = (customFields: readonly CustomField[], prefix: string): Candidate[] =>
  customFields
    .filter((field) => field.name.toLowerCase().startsWith(prefix))
    .slice(0, mostCandidates)
    .map((field) => ({ kind: 'field', text: field.name, detail: `custom field, ${field.type}` }))

const operatorsFor = (field: Field, typed: string): Candidate[] =>
  operatorsOf(field).map(({ operator, meaning }) => ({
    kind: 'operator',
    text: `${typed}${operator}`,
    detail: meaning,
  }))

interface Typing {
  readonly path: string
  readonly operator: string
  readonly typed: string
  readonly from: number
  readonly to: number
}

function completeValue(typing: Typing, root: Subject, customFields: readonly CustomField[]): Completion {
  const { from, to, typed } = typing
  const prefix = typed.replace(/^"/, '').toLowerCase()
  const fits = ({ text }: Candidate) => text.toLowerCase().startsWith(prefix)
  if (typing.path.toLowerCase() === 'has')
    return { from, to, candidates: namesOf(root, prefix, false).filter(({ kind }) => kind === 'field') }
  const field = fieldAt(typing.path.split('.'), root, customFields)
  if (!field) return { from, to, candidates: [] }
  const candidates = valuesOf(field, typing.operator).filter(fits).slice(0, mostCandidates)
  if (!field.lookup) return { from, to, candidates }
  return { from, to, candidates, lookup: { field: typing.path, column: field.lookup, prefix } }
}

function fieldAt(
  path: readonly string[],
  root: Subject,
  customFields: readonly CustomField[],
): Field | undefined {
  const subject = walk(root, path.slice(0, -1))
  const name = path.at(-1)!
  if (subject) {
    const relation = findRelation(subject, name)
    return relation ? findField(subjects[relation.to], relation.main) : findField(subject, name)
  }
  const owner = walk(root, path.slice(0, -2))
  const family = owner && findFamily(owner, path.at(-2) ?? '')
  if (family?.name !== 'custom') return undefined
  const declared = customFields.find((each) => each.name.toLowerCase() === name.toLowerCase())
  return family.field([name], declared)
}

const values = (texts: readonly string[], detail = ''): Candidate[] =>
  texts.map((text) => ({ kind: 'value', text, detail }))

function valuesOf(field: Field, operator: string): Candidate[] {
  switch (field.type) {
    case 'enum':
      return values(
        field.choices.map((choice) => choice.word),
        field.summary,
      )
    case 'boolean':
      return values(['yes', 'no'])
    case 'time':
      return [
        ...values(['1h', '1d', '7d', '30d', '90d'], 'ago'),
        ...values(operator.startsWith('<') ? [] : ['today', 'yesterday']),
      ]
    case 'size':
      return values(['1GB', '4GB', '16GB', '64GB', '1TB'])
    case 'json':
      if (field.declared?.type === 'boolean') return values(['yes', 'no'])
      return values((field.declared?.options ?? []).map(quoteIfNeeded), 'option')
    case 'text':
    case 'tags':
    case 'number':
    case 'address':
    case 'mac':
      return []
  }
}

/** A value as it must be written after an operator. */
export const quoteIfNeeded = (value: string): string =>
  /^[\p{L}\p{N}_][\p{L}\p{N}_@/-]*$/u.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`
