import type { RawBuilder, SqlBool } from 'kysely'
import { sql } from 'kysely'
import type { Engine } from '#database/migration.ts'
import type { Schema } from '#database/schema.ts'

export type Sql = RawBuilder<unknown>
export type Predicate = RawBuilder<SqlBool>

/** What SQL is written for: the engine, the row it speaks of, and names for further tables. */
export interface Scope {
  readonly engine: Engine
  /** Table name or alias of the row. */
  readonly row: string
  /** Whether table device_search indexes the text of the rows that the query is about. */
  readonly indexedText: boolean
  /** Only devices that carry one of these tags may be looked at through a relation; undefined means all. */
  readonly visibleTags?: readonly string[] | undefined
  /** Few rows are looked at, so what other tables hold is looked up for each. */
  readonly rowByRow?: boolean | undefined
  /** A table alias not used before in this statement. */
  alias(): string
}

/** Where values of a field stand, and what may be done with them. */
export interface Place {
  /**
   * `exact`: compared as it is. `lower`: text in any case, compared lower-cased (A to Z).
   * `lowered`: text that is stored lower-cased. `spelling`: text found as typed, in capitals and in small letters,
   * so that an index on the column serves.
   */
  readonly fold: 'exact' | 'lower' | 'lowered' | 'spelling'
  /** True or false for every row, never null: some value here passes. */
  some(scope: Scope, passes: (value: Sql) => Predicate): Predicate
}

type Fold = Place['fold']

/** A column of the row itself. */
export const column = (name: string, fold: Fold, options: { nullable?: boolean } = {}): Place => ({
  fold,
  some({ row }, passes) {
    const value = sql.ref(`${row}.${name}`)
    return options.nullable ? sql`(${value} is not null and ${passes(value)})` : passes(value)
  },
})

/** A column of other rows, found as `membersOf` says. */
export interface OtherRows {
  /** The tables, joined, with the names given. */
  from(names: (index: number) => string, scope: Scope): Sql
  /** The column that equals the row's key. */
  key(names: (index: number) => string): Sql
  where?(names: (index: number) => string, scope: Scope): Predicate
}

/**
 * True when other rows with this row's key exist. SQLite is best with a list of keys, whose cost is bounded by the
 * rows that match, unless few rows are looked at; PostgreSQL with EXISTS, which it can turn into any join, negated too.
 */
export function membersOf(
  scope: Scope,
  own: Sql,
  rows: OtherRows,
  passes: (name: (index: number) => string) => Predicate,
): Predicate {
  const aliases: string[] = []
  const names = (index: number) => (aliases[index] ??= scope.alias())
  const from = rows.from(names, scope)
  const key = rows.key(names)
  const where = rows.where ? sql`${rows.where(names, scope)} and ${passes(names)}` : passes(names)
  return scope.engine === 'sqlite' && !scope.rowByRow
    ? sql`${own} in (select ${key} from ${from} where ${key} is not null and ${where})`
    : sql`exists (select 1 from ${from} where ${key} = ${own} and ${where})`
}

/** Values in the rows of one table that belong to the row by a key. */
export const tableColumn = (
  table: keyof Schema,
  name: string,
  fold: Fold,
  { key = 'device_id', own = 'id' }: { key?: string; own?: string } = {},
): Place => ({
  fold,
  some: (scope, passes) =>
    membersOf(
      scope,
      sql.ref(`${scope.row}.${own}`),
      {
        from: (names) => sql`${sql.table(table)} as ${sql.id(names(0))}`,
        key: (names) => sql.ref(`${names(0)}.${key}`),
      },
      (names) => {
        const value = sql.ref(`${names(0)}.${name}`)
        return sql`${value} is not null and ${passes(value)}`
      },
    ),
})

/** Holds for rows whose `key` is a device that may be looked at; undefined where all may. */
export function visibleSql({ visibleTags, alias }: Scope, device: string, key = 'id'): Predicate | undefined {
  if (visibleTags === undefined) return undefined
  if (visibleTags.length === 0) return sql`1 = 0`
  const [link, tag] = [alias(), alias()]
  return sql`exists (select 1 from device_tags as ${sql.id(link)} join tags as ${sql.id(tag)}
    on ${sql.ref(`${tag}.id`)} = ${sql.ref(`${link}.tag_id`)}
    where ${sql.ref(`${link}.device_id`)} = ${sql.ref(`${device}.${key}`)} and ${sql.ref(`${tag}.name`)} in (${sql.join(visibleTags)}))`
}
