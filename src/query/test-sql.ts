import { sql } from 'kysely'
import type { Bound, Test } from '#query/condition.ts'
import type { Place, Predicate, Sql } from '#query/place.ts'
import type { Piece } from '#query/query-ast.ts'
import { afterPrefix, asciiLower, likePattern, mapLiterals, prefixOf } from '#query/text-pattern.ts'

/** How the values of a place are compared. Flags are 0 and 1 on SQLite, booleans on PostgreSQL. */
export type Kind = 'text' | 'integer' | 'real' | 'flag'

/** The test as SQL on a value that is not null. Every value of the query is a parameter. */
export function testSql(test: Test, value: Sql, kind: Kind, fold: Place['fold']): Predicate {
  switch (test.is) {
    case 'present':
      return kind === 'text' ? sql`${value} <> ''` : sql`${value} is not null`
    case 'equal':
      return kind === 'flag' ? flagSql(test.values, value) : equalSql(test.values, value, kind, fold)
    case 'like':
      return likeSql(test.pieces, value, fold)
    case 'between':
      return betweenSql(test, folded(value, fold), (bound) => parameter(foldBound(bound.value, fold), kind))
  }
}

export const never: Predicate = sql`1 = 0`
export const always: Predicate = sql`1 = 1`

/** A number is cast, since a bare parameter takes the type of the column beside it and may not fit. */
function parameter(value: string | number | boolean, kind: Kind): Sql {
  if (kind === 'integer') return sql`cast(${value} as bigint)`
  return kind === 'real' ? sql`cast(${value} as double precision)` : sql`${value}`
}

const folded = (value: Sql, fold: Place['fold']): Sql =>
  fold === 'lower' || fold === 'spelling' ? sql`lower(${value})` : value

function foldText(text: string, fold: Place['fold']): string {
  if (fold === 'exact') return text
  return fold === 'lowered' ? text.toLowerCase() : asciiLower(text)
}

/** The spellings that equal a text. */
const foldValue = (text: string, fold: Place['fold']): (string | number | boolean)[] =>
  fold === 'spelling' ? [text, text.toUpperCase(), text.toLowerCase()] : [foldText(text, fold)]

const foldBound = (value: string | number, fold: Place['fold']) =>
  typeof value === 'string' ? foldText(value, fold) : value

function flagSql(values: readonly unknown[], value: Sql): Predicate {
  const wanted = new Set(values)
  if (wanted.size === 2) return always
  return wanted.has(true) ? sql`${value}` : wanted.has(false) ? sql`not ${value}` : never
}

function equalSql(
  values: readonly (string | number | boolean)[],
  value: Sql,
  kind: Kind,
  fold: Place['fold'],
): Predicate {
  const spellings = new Set(
    values.flatMap((each) => (typeof each === 'string' ? foldValue(each, fold) : [each])),
  )
  if (spellings.size === 0) return never
  const left = fold === 'lower' ? folded(value, fold) : value
  const parameters = [...spellings].map((each) => parameter(each, kind))
  return parameters.length === 1 ? sql`${left} = ${parameters[0]}` : sql`${left} in (${sql.join(parameters)})`
}

/** A prefix becomes a range, which an index serves on both engines; LIKE would not. */
function likeSql(pieces: readonly Piece[], value: Sql, fold: Place['fold']): Predicate {
  const wanted = mapLiterals(pieces, (text) => foldText(text, fold))
  const left = folded(value, fold)
  const prefix = prefixOf(wanted)
  const after = prefix === undefined ? undefined : afterPrefix(prefix)
  if (after !== undefined) return sql`(${left} >= ${prefix} and ${left} < ${after})`
  // Case counts for LIKE on PostgreSQL only, so both sides must be in one case where it matters.
  return sql`${left} like ${likePattern(wanted)} escape '\\'`
}

function betweenSql(
  { low, high }: Test & { is: 'between' },
  value: Sql,
  put: (bound: Bound) => Sql,
): Predicate {
  const parts: Predicate[] = []
  if (low) parts.push(low.inclusive ? sql`${value} >= ${put(low)}` : sql`${value} > ${put(low)}`)
  if (high) parts.push(high.inclusive ? sql`${value} <= ${put(high)}` : sql`${value} < ${put(high)}`)
  if (parts.length === 0) return always
  return parts.length === 1 ? parts[0]! : sql`(${parts[0]} and ${parts[1]})`
}
