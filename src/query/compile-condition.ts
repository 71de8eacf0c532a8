import { sql } from 'kysely'
import type { Condition, Test } from '#query/condition.ts'
import type { Field } from '#query/field.ts'
import { jsonSql } from '#query/json-condition.ts'
import type { Place, Predicate, Scope } from '#query/place.ts'
import type { Piece } from '#query/query-ast.ts'
import type { Kind } from '#query/test-sql.ts'
import { always, never, testSql } from '#query/test-sql.ts'
import { likePattern } from '#query/text-pattern.ts'

/** The condition as SQL that is true or false for every row, never null, so that NOT is an exact complement. */
export function conditionSql(condition: Condition, scope: Scope): Predicate {
  switch (condition.is) {
    case 'all':
      return always
    case 'none':
      return never
    case 'and':
    case 'or': {
      const items = condition.items.map((item) => conditionSql(item, scope))
      return sql`(${sql.join(items, condition.is === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'not':
      return sql`not (${conditionSql(condition.item, scope)})`
    case 'word':
      return wordSql(condition.pieces, scope)
    case 'some':
      return someSql(condition.field, condition.test, scope)
    case 'json':
      return jsonSql(scope, condition.field.columns, condition.field.path, condition.test)
    case 'related':
      return condition.relation.some(scope, (row) => conditionSql(condition.item, { ...scope, row }))
  }
}

function someSql(field: Field, test: Test, scope: Scope): Predicate {
  if (field.type === 'address' && test.is === 'between') {
    const narrow = field.narrow?.(scope, test)
    const exact = anyPlace(field.keys, field, test, scope)
    return narrow ? sql`(${narrow} and ${exact})` : exact
  }
  return anyPlace(field.places, field, test, scope)
}

function anyPlace(places: readonly Place[], field: Field, test: Test, scope: Scope): Predicate {
  const parts = places.map((place) =>
    place.some(scope, (value) => testSql(test, value, kindOf(field), place.fold)),
  )
  return parts.length === 1 ? parts[0]! : sql`(${sql.join(parts, sql` or `)})`
}

function kindOf(field: Field): Kind {
  if (field.type === 'number' || field.type === 'size') return 'integer'
  return field.type === 'boolean' ? 'flag' : 'text'
}

/** SQLite has a trigram index of the devices' text, which needs three characters; PostgreSQL's serves LIKE itself. */
function wordSql(pieces: readonly Piece[], { engine, row, indexedText, rowByRow }: Scope): Predicate {
  const text = sql.ref(`${row}.search_text`)
  const like = sql<boolean>`${text} like ${likePattern([{ wild: '*' }, ...pieces, { wild: '*' }])} escape '\\'`
  if (engine === 'postgres' || !indexedText || rowByRow) return like
  const [longest] = pieces
    .flatMap((piece) => ('literal' in piece ? [piece.literal] : []))
    .sort((left, right) => characters(right) - characters(left))
  if (longest === undefined || characters(longest) < 3) return like
  const indexed = sql<boolean>`${sql.ref(`${row}.id`)} in
    (select rowid from device_search where device_search match ${phrase(longest)})`
  return pieces.length === 1 ? indexed : sql`(${indexed} and ${like})`
}

const characters = (text: string): number => Array.from(text).length

/** A text as an FTS5 string: with the trigram tokenizer it matches wherever the text stands. */
const phrase = (text: string): string => `"${text.replaceAll('"', '""')}"`
