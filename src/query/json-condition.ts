import { sql } from 'kysely'
import type { JsonTest } from '#query/condition.ts'
import type { Place, Predicate, Scope, Sql } from '#query/place.ts'
import { membersOf } from '#query/place.ts'
import { never, testSql } from '#query/test-sql.ts'

/** Where JSON values stand: in a column at the path, below any key of a column at the path, or in table server_facts. */
export type JsonColumn =
  | { readonly is: 'column'; readonly name: string }
  | { readonly is: 'anyKey'; readonly name: string }
  | { readonly is: 'facts' }

/** One JSON value in SQL: its kind, and the value read as that kind. */
interface JsonValue {
  readonly isText: Predicate
  readonly text: Sql
  readonly isNumber: Predicate
  readonly number: Sql
  readonly isTrue: Predicate
  readonly isFalse: Predicate
}

/** Some value at the path, in one of the columns, passes; an array there stands for its items. Never null. */
export function jsonSql(
  scope: Scope,
  columns: readonly JsonColumn[],
  path: readonly string[],
  test: JsonTest,
): Predicate {
  const parts = columns.map((each) => {
    if (each.is === 'facts') return factSql(scope, path, test)
    return test.present
      ? presentSql(scope, each, path)
      : itemsSql(scope, each, path, (value) => valueSql(scope, value, test))
  })
  return parts.length === 1 ? parts[0]! : sql`(${sql.join(parts, sql` or `)})`
}

/** The texts at a path of JSON columns, as a place for a text field. */
export const jsonTexts = (
  columns: readonly (JsonColumn & { is: 'column' | 'anyKey' })[],
  path: readonly string[],
): Place => ({
  fold: 'lower',
  some: (scope, passes) =>
    sql`(${sql.join(
      columns.map((each) =>
        itemsSql(scope, each, path, (value) => sql`${value.isText} and ${passes(value.text)}`),
      ),
      sql` or `,
    )})`,
})

function valueSql(scope: Scope, value: JsonValue, test: JsonTest): Predicate {
  const parts: Predicate[] = []
  if (test.text) parts.push(sql`(${value.isText} and ${testSql(test.text, value.text, 'text', 'lower')})`)
  if (test.number) {
    parts.push(sql`(${value.isNumber} and ${testSql(test.number, value.number, 'real', 'exact')})`)
    const spelt = numberOfText(scope, value.text)
    parts.push(sql`(${value.isText} and ${testSql(test.number, spelt, 'real', 'exact')})`)
  }
  if (test.flag !== undefined) parts.push(test.flag ? value.isTrue : value.isFalse)
  return parts.length === 0 ? never : sql`(${sql.join(parts, sql` or `)})`
}

/** The number that a text spells in plain decimals, else null. Fifteen digits are exact on both engines. */
function numberOfText({ engine }: Scope, text: Sql): Sql {
  const plain =
    engine === 'sqlite'
      ? sql`${text} glob '[0-9]*' and ${text} not glob '*[^0-9.]*' and ${text} not glob '*.*.*' and ${text} not glob '*.'`
      : sql`${text} ~ '^[0-9]+([.][0-9]+)?$'`
  return sql`case when length(${text}) <= 15 and ${plain} then cast(${text} as double precision) end`
}

/** Where in table server_facts a path may lead: to the fact of that name, and on within its value. */
interface FactPlace {
  source?: string
  name: string
  inside: readonly string[]
}

/** `os.family` is `family` in fact `os`, or a fact `os.family`, or what source `os` says of fact `family`. */
function factPlaces(path: readonly string[]): FactPlace[] {
  const within = (parts: readonly string[], source?: string): FactPlace[] =>
    parts.map((_, index) => ({
      ...(source === undefined ? {} : { source }),
      name: parts.slice(0, index + 1).join('.'),
      inside: parts.slice(index + 1),
    }))
  return [...within(path), ...within(path.slice(1), path[0])]
}

/** Facts that machines told of themselves: one row a top fact, its value JSON. */
const factSql = (scope: Scope, path: readonly string[], test: JsonTest): Predicate =>
  sql`(${sql.join(
    factPlaces(path).map((place) => factAtSql(scope, place, test)),
    sql` or `,
  )})`

const factAtSql = (scope: Scope, { source, name, inside }: FactPlace, test: JsonTest): Predicate =>
  membersOf(
    scope,
    sql.ref(`${scope.row}.id`),
    {
      from: (names) => sql`server_facts as ${sql.id(names(0))}`,
      key: (names) => sql.ref(`${names(0)}.device_id`),
      where: (names) => {
        const named = sql<boolean>`${sql.ref(`${names(0)}.fact_name`)} = ${name}`
        return source === undefined
          ? named
          : sql`${named} and ${sql.ref(`${names(0)}.source_identifier`)} = ${source}`
      },
    },
    (names) => {
      const base = { from: undefined, base: sql.ref(`${names(0)}.fact_value`) }
      return test.present
        ? presentIn(scope, base, inside)
        : itemsIn(scope, base, inside, (value) => valueSql(scope, value, test))
    },
  )

/** SQLite's path to a value; the resolver has refused quotes and backslashes. */
const sqlitePath = (path: readonly string[]): string => `$${path.map((key) => `."${key}"`).join('')}`

/** Text keys reach into objects only: a number is not taken for a place in an array, as on SQLite. */
const postgresPath = (base: Sql, path: readonly string[]): Sql =>
  path.reduce<Sql>((value, key) => sql`${value} -> cast(${key} as text)`, base)

type Column = JsonColumn & { is: 'column' | 'anyKey' }

/** FROM items that give, under `base`, the JSON to follow the path from. */
interface JsonBase {
  from: Sql | undefined
  base: Sql
}

function baseOf(scope: Scope, column: Column): JsonBase {
  const json = sql.ref(`${scope.row}.${column.name}`)
  if (column.is === 'column') return { from: undefined, base: json }
  const source = scope.alias()
  if (scope.engine === 'sqlite') {
    return {
      from: sql`json_each(${json}) as ${sql.id(source)}`,
      base: sql`case when ${sql.ref(`${source}.type`)} = 'object' then ${sql.ref(`${source}.value`)} else '{}' end`,
    }
  }
  return {
    from: sql`jsonb_each(case when jsonb_typeof(${json}) = 'object' then ${json} else '{}' end) as ${sql.id(source)}(k, v)`,
    base: sql.ref(`${source}.v`),
  }
}

const presentSql = (scope: Scope, column: Column, path: readonly string[]): Predicate =>
  presentIn(scope, baseOf(scope, column), path)

function presentIn(scope: Scope, { from, base }: JsonBase, path: readonly string[]): Predicate {
  const kind =
    scope.engine === 'sqlite'
      ? sql`json_type(${base}, ${sqlitePath(path)})`
      : sql`jsonb_typeof(${postgresPath(base, path)})`
  const present = sql<boolean>`coalesce(${kind}, 'null') <> 'null'`
  return from ? sql`exists (select 1 from ${from} where ${present})` : present
}

const itemsSql = (
  scope: Scope,
  column: Column,
  path: readonly string[],
  passes: (value: JsonValue) => Predicate,
): Predicate => itemsIn(scope, baseOf(scope, column), path, passes)

function itemsIn(
  scope: Scope,
  { from, base }: JsonBase,
  path: readonly string[],
  passes: (value: JsonValue) => Predicate,
): Predicate {
  const item = scope.alias()
  const items =
    scope.engine === 'sqlite'
      ? sqliteItems(base, path, item)
      : postgresItems(postgresPath(base, path), item, scope.alias())
  const tables = from ? sql`${from}, ${items.from}` : items.from
  return sql`exists (select 1 from ${tables} where ${items.where} and ${passes(items.value)})`
}

function sqliteItems(
  base: Sql,
  path: readonly string[],
  item: string,
): { from: Sql; where: Predicate; value: JsonValue } {
  const kind = sql.ref(`${item}.type`)
  const value = sql.ref(`${item}.value`)
  return {
    from: sql`json_each(${base}, ${sqlitePath(path)}) as ${sql.id(item)}`,
    // json_each walks the members of an object too; they have paths of their own.
    where: sql`json_type(${base}, ${sqlitePath(path)}) <> 'object'`,
    value: {
      isText: sql`${kind} = 'text'`,
      text: value,
      isNumber: sql`${kind} in ('integer', 'real')`,
      number: value,
      isTrue: sql`${kind} = 'true'`,
      isFalse: sql`${kind} = 'false'`,
    },
  }
}

function postgresItems(
  found: Sql,
  item: string,
  whole: string,
): { from: Sql; where: Predicate; value: JsonValue } {
  const json = sql.ref(`${whole}.v`)
  const value = sql.ref(`${item}.v`)
  const kind = sql`jsonb_typeof(${value})`
  const text = sql`((${value} #>> '{}') collate "C")`
  const array = sql`case jsonb_typeof(${json}) when 'array' then ${json} when 'object' then '[]' else jsonb_build_array(${json}) end`
  return {
    from: sql`lateral (select ${found} as v) as ${sql.id(whole)}, jsonb_array_elements(${array}) as ${sql.id(item)}(v)`,
    where: sql`${kind} <> 'null'`,
    value: {
      isText: sql`${kind} = 'string'`,
      text,
      isNumber: sql`${kind} = 'number'`,
      number: sql`case when ${kind} = 'number' then cast(${text} as double precision) end`,
      isTrue: sql`${value} = 'true'`,
      isFalse: sql`${value} = 'false'`,
    },
  }
}
