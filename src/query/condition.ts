import type { Field, Relation } from '#query/field.ts'
import type { Piece } from '#query/query-ast.ts'

export interface Bound<Of = string | number> {
  readonly value: Of
  readonly inclusive: boolean
}

/** A test of one value. Text is compared without regard to the case of letters. */
export type Test =
  | { readonly is: 'present' }
  | { readonly is: 'equal'; readonly values: readonly (string | number | boolean)[] }
  | { readonly is: 'like'; readonly pieces: readonly Piece[] }
  | { readonly is: 'between'; readonly low?: Bound | undefined; readonly high?: Bound | undefined }

/** Tests of a JSON value, by the kind of value it turns out to be; an array passes when one of its items does. */
export interface JsonTest {
  readonly text?: Test | undefined
  /** Also for text that is a plain number, as fact collectors like to report. */
  readonly number?: Test | undefined
  readonly flag?: boolean | undefined
  readonly present?: boolean | undefined
}

/** A query after its words have found their fields: a row has it or has it not, never neither. */
export type Condition =
  | { readonly is: 'all' }
  | { readonly is: 'none' }
  | { readonly is: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly is: 'not'; readonly item: Condition }
  /** The text of the row holds this somewhere; lower case. */
  | { readonly is: 'word'; readonly pieces: readonly Piece[] }
  /** Some value of the field passes the test. */
  | { readonly is: 'some'; readonly field: Field; readonly test: Test }
  | { readonly is: 'json'; readonly field: Field & { type: 'json' }; readonly test: JsonTest }
  /** Some related row meets the condition. */
  | { readonly is: 'related'; readonly relation: Relation; readonly item: Condition }

/** All of them, or one of them; fewer than two need no group. */
export function combine(is: 'and' | 'or', items: readonly Condition[]): Condition {
  if (items.length === 1) return items[0]!
  if (items.length === 0) return { is: is === 'and' ? 'all' : 'none' }
  return { is, items }
}
