import type { Field, SubjectName } from '#query/field.ts'
import type { Operator } from '#query/query-ast.ts'
import { subjects } from '#query/subjects.ts'

/** An operator and what it means for a field. */
export interface OperatorHelp {
  readonly operator: Operator
  readonly meaning: string
}

const order = (less: string, more: string): OperatorHelp[] => [
  { operator: '<', meaning: less },
  { operator: '<=', meaning: `${less}, or just that` },
  { operator: '>', meaning: more },
  { operator: '>=', meaning: `${more}, or just that` },
]

/** The operators that a field takes, the usual one first. */
export function operatorsOf(field: Field): OperatorHelp[] {
  const holds = field.type === 'text' && field.holds
  const equal: OperatorHelp[] = [
    { operator: ':', meaning: holds ? 'holds' : 'is' },
    ...(holds ? [{ operator: '=', meaning: 'is exactly' } as const] : []),
    { operator: '!=', meaning: 'is not' },
  ]
  switch (field.type) {
    case 'time':
      return [
        ...order('more recent than an age, or before a date', 'longer ago than an age, or after a date'),
        ...equal,
      ]
    case 'number':
    case 'size':
    case 'json':
      return [...equal, ...order('less than', 'more than')]
    case 'text':
    case 'tags':
    case 'enum':
    case 'address':
    case 'mac':
    case 'boolean':
      return equal
  }
}

/** A field as the help shows it. */
export interface FieldHelp {
  readonly name: string
  readonly aliases: readonly string[]
  readonly type: Field['type'] | 'relation' | 'family'
  readonly summary: string
  /** The words that an enum takes. */
  readonly values: readonly string[]
}

/** Everything that can stand before an operator in a query about a subject. */
export function fieldHelp(name: SubjectName): FieldHelp[] {
  const { fields, relations, families } = subjects[name]
  return [
    ...fields.map((field): FieldHelp => ({
      name: field.name,
      aliases: field.aliases ?? [],
      type: field.type,
      summary: field.summary,
      values: field.type === 'enum' ? field.choices.map((choice) => choice.word) : [],
    })),
    ...relations.map((each): FieldHelp => ({
      name: `${each.name}.*`,
      aliases: [],
      type: 'relation',
      summary: each.summary,
      values: [],
    })),
    ...families.map((each): FieldHelp => ({
      name: `${each.name}.NAME`,
      aliases: each.aliases.map((alias) => `${alias}.NAME`),
      type: 'family',
      summary: each.summary,
      values: [],
    })),
  ]
}
