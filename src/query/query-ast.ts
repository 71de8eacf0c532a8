/** Where something stands in the query's text: UTF-16 offsets, the end not included. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A part of a value: text as it is, `*` for any text, `?` for one character. */
export type Piece = { readonly literal: string } | { readonly wild: '*' | '?' }

/** A value as written: adjoining literals are one piece, and no piece is empty. `""` has no pieces. */
export interface Pattern {
  readonly is: 'pattern'
  readonly pieces: readonly Piece[]
  readonly span: Span
}

/** `low..high`, both ends included; one of them may be left out. */
export interface Range {
  readonly is: 'range'
  readonly low: Pattern | undefined
  readonly high: Pattern | undefined
  readonly span: Span
}

export type Value = Pattern | Range

export const operators = [':', '=', '!=', '>=', '>', '<=', '<'] as const
export type Operator = (typeof operators)[number]

/** `path operator value,value`: any of the values will do. */
export interface Comparison {
  readonly is: 'comparison'
  /** `parent.name` is `['parent', 'name']`; as typed. */
  readonly path: readonly string[]
  readonly pathSpan: Span
  readonly operator: Operator
  /** At least one. */
  readonly values: readonly Value[]
  readonly span: Span
}

/** A free word or phrase, found anywhere in names, addresses, MACs, serials and text. */
export interface Word {
  readonly is: 'word'
  readonly pattern: Pattern
  readonly span: Span
}

/** Two or more conditions; an `and` holds no `and`, an `or` no `or`. */
export interface Group {
  readonly is: 'and' | 'or'
  readonly items: readonly Query[]
  readonly span: Span
}

export interface Not {
  readonly is: 'not'
  readonly item: Query
  readonly span: Span
}

/** The empty query: everything. */
export interface All {
  readonly is: 'all'
  readonly span: Span
}

/** A query as typed, before anything is known of fields. */
export type Query = All | Group | Not | Word | Comparison

/** The value as plain text when it holds no wildcard; undefined when it does. */
export function literalOf(pattern: Pattern): string | undefined {
  if (pattern.pieces.some((piece) => 'wild' in piece)) return undefined
  return pattern.pieces.map((piece) => ('literal' in piece ? piece.literal : '')).join('')
}

/** Only stars: any value at all, as long as there is one. */
export const isAnything = (pattern: Pattern): boolean =>
  pattern.pieces.length > 0 && pattern.pieces.every((piece) => 'wild' in piece && piece.wild === '*')
