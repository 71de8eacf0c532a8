import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Field } from '#query/field.ts'
import type { Predicate, Sql } from '#query/place.ts'
import { afterPrefix, asciiLower } from '#query/text-pattern.ts'

type Column = NonNullable<Field['lookup']>

/**
 * The distinct values of a column that begin with a text, in any case, in order: for a completion's `lookup`.
 * `await fieldValues(column, prefix, 20).execute(db)`; pass each through quoteIfNeeded. With `visibleTags` only values
 * that devices with one of these tags have: a name must not tell of a device that nobody may see.
 */
export function fieldValues(
  column: Column,
  prefix: string,
  limit: number,
  visibleTags?: readonly string[],
): RawBuilder<{ value: string }> {
  const value = sql.ref(`${column.table}.${column.column}`)
  const start = asciiLower(prefix)
  const after = afterPrefix(start)
  const end = after === undefined ? sql`` : sql` and lower(${value}) < ${after}`
  const visible = visibleTags === undefined ? sql`` : sql` and ${onVisibleDevice(column.table, visibleTags)}`
  return sql`select distinct ${value} as value from ${sql.table(column.table)}
    where ${value} <> '' and lower(${value}) >= ${start}${end}${visible} order by value limit ${limit}`
}

/** Holds for rows that belong to a device with one of the tags. */
function onVisibleDevice(table: Column['table'], tags: readonly string[]): Predicate {
  if (tags.length === 0) return sql`1 = 0`
  const devices = sql`select link.device_id from device_tags as link join tags as tag on tag.id = link.tag_id
    where tag.name in (${sql.join(tags)})`
  return wayTo(table, devices)
}

function wayTo(table: Column['table'], devices: Sql): Predicate {
  switch (table) {
    case 'devices':
      return sql`devices.id in (${devices})`
    case 'hosts':
    case 'network_interfaces':
      return sql`${sql.ref(`${table}.device_id`)} in (${devices})`
    case 'tags':
      return sql`tags.id in (select tag_id from device_tags where device_id in (${devices}))`
    case 'source_records':
      return sql`source_records.id in (select record_id from device_links
        where undone_at is null and device_id in (${devices}))`
  }
}
