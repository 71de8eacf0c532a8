import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Field } from '#query/field.ts'
import { afterPrefix, asciiLower } from '#query/text-pattern.ts'

/**
 * The distinct values of a column that begin with a text, in any case, in order: for a completion's `lookup`.
 * `await fieldValues(column, prefix, 20).execute(db)`; pass each through quoteIfNeeded.
 */
export function fieldValues(
  column: NonNullable<Field['lookup']>,
  prefix: string,
  limit: number,
): RawBuilder<{ value: string }> {
  const value = sql.ref(column.column)
  const start = asciiLower(prefix)
  const after = afterPrefix(start)
  const end = after === undefined ? sql`` : sql` and lower(${value}) < ${after}`
  return sql`select distinct ${value} as value from ${sql.table(column.table)}
    where ${value} <> '' and lower(${value}) >= ${start}${end} order by value limit ${limit}`
}
